"""Named cases that nobody reads any more, because who read them has left: handed to their
supervisors until she is back. A secret kept from everybody is a lost request; one that goes to
somebody just made by whoever took the reader away is none."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.orm import aliased

from grc.cases import listing
from grc.cases import service as cases
from grc.cases.models import Case, CaseAccess
from grc.core import audit, steps
from grc.core.actor import SYSTEM, Actor
from grc.core.clock import paris_minute
from grc.core.db import execute, session
from grc.core.events import Event
from grc.organisation.queries import snapshot
from grc.staff import granting
from grc.staff.models import User, UserRole
from grc.staff.newcomers import known
from grc.staff.policy import ALLOW, DENY, EXCEPTIONAL, HANDLERS, Level, Permission, Role, allowed
from grc.staff.queries import actor_of


def take_role(
    user_id: int, unit: tuple[int, str], role: str, *, actor: Actor, now: datetime
) -> bool:
    """Take a role away, see `granting.take`; what she alone could read is not lost."""
    is_taken = granting.take(user_id, unit, role, actor=actor, now=now)
    if is_taken:
        hand_up(user_id, now=now)
    return is_taken


def restore_role(
    user_id: int, unit: tuple[int, str], role: str, *, actor: Actor, now: datetime
) -> bool:
    """Give back a role that was just taken, see `granting.give`; and what it read."""
    is_given = granting.give(user_id, unit, role, actor=actor, now=now)
    if is_given:
        hand_back(user_id, now=now)
    return is_given


def hand_up(user_id: int, *, now: datetime) -> None:
    """After an account was closed or lost a role: the named cases it alone could read for good
    are read by the supervisors of their units, else by the people of these. A case with no heir
    but new accounts waits, and is looked at each day. The program does it: no administrator
    learns which, nor how many."""
    waits = [case_id for case_id in _left_by(user_id) if not _is_inherited(case_id, user_id, now)]
    if waits:
        key, tomorrow = f"find_reader:{user_id}:{now:%Y-%m-%d}", now + timedelta(days=1)
        steps.plan("find_reader", ("user", user_id), key=key, now=now, due_at=tomorrow)


def _is_inherited(case_id: int, left_by: int, now: datetime) -> bool:
    case = session().get_one(Case, case_id)
    cases.alone(case)
    if case.level != Level.NAMED or listing.has_reader(case_id):
        return True
    units = {row.unit_id for row in cases.all_handlings(case)}
    heirs = {one for unit in units for one in _supervisors(unit, now)}
    listing.list_also(case_id, heirs, instead_of=left_by)
    if not listing.has_reader(case_id):
        listing.list_also(case_id, _handlers(units, now), instead_of=left_by)
    is_read = listing.has_reader(case_id)
    if is_read:
        subject = ("case", case_id)
        audit.record(Event.CASE_HANDED_UP, subject=subject, case_id=case_id, actor=SYSTEM, now=now)
    return is_read


def hand_back(user_id: int, *, now: datetime) -> None:
    """Of an account that is back as it was: those who were put on lists in its place leave them,
    but for whom somebody decided on since or whom the case is now entrusted to; an exceptional
    access from before goes on to its end. Its owner reads in the case who had it meanwhile."""
    instead = (CaseAccess.instead_of == user_id, CaseAccess.remark_id.is_(None))
    query = select(CaseAccess.case_id).where(*instead).distinct().order_by(CaseAccess.case_id)
    for case_id in session().scalars(query).all():
        case = session().get_one(Case, case_id)
        cases.alone(case)
        if case.level == Level.NAMED and may_have(case, user_id, now):
            _close_to_heirs(case, user_id, now)


def _close_to_heirs(case: Case, user_id: int, now: datetime) -> None:
    entrusted = {row.assignee_id for row in cases.all_handlings(case) if row.is_open}
    here = (CaseAccess.case_id == case.id, CaseAccess.instead_of == user_id)
    heirs = select(User).join(CaseAccess, CaseAccess.user_id == User.id)
    rows = session().scalars(heirs.where(*here, CaseAccess.remark_id.is_(None)).order_by(User.id))
    for heir in rows.all():
        if heir.id in entrusted:
            continue
        about: dict[str, Any] = {"subject": ("case", case.id), "case_id": case.id}
        about |= {"actor": SYSTEM, "now": now, "who": heir.name}
        audit.record(Event.CASE_ACCESS_FORGOTTEN, **about)
        row = (*here, CaseAccess.user_id == heir.id)
        if (until := _resumed(row, now)) is None:
            execute(delete(CaseAccess).where(*row))
        else:
            audit.record(Event.CASE_EXCEPTIONAL_RESUMED, until=paris_minute(until), **about)


def _resumed(row: Sequence[ColumnElement[bool]], now: datetime) -> datetime | None:
    """The end of the exceptional access that a right had taken the place of, and which goes on."""
    query = select(CaseAccess.held_until, CaseAccess.held_remark_id)
    held = execute(query.where(*row, CaseAccess.held_until > now)).one_or_none()
    if held is None:
        return None
    values = {"effect": EXCEPTIONAL, "until": held.held_until, "remark_id": held.held_remark_id}
    ended = {"instead_of": None, "held_until": None, "held_remark_id": None}
    execute(update(CaseAccess).where(*row), values | ended)
    until: datetime = held.held_until
    return until


def reads_reserved(user_id: int) -> bool:
    """True for who stands on the list of a case reserved to people, for good or for some hours."""
    mine = (CaseAccess.user_id == user_id, CaseAccess.effect != DENY, Case.level == Level.NAMED)
    query = select(Case.id).join(CaseAccess, CaseAccess.case_id == Case.id).where(*mine)
    return session().scalar(query.limit(1)) is not None


def may_have(case: Case, user_id: int, now: datetime) -> bool:
    """True for an open account that may read and write this case now."""
    tree = {unit.id: (unit.above, unit.department_id) for unit in snapshot().units}
    user = session().get_one(User, user_id)
    actor = actor_of(user, tree)
    facts = cases.facts_for(case, actor, now)
    return user.is_active and allowed(actor, Permission.CASE_WRITE, facts)


def _left_by(user_id: int) -> list[int]:
    other = aliased(CaseAccess)
    lasting = (other.effect == ALLOW, other.until.is_(None))
    reads = exists().where(
        *(other.case_id == CaseAccess.case_id, *lasting, User.id == other.user_id),
        *(User.is_active, UserRole.user_id == User.id, UserRole.role.in_(HANDLERS)),
    )
    hers = (CaseAccess.user_id == user_id, CaseAccess.effect == ALLOW, CaseAccess.until.is_(None))
    query = select(Case.id).join(CaseAccess, CaseAccess.case_id == Case.id).order_by(Case.id)
    return list(session().scalars(query.where(*hers, Case.level == Level.NAMED, ~reads)))


def _supervisors(unit_id: int, now: datetime) -> list[int]:
    """Those of a unit, or of the nearest unit above that has any who is not new."""
    at: int | None = unit_id
    while at is not None:
        query = select(User.id).join(UserRole, UserRole.user_id == User.id)
        role = (UserRole.unit_id == at, UserRole.role == Role.SUPERVISOR, User.is_active)
        found = list(session().scalars(query.where(*role, *known(now)).order_by(User.id)))
        if found:
            return found
        unit = snapshot().units_by_id.get(at)
        at = unit.above if unit else None
    return []


def _handlers(units: Collection[int], now: datetime) -> list[int]:
    """Who handles cases of these units and is not new."""
    query = select(User.id).join(UserRole, UserRole.user_id == User.id).distinct()
    roles = (UserRole.unit_id.in_(units), UserRole.role.in_(HANDLERS), User.is_active)
    return list(session().scalars(query.where(*roles, *known(now)).order_by(User.id)))
