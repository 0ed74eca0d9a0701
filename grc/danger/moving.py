"""Moving a case out of everybody's sight to the unit on duty, and back as it stood.

Where it stood is kept as it was: the units concerned with their dates and agents, the level, and
who had been let in one by one. A refusal stays in force whatever happens.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select, update

from grc.cases import fields, listing
from grc.cases import service as cases
from grc.cases.fields import Field
from grc.cases.models import Case, CaseAccess, Handling
from grc.cases.states import Status, move
from grc.cases.states import label as status_label
from grc.core import audit, steps
from grc.core.actor import Actor
from grc.core.db import add_all, execute, session
from grc.core.events import Event
from grc.danger import heirs
from grc.organisation.queries import UnitView, snapshot
from grc.staff.policy import Level
from grc.work import follow_up
from grc.work.models import Task

_SAME = frozenset({"id", "case_id", "level", "version"})  # of the row, not of where it stands
_LET_IN = ("allow", "exceptional")
Kept = dict[str, Any]


def to_duty(
    case: Case, unit: UnitView, people: Collection[int], *, actor: Actor, now: datetime
) -> Kept:
    """Hand a case to one unit alone, read by its people and by those on duty; returns where it
    stood. The caller holds the case."""
    handlings = cases.all_handlings(case)
    before = {
        "level": case.level,
        "closed_at": _json(case.closed_at),
        "handlings": [_kept(one) for one in handlings],
        "access": _let_in(case.id),
    }
    _leave_one(case, unit, actor, now)
    _forget_let_in(case.id)
    listing.list_also(case.id, people)
    level = listing.readable_level(Level.NAMED, case.id, {unit.id})
    cases.set_level(case, level, actor=actor, now=now)
    _bring_tasks(case.id, unit.id)
    return before


def _leave_one(case: Case, unit: UnitView, actor: Actor, now: datetime) -> None:
    """One part of one unit, which nobody has begun. The journal says that it was handed over and
    not that it was reopened: nobody came back because of an answer of ours."""
    handlings = cases.all_handlings(case)
    own = next((one for one in handlings if one.unit_id == unit.id), None)
    kept = own or cases.handling_of(case, actor)
    _delete(one for one in handlings if one is not kept)
    begun, agent, status = kept.status != Status.RECEIVED, kept.assignee_id, kept.status
    anew = move(kept.status, Status.RECEIVED, outcome=None, now=now) if begun else {}
    cases.change(
        kept,
        **anew,
        unit_id=unit.id,
        department_id=unit.department_id,
        assignee_id=None,
        to_route=False,
        routed_at=now,
    )
    fields.tell_agent(case, agent, None, actor=actor, now=now)
    was, is_now = status_label(status), status_label(Status.RECEIVED)
    fields.tell(case, Field.STATUS, was, is_now, actor=actor, now=now)
    cases.publish_status(case, now)


def back(case: Case, before: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """Put a case back as it stood, but for what was open in a unit closed since, see `heirs`. The
    caller holds it. Raises Conflict when it cannot be given to anybody."""
    parts = {row["unit_id"]: _values(row) for row in before["handlings"]}
    stood, moved = heirs.given(case, parts)
    present = cases.all_handlings(case)
    kept = next((one for one in present if one.unit_id in stood), present[0])
    values = stood.pop(kept.unit_id, None) or stood.pop(next(iter(stood)))
    _delete(one for one in present if one is not kept)
    was = {name: getattr(kept, name) for name in ("unit_id", "assignee_id", "status")}
    cases.change(kept, **values)
    _tell_back(case, kept, was, actor, now)
    _tell_moved(case, moved, actor, now)
    rows = [
        {**row, "case_id": case.id, "level": case.level, "version": 1} for row in stood.values()
    ]
    add_all(Handling, rows)
    session().flush()
    cases.set_level(case, before["level"], actor=actor, now=now)
    _forget_let_in(case.id)
    _let_in_again(case.id, before["access"])
    case.closed_at = _at(before["closed_at"])
    cases.publish_status(case, now)
    _bring_tasks(case.id, kept.unit_id)
    for one in cases.all_handlings(case):  # the step that closes it may have run meanwhile
        follow_up.plan_closing(one.id, now=now, again=True)
        if one.routed_at is None:  # handed over as it was opened: no rule has seen it
            steps.plan("route", ("case", case.id), key=f"route:case:{case.id}", now=now)


def _tell_back(case: Case, kept: Handling, was: Kept, actor: Actor, now: datetime) -> None:
    """What is again as it stood before the danger was cried."""
    names = (snapshot().unit_by_id(one).name for one in (was["unit_id"], kept.unit_id))
    fields.tell(case, Field.UNIT, *names, actor=actor, now=now)
    states = (status_label(one) for one in (was["status"], kept.status))
    fields.tell(case, Field.STATUS, *states, actor=actor, now=now)
    fields.tell_agent(case, was["assignee_id"], kept.assignee_id, actor=actor, now=now)


def _tell_moved(case: Case, moved: heirs.Moved, actor: Actor, now: datetime) -> None:
    """Why a part is not where it stood."""
    for old, heir in moved:
        audit.record(
            Event.CASE_INHERITED,
            subject=("case", case.id),
            case_id=case.id,
            actor=actor,
            now=now,
            unit=heir.name,
            unit_was=old.name,
        )


def _delete(handlings: Any) -> None:
    for one in list(handlings):
        session().delete(one)
    session().flush()


def _kept(handling: Handling) -> Kept:
    """One handling as JSON."""
    columns = (column.name for column in Handling.__table__.columns if column.name not in _SAME)
    values = ((name, getattr(handling, name)) for name in columns)
    return {name: _json(value) for name, value in values}


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _values(kept: Mapping[str, Any]) -> Kept:
    return {name: _read(name, value) for name, value in kept.items()}


def _read(name: str, value: Any) -> Any:
    if name.endswith("_on"):
        return date.fromisoformat(value)
    return _at(value) if name.endswith("_at") else value


def _at(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _let_in(case_id: int) -> list[Kept]:
    here = (CaseAccess.case_id == case_id, CaseAccess.effect.in_(_LET_IN))
    names = [column.name for column in CaseAccess.__table__.columns if column.name != "case_id"]
    found = session().scalars(select(CaseAccess).where(*here).order_by(CaseAccess.user_id))
    return [{name: _json(getattr(row, name)) for name in names} for row in found]


def _forget_let_in(case_id: int) -> None:
    here = (CaseAccess.case_id == case_id, CaseAccess.effect.in_(_LET_IN))
    execute(delete(CaseAccess).where(*here))


def _let_in_again(case_id: int, rows: Iterable[Kept]) -> None:
    """Who had been let in is so again, but for who was refused meanwhile."""
    refused = set(
        session().scalars(select(CaseAccess.user_id).where(CaseAccess.case_id == case_id))
    )
    again = [row for row in rows if row["user_id"] not in refused]
    dates = ("until", "held_until")
    values = [
        {**row, "case_id": case_id} | {name: _at(row[name]) for name in dates} for row in again
    ]
    add_all(CaseAccess, values)


def _bring_tasks(case_id: int, unit_id: int) -> None:
    """What was to be done about it is to be done where it is."""
    waiting = (Task.case_id == case_id, Task.done_at.is_(None))
    execute(update(Task).where(*waiting), {"unit_id": unit_id})
