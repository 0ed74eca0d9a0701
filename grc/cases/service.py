"""What may be done to a case and its handlings. Every act is audited where it happens."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm.attributes import set_committed_value

from grc.cases.models import Case, CaseAccess, Handling
from grc.cases.states import ENDED, Status, move, outcome_label, public
from grc.cases.states import label as status_label
from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import add, execute, is_postgresql, session
from grc.core.errors import Conflict, Forbidden
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.staff.policy import LEVEL_LABELS, CaseFacts, Level, Permission, allowed
from grc.staff.queries import colleagues

_HANDLINGS = select(Handling).where(Handling.case_id == bindparam("case")).order_by(Handling.id)
_CHANGE = update(Handling).where(
    Handling.id == bindparam("handling"), Handling.version == bindparam("known_version")
)


def facts_for(case: Case, actor: Actor, now: datetime) -> CaseFacts:
    """What the policy must know of a case for this actor."""
    rows = session().execute(
        select(Handling.unit_id, Handling.department_id).where(Handling.case_id == case.id)
    )
    pairs = [(row.unit_id, row.department_id) for row in rows]
    return CaseFacts(
        level=case.level,
        units=frozenset(unit for unit, _ in pairs),
        departments=frozenset(department for _, department in pairs),
        access=_access(case.id, actor, now),
    )


def _access(case_id: int, actor: Actor, now: datetime) -> str | None:
    if actor.user_id is None:
        return None
    row = session().get(CaseAccess, (case_id, actor.user_id))
    if row is None or (row.until is not None and row.until <= now):
        return None
    return row.effect


def demand(case: Case, actor: Actor, permission: Permission, now: datetime) -> None:
    """The first line of a use-case: raise Forbidden unless the policy allows."""
    if not allowed(actor, permission, facts_for(case, actor, now)):
        raise Forbidden(N_("Vous pouvez lire cette demande, pas la modifier."))


def handling_of(case: Case, actor: Actor) -> Handling:
    """The handling an actor's act is about: theirs, else their unit's, else the first."""

    def _rank(row: Handling) -> tuple[bool, bool, bool]:
        mine = actor.user_id is not None and row.assignee_id == actor.user_id
        return (not mine, row.unit_id not in actor.roles, not row.is_open)

    return min(all_handlings(case), key=_rank)


def all_handlings(case: Case) -> list[Handling]:
    """The units concerned by a case, oldest first."""
    return list(session().scalars(_HANDLINGS, {"case": case.id}))


def change(handling: Handling, *, expected: int | None = None, **values: Any) -> None:
    """Change a handling by one conditional UPDATE. A stale version raises Conflict."""
    version = handling.version if expected is None else expected
    values["version"] = version + 1
    where = {"handling": handling.id, "known_version": version}
    done = execute(_CHANGE, where | values)
    if done.rowcount != 1:
        raise Conflict(N_("Cette demande a changé entre-temps. Rien n'a été écrasé."))
    for name, value in values.items():
        set_committed_value(handling, name, value)


def at_version(handling: Handling, expected: int | None) -> Handling:
    """Say that a page made from this version decides now: raise Conflict when it is stale.

    Without an `expected` version (a program decides) nothing is asked.
    """
    if expected is not None:
        change(handling, expected=expected)
    return handling


def set_status(
    case: Case,
    handling: Handling,
    new: str,
    *,
    actor: Actor,
    now: datetime,
    outcome: str | None = None,
    remark_id: int | None = None,
) -> None:
    """Move a handling; the public status of the case follows. Repeating is not an error."""
    old = handling.status
    if old == new:
        return
    values = move(old, new, outcome=outcome, now=now)
    change(handling, **values)
    publish_status(case, now)
    _tell_move(case, handling, old, actor=actor, now=now, remark_id=remark_id)


def _tell_move(
    case: Case,
    handling: Handling,
    old: str,
    *,
    actor: Actor,
    now: datetime,
    remark_id: int | None,
) -> None:
    subject = ("handling", handling.id)
    if handling.status == Status.CLOSED:
        event, data = Event.CASE_CLOSED, {"outcome": outcome_label(handling.outcome or "")}
    elif old in ENDED and handling.is_open:
        event, data = Event.CASE_REOPENED, {"old": status_label(old)}
    else:
        event = Event.CASE_RESOLVED if handling.status == Status.RESOLVED else Event.CASE_MOVED
        data = {"old": status_label(old), "new": status_label(handling.status)}
    audit.record(
        event,
        subject=subject,
        case_id=case.id,
        actor=actor,
        now=now,
        remark_id=remark_id,
        **data,
    )


def publish_status(case: Case, now: datetime) -> None:
    """Derive the public status of a case from its handlings and stamp its end."""
    statuses = session().scalars(select(Handling.status).where(Handling.case_id == case.id))
    status = public(statuses)
    case.status = status
    case.closed_at = (case.closed_at or now) if status in ENDED else None
    case.version += 1
    session().flush()


def add_unit(
    case: Case,
    unit_id: int,
    department_id: int,
    unit_name: str,
    *,
    due_on: date,
    actor: Actor,
    now: datetime,
) -> None:
    """Make one more unit concerned by a case; a unit already concerned stays as it is."""
    present = select(Handling.id).where(Handling.case_id == case.id, Handling.unit_id == unit_id)
    if session().scalar(present):
        return
    add(
        Handling,
        case_id=case.id,
        unit_id=unit_id,
        department_id=department_id,
        level=case.level,
        status=Status.RECEIVED,
        priority=case.priority,
        due_on=due_on,
        received_at=case.received_at,
        routed_at=now,
    )
    publish_status(case, now)
    audit.record(
        Event.CASE_UNIT_ADDED,
        subject=("case", case.id),
        case_id=case.id,
        actor=actor,
        now=now,
        unit=Text(unit_name),
    )
    list_anew(case, actor=actor, now=now)


def readable_level(level: str, case_id: int, unit_id: int) -> str:
    """The level a case may have in a unit, whose people are listed when it is named.

    With nobody to list it stays restricted: a secret kept from everybody is a lost request.
    """
    if level != Level.NAMED:
        return level
    return level if _list(case_id, {unit_id}) else Level.RESTRICTED


def _list(case_id: int, units: set[int]) -> bool:
    """Put the people of these units on the list of a case; False when there is nobody."""
    people = [user_id for user_id, _ in colleagues(units)]
    dialect = postgresql if is_postgresql() else sqlite
    for user_id in people:
        row = {"case_id": case_id, "user_id": user_id, "effect": "allow"}
        session().execute(dialect.insert(CaseAccess).values(row).on_conflict_do_nothing())
    return bool(people)


def list_anew(case: Case, *, actor: Actor, now: datetime) -> None:
    """Who may read a named case after its units changed: their people, and nobody else's.

    Rights given one by one (with a remark) and refusals stay as they are.
    """
    if case.level != Level.NAMED:
        return
    of_units = (CaseAccess.effect == "allow", CaseAccess.remark_id.is_(None))
    execute(delete(CaseAccess).where(CaseAccess.case_id == case.id, *of_units))
    _list(case.id, {handling.unit_id for handling in all_handlings(case)})
    audit.record(
        Event.CASE_LISTED, subject=("case", case.id), case_id=case.id, actor=actor, now=now
    )
    session().expire_all()


def set_level(case: Case, level: str, unit_id: int, *, actor: Actor, now: datetime) -> None:
    """Change how secret a case is, on the case and on every handling that repeats it."""
    old, new = case.level, readable_level(level, case.id, unit_id)
    if old == new:
        return
    case.level = new
    execute(update(Handling).where(Handling.case_id == case.id), {"level": new})
    audit.record(
        Event.CASE_LEVEL_SET,
        subject=("case", case.id),
        case_id=case.id,
        actor=actor,
        now=now,
        old=Text(LEVEL_LABELS[old]),
        new=Text(LEVEL_LABELS[new]),
    )


def mark_seen(case: Case) -> None:
    """The unit has acted since the citizen last wrote."""
    case.unread = False
