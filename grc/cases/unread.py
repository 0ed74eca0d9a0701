"""Named cases that nobody reads any more, because who read them has left: handed to their
supervisors. A secret kept from everybody is a lost request."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from grc.cases import listing
from grc.cases import service as cases
from grc.cases.models import Case, CaseAccess
from grc.core import audit
from grc.core.actor import SYSTEM, Actor
from grc.core.db import session
from grc.core.events import Event
from grc.organisation.queries import snapshot
from grc.staff import accounts
from grc.staff.models import User, UserRole
from grc.staff.policy import ALLOW, HANDLERS, Level, Permission, Role, allowed
from grc.staff.queries import actor_of


def take_role(
    user_id: int, unit: tuple[int, str], role: str, *, actor: Actor, now: datetime
) -> bool:
    """Take a role away, see `accounts.take`; what she alone could read is not lost."""
    is_taken = accounts.take(user_id, unit, role, actor=actor, now=now)
    if is_taken:
        hand_up(user_id, now=now)
    return is_taken


def hand_up(user_id: int, *, now: datetime) -> None:
    """After an account was closed or lost a role: the named cases it alone could read for good
    are read by the supervisors of their units, else as `listing.readable_level` says. The
    program does it: no administrator learns which, nor how many."""
    for case_id in _left_by(user_id):
        case = session().get_one(Case, case_id)
        cases.alone(case)
        if case.level == Level.NAMED and not listing.has_reader(case_id):
            _list_supervisors(case, now)


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


def _list_supervisors(case: Case, now: datetime) -> None:
    units = {row.unit_id for row in cases.all_handlings(case)}
    listing.list_also(case.id, {one for unit in units for one in _supervisors(unit)})
    if not listing.has_reader(case.id):
        cases.list_anew(case, actor=SYSTEM, now=now)
        return
    subject = ("case", case.id)
    audit.record(Event.CASE_HANDED_UP, subject=subject, case_id=case.id, actor=SYSTEM, now=now)


def _supervisors(unit_id: int) -> list[int]:
    """Those of a unit, or of the nearest unit above that has any."""
    at: int | None = unit_id
    while at is not None:
        query = select(User.id).join(UserRole, UserRole.user_id == User.id)
        role = (UserRole.unit_id == at, UserRole.role == Role.SUPERVISOR, User.is_active)
        found = list(session().scalars(query.where(*role).order_by(User.id)))
        if found:
            return found
        unit = snapshot().units_by_id.get(at)
        at = unit.above if unit else None
    return []
