"""Obtaining a case to show: reading a confidential one is written down first."""

from collections.abc import Iterable

from grc.cases.models import Case
from grc.cases.queries import case_and_facts
from grc.core.db import add, transaction
from grc.staff.models import AccessLog
from grc.staff.policy import CaseFacts, Level, Permission
from grc.web.present import now
from grc.web.session import actor, who


def read(
    reference: str, what: str, permission: Permission = Permission.CASE_READ
) -> tuple[Case, CaseFacts]:
    """The case, for this person to read. When the reading cannot be written, nothing is shown."""
    case, facts = case_and_facts(actor(), reference, permission, now())
    noted([case], what)
    return case, facts


def noted(cases: Iterable[Case], what: str) -> None:
    """Write down that this person is about to see something of these cases, if confidential."""
    restricted = [case.id for case in cases if case.level != Level.NORMAL]
    if restricted:
        with transaction():
            for case_id in restricted:
                add(AccessLog, at=now(), user_id=who().id, case_id=case_id, what=what)
