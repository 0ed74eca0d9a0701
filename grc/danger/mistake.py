"""Whether a case that was handed over may still be given back as it stood.

Giving back opens the case to all who read it before. So nothing may have been written there, nor
have come in, since it was handed over, and no other unit may have joined: what was told to few
people in secret is not theirs to give. Afterwards the ordinary ways remain, each with its reasons:
another level, another unit.
"""

from sqlalchemy import func, or_, select

from grc.cases.models import Case, Handling
from grc.core.audit import AuditRow
from grc.core.db import session
from grc.core.events import Event
from grc.danger.models import Alert
from grc.staff.policy import Level

# What says nothing of anybody, as long as nobody gave a reason with it. The rest, what is not
# known here included, keeps the case where it is.
_QUIET = (
    Event.ALERT_RAISED,
    Event.ALERT_RANG,
    Event.ALERT_TAKEN,
    Event.CASE_TAKEN,
    Event.CASE_RELEASED,
    Event.CASE_ASSIGNED,
    Event.CASE_MOVED,
    Event.CASE_EXCEPTIONAL_ENDED,
    Event.ACK_WITHHELD,
    Event.PROPOSAL_MADE,
    Event.MESSAGE_BOUNCED,
    Event.MESSAGE_DELAYED,
    Event.MESSAGE_FAILED,
    Event.STEP_FAILED,
)


def handed(case_id: int) -> Alert | None:
    """The alert that brought a case where it stands, unless it was given back."""
    moved = (Alert.before.is_not(None), Alert.returned_at.is_(None))
    query = select(Alert).where(Alert.case_id == case_id, *moved).order_by(Alert.id.desc())
    return session().scalar(query.limit(1).execution_options(populate_existing=True))


def stands_handed(case: Case, unit_id: int) -> bool:
    """True while a case that was handed over is still there, out of sight."""
    if case.level == Level.NORMAL or handed(case.id) is None:
        return False
    present = select(Handling.id).where(Handling.case_id == case.id, Handling.unit_id == unit_id)
    return session().scalar(present) is not None


def may_return(case: Case, alert: Alert) -> bool:
    """True while nobody has written there since, and the unit on duty is alone with it."""
    units = session().scalars(select(Handling.unit_id).where(Handling.case_id == case.id))
    return list(units) == [alert.unit_id] and not _written(case.id)


def _written(case_id: int) -> bool:
    here = AuditRow.case_id == case_id
    moved = (here, AuditRow.event == Event.CASE_HANDED_OVER.code)
    since = select(func.max(AuditRow.id)).where(*moved).scalar_subquery()
    quiet = [event.code for event in _QUIET]
    told = or_(AuditRow.event.not_in(quiet), AuditRow.remark_id.is_not(None))
    query = select(AuditRow.id).where(here, AuditRow.id > since, told).limit(1)
    return session().scalar(query) is not None
