"""What may be done to a case and its handlings. Every act is audited where it happens."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Executable, bindparam, select, update
from sqlalchemy.orm.attributes import set_committed_value

from grc.cases import listing
from grc.cases.closest import Rank, rank
from grc.cases.models import Case, CaseAccess, Handling
from grc.cases.reopening import without_who_left
from grc.cases.states import ENDED, Status, move, outcome_label, public
from grc.cases.states import label as status_label
from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import add, amend, execute, session
from grc.core.errors import Conflict, Forbidden
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.staff.policy import ALLOW, DENY, LEVEL_LABELS, CaseFacts, Level, Permission, allowed

_HANDLINGS = select(Handling).where(Handling.case_id == bindparam("case")).order_by(Handling.id)
_FACTS = select(Handling.unit_id, Handling.department_id).where(
    Handling.case_id == bindparam("case")
)
# FOR NO KEY UPDATE: rows that only refer to the case (messages, links) need not wait.
_FACTS_ALONE = (
    select(Case, Handling.unit_id, Handling.department_id)
    .join(Handling, Handling.case_id == Case.id)
    .where(Case.id == bindparam("case"))
    .with_for_update(of=Case, key_share=True)
    .execution_options(populate_existing=True)
)
_ACCESS = select(CaseAccess.effect, CaseAccess.until).where(
    CaseAccess.case_id == bindparam("case"), CaseAccess.user_id == bindparam("user")
)
_CHANGE = update(Handling).where(
    Handling.id == bindparam("handling"), Handling.version == bindparam("known_version")
)


def facts_for(case: Case, actor: Actor, now: datetime) -> CaseFacts:
    """What the policy must know of a case for this actor."""
    return _facts(case, _FACTS, actor, now)


def _facts(case: Case, query: Executable, actor: Actor, now: datetime) -> CaseFacts:
    rows = session().execute(query, {"case": case.id})
    pairs = [(row.unit_id, row.department_id) for row in rows]
    return CaseFacts(
        level=case.level,
        units=frozenset(unit for unit, _ in pairs),
        departments=frozenset(department for _, department in pairs),
        access=_access(case.id, actor.user_id, now) if actor.is_listed else None,
    )


def _access(case_id: int, user_id: int | None, now: datetime) -> str | None:
    if user_id is None:
        return None
    row = session().execute(_ACCESS, {"case": case_id, "user": user_id}).first()
    if row is None or (row.until is not None and row.until <= now):
        return None
    return str(row.effect)


def is_kept_from(case: Case, user_id: int, now: datetime) -> bool:
    """True for a person of a unit concerned who may not read, or for some hours only: refused,
    or not on the list of a named case."""
    return keeps_out(case.level, _access(case.id, user_id, now))


def keeps_out(level: str, access: str | None) -> bool:
    """The same, told the level of the case and what stands on its list for her now."""
    return access == DENY or (level == Level.NAMED and access != ALLOW)


def demand(case: Case, actor: Actor, permission: Permission, now: datetime) -> None:
    """The first line of a use-case: raise Forbidden unless the policy allows.

    Whoever is to change the case waits for those who are changing it, and reads it as they
    left it: every act writes the case's row first, so that two never wait for each other.
    """
    query: Executable = _FACTS if permission is Permission.CASE_READ else _FACTS_ALONE
    if not allowed(actor, permission, _facts(case, query, actor, now)):
        raise Forbidden(N_("Vous pouvez lire cette demande, pas la modifier."))


def alone(case: Case) -> None:
    """What `demand` does for people, for a program that is to change handlings of a case."""
    session().refresh(case, with_for_update={"key_share": True})


def handling_of(case: Case, actor: Actor) -> Handling:
    """The handling an actor's act is about: theirs, else their unit's, else the first."""

    def _rank(row: Handling) -> Rank:
        return rank(actor, assignee_id=row.assignee_id, unit_id=row.unit_id, is_open=row.is_open)

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
    if old in ENDED and values["is_open"]:
        values |= without_who_left(case, handling, actor=actor, now=now)
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
    data = {"old": status_label(old), "new": status_label(handling.status)}
    if handling.status == Status.CLOSED:
        event, data["outcome"] = Event.CASE_CLOSED, outcome_label(handling.outcome or "")
    elif old in ENDED and handling.is_open:
        event = Event.CASE_REOPENED
    else:
        event = Event.CASE_RESOLVED if handling.status == Status.RESOLVED else Event.CASE_MOVED
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
    alone(case)
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
    if case.level == Level.NAMED:  # the list is of people: only those of the new unit join
        listing.readable_level(case.level, case.id, {unit_id})
        _tell_listed(case, actor=actor, now=now)


def list_anew(case: Case, *, actor: Actor, now: datetime) -> None:
    """Who may read a named case after its units changed: their people, and nobody else's.

    Rights given one by one (with a remark) and refusals stay as they are.
    """
    if case.level != Level.NAMED:
        return
    units = {handling.unit_id for handling in all_handlings(case)}
    level = listing.listed_anew(case.id, units)
    if level == Level.NAMED:
        _tell_listed(case, actor=actor, now=now)
    else:
        _write_level(case, level, actor=actor, now=now)


def _tell_listed(case: Case, *, actor: Actor, now: datetime) -> None:
    audit.record(
        Event.CASE_LISTED, subject=("case", case.id), case_id=case.id, actor=actor, now=now
    )


def set_level(case: Case, level: str, *, actor: Actor, now: datetime) -> None:
    """Change how secret a case is. One that becomes named is read by the people of its
    units; the list of one that is named already stays as it is."""
    if case.level == level:
        return
    units = {handling.unit_id for handling in all_handlings(case)}
    new = listing.readable_level(level, case.id, units)
    if case.level == Level.NAMED:
        listing.forget_units(case.id)
    if case.level != new:
        _write_level(case, new, actor=actor, now=now)


def _write_level(case: Case, new: str, *, actor: Actor, now: datetime) -> None:
    """On the case, and on every handling, which repeat it."""
    old = case.level
    amend(case, level=new)
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


def add_contacts(case: Case, other: Case, *, actor: Actor, now: datetime) -> None:
    """What another case brought is one more contact about this one: counted, and to be read."""
    contacts = case.contacts + other.contacts
    amend(case, contacts=contacts, unread=True, version=case.version + 1)
    audit.record(
        Event.CASE_CONTACT_ADDED,
        subject=("case", case.id),
        case_id=case.id,
        actor=actor,
        now=now,
        count=contacts,
        other=other.reference,
    )


def mark_seen(case: Case) -> None:
    """The unit has acted since the citizen last wrote."""
    case.unread = False
