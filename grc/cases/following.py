"""Whether the citizen of a case holds the secret of its follow-up page."""

from sqlalchemy import func, select

from grc.cases.models import Case
from grc.channels import registry
from grc.core.audit import AuditRow
from grc.core.db import session
from grc.core.events import Event

_OPENING = (Event.CASE_OPENED.code, Event.INTERVIEW_HELD.code)


def has_page(case: Case) -> bool:
    """True when the channel of the case gives its secret to whoever asks there."""
    return bool(getattr(registry.look(case.channel), "follow_up", False))


def secret_was_given(case: Case) -> bool:
    """True when a receipt bore the secret of this case: that of its form, or of the interview
    that opened it, both in one moment."""
    return has_page(case) or _opened_by_interview(case.id)


def _opened_by_interview(case_id: int) -> bool:
    told = select(func.count(AuditRow.event.distinct())).where(
        AuditRow.case_id == case_id, AuditRow.event.in_(_OPENING)
    )
    both = session().execute(told.group_by(AuditRow.at)).scalars()
    return any(count == len(_OPENING) for count in both)
