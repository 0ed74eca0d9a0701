"""Obtaining a case to show: reading a confidential one is written down first."""

from collections.abc import Iterable

from flask import g

from grc.cases.models import Case
from grc.cases.queries import case_and_facts
from grc.core.db import transaction
from grc.staff.policy import EXCEPTIONAL, CaseFacts, Level, Permission
from grc.staff.service import note_readings
from grc.web import nav
from grc.web.present import now
from grc.web.session import actor, who


def read(
    reference: str, what: str, permission: Permission = Permission.CASE_READ
) -> tuple[Case, CaseFacts]:
    """The case, for this person to read. When the reading cannot be written, nothing is shown."""
    case, facts = case_and_facts(actor(), reference, permission, now())
    noted([case], EXCEPTIONAL if facts.access == EXCEPTIONAL else what)
    return case, facts


def noted(cases: Iterable[Case], what: str) -> None:
    """Write down that this person is about to see something of these cases, if confidential."""
    note({case.id: what for case in cases if case.level != Level.NORMAL})


def note(shown: dict[int, str]) -> None:
    """Write down what of which case this person is about to see, once a request."""
    done: set[int] = g.setdefault("noted", set())
    new = {case_id: what for case_id, what in shown.items() if case_id not in done}
    if new:
        done.update(new)
        with transaction():
            note_readings(who().id, nav.my_unit(actor()), new, now())
