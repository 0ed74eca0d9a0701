"""Where the parts of a case that is given back go, when their units were closed meanwhile.

Nobody was told that a case was hidden when its unit closed, so what was open there is given as
closing gives: to the nearest open unit above, where it waits for somebody; without any, to the unit
that sorts. What had ended stays where it ended.
"""

from collections.abc import Mapping
from typing import Any

from grc.cases.models import Case
from grc.cases.states import Status
from grc.core.errors import Conflict
from grc.core.i18n import N_
from grc.organisation.queries import UnitView, snapshot

Parts = dict[int, dict[str, Any]]  # what each part of a case says, by unit
Moved = list[tuple[UnitView, UnitView]]  # the closed unit, and the one that has its part
CLOSED = N_(
    "Le service médical « %(unit)s », où elle était, est fermé : réaffectez-la à un autre service "
    "médical."
)


def given(case: Case, stood: Mapping[int, Mapping[str, Any]]) -> tuple[Parts, Moved]:
    """The parts as they stand again, and which ones had to move. Raises Conflict for what a doctor
    wrote about when no medical unit above is open: no other may have it."""
    here = snapshot()
    lost = [one for one in stood if stood[one]["is_open"] and not here.unit_by_id(one).is_active]
    parts: Parts = {one: dict(values) for one, values in stood.items() if one not in lost}
    moved: Moved = []
    for unit_id in lost:
        old = here.unit_by_id(unit_id)
        heir = _heir(case, old)
        moved.append((old, heir))
        there = parts.get(heir.id)
        if there is None or not there["is_open"]:  # what is open goes on, what had ended does not
            parts[heir.id] = _waiting(stood[unit_id], heir)
    return parts, moved


def _heir(case: Case, old: UnitView) -> UnitView:
    here = snapshot()
    heir = here.open_above(old, "medical" if case.is_medical else "")
    if heir is None and case.is_medical:
        raise Conflict(CLOSED, unit=old.name)
    return heir or here.triage


def _waiting(part: Mapping[str, Any], heir: UnitView) -> dict[str, Any]:
    """A part in its new unit: nobody's, and not begun there."""
    begun = part["status"] == Status.IN_PROGRESS
    return {
        **part,
        "unit_id": heir.id,
        "department_id": heir.department_id,
        "assignee_id": None,
        "status": Status.RECEIVED.value if begun else part["status"],
        "to_route": part["to_route"] or heir.kind == "triage",
    }
