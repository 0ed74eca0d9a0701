"""Obtaining a case to show: reading a confidential one is written down first."""

from grc.cases.models import Case
from grc.cases.queries import case_and_facts
from grc.core.db import add, transaction
from grc.staff.models import AccessLog
from grc.staff.policy import CaseFacts, Level, Permission
from grc.web.present import now
from grc.web.session import actor, who


def read(reference: str, what: str) -> tuple[Case, CaseFacts]:
    """The case, for this person to read. When the reading cannot be written, nothing is shown."""
    case, facts = case_and_facts(actor(), reference, Permission.CASE_READ, now())
    if case.level != Level.NORMAL:
        with transaction():
            add(AccessLog, at=now(), user_id=who().id, case_id=case.id, what=what)
    return case, facts
