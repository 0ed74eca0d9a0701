"""Who is what in which unit: roles given and taken by administrators.

Whoever has the keys does not read: an administrator gives herself no other role alone, and nobody
alone the role that confirms, see `proposals`.
"""

from datetime import datetime

from sqlalchemy import delete, select

from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import add, amend, execute, lock, session
from grc.core.errors import InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.staff import accounts, administrators
from grc.staff.models import RoleProposal, User, UserRole
from grc.staff.policy import ROLE_LABELS, Role


def roles_of(user_id: int) -> list[tuple[int, str]]:
    """(unit id, role) of an account."""
    query = select(UserRole.unit_id, UserRole.role).where(UserRole.user_id == user_id)
    return [(row.unit_id, row.role) for row in session().execute(query)]


def give(user_id: int, unit: tuple[int, str], role: str, *, actor: Actor, now: datetime) -> bool:
    """Give a role in a unit (id, name). False: it was hers already, or another administrator must
    confirm it first, see `needs_second`. The command line needs nobody, and what it gives again
    is no longer given by one person alone. Raises Forbidden, InvalidInput."""
    administrators.demand(actor)
    lock(administrators.LOCK)
    user = accounts.account(user_id)
    if role not in set(Role):
        raise InvalidInput(N_("Ce rôle n'existe pas."), field="role")
    if (unit[0], role) in roles_of(user_id):
        if actor.user_id is None:
            _add(user_id, unit[0], role, alone_at=None)
        return False
    if needs_second(user_id, role, actor):
        _propose(user, unit, role, actor, now)
        return False
    _add(user_id, unit[0], role, alone_at=None if actor.user_id is None else now)
    _tell(Event.ROLE_GIVEN, user, unit[1], role, actor, now)
    return True


def needs_second(user_id: int, role: str, actor: Actor) -> bool:
    """True when another administrator must confirm: she asks for herself, or she would make
    somebody her equal, who could then confirm whatever she asks."""
    if actor.user_id is None:
        return False
    if role == Role.ADMINISTRATOR:
        return not administrators.is_one(user_id)
    return user_id == actor.user_id


def _add(user_id: int, unit_id: int, role: str, *, alone_at: datetime | None) -> None:
    held = UserRole(user_id=user_id, unit_id=unit_id, role=role, alone_at=alone_at)
    session().merge(held)
    session().flush()


def demand_possible(user_id: int | None, role: str, actor: Actor) -> None:
    """Raise InvalidInput when nobody is there to confirm a role; None: an account to come."""
    if not needs_second(user_id or 0, role, actor):
        return
    if not administrators.others(user_id or 0, actor.user_id or 0):
        text = N_(
            "Il faut un autre administrateur, ni vous ni cette personne, pour confirmer ce rôle. "
            "Sinon, par l'exploitant : grc user grant %(login)s --role ROLE@SERVICE."
        )
        login = accounts.account(user_id).login if user_id else "LOGIN"
        raise InvalidInput(text, field="role", login=login)


def _tell(event: Event, user: User, unit: str, role: str, actor: Actor, now: datetime) -> None:
    subject = ("user", user.id)
    audit.record(
        event,
        subject=subject,
        actor=actor,
        now=now,
        who=user.login,
        role=Text(ROLE_LABELS[role]),
        unit=unit,
    )


def _propose(user: User, unit: tuple[int, str], role: str, actor: Actor, now: datetime) -> None:
    demand_possible(user.id, role, actor)
    same = (RoleProposal.user_id == user.id, RoleProposal.unit_id == unit[0])
    waits = (RoleProposal.role == role, RoleProposal.decided_at.is_(None))
    if session().scalar(select(RoleProposal.id).where(*same, *waits)):
        return
    add(RoleProposal, user_id=user.id, unit_id=unit[0], role=role, at=now, asked_by=actor.user_id)
    _tell(Event.ROLE_PROPOSED, user, unit[1], role, actor, now)


def proposals(user_id: int | None = None) -> list[RoleProposal]:
    """What waits for another administrator, the oldest first; of one account if it is given."""
    query = select(RoleProposal).where(RoleProposal.decided_at.is_(None))
    if user_id is not None:
        query = query.where(RoleProposal.user_id == user_id)
    return list(session().scalars(query.order_by(RoleProposal.id)))


def decide(number: int, unit: str, *, gives: bool, actor: Actor, now: datetime) -> bool:
    """Confirm or refuse what another administrator asked for; False when that was decided
    before. `unit` is the name of the unit. Raises Forbidden, see `administrators.demand_second`,
    InvalidInput to confirm it for a closed account."""
    administrators.demand(actor)
    lock(administrators.LOCK)
    asked = session().get(RoleProposal, number, populate_existing=True)
    if asked is None:
        raise NotFound(N_("Cette demande n'existe pas."))
    if asked.decided_at is not None:
        return False
    user = accounts.account(asked.user_id)
    if gives:
        administrators.demand_second(actor, asked.user_id, asked.asked_by, since=asked.at)
        if not user.is_active:
            raise InvalidInput(N_("Ce compte est désactivé : rétablissez-le d'abord."))
    amend(asked, decided_by=actor.user_id, decided_at=now, is_given=gives)
    if gives:
        _add(user.id, asked.unit_id, asked.role, alone_at=None)
    event = Event.ROLE_GIVEN if gives else Event.ROLE_REFUSED
    _tell(event, user, unit, asked.role, actor, now)
    return True


def take(user_id: int, unit: tuple[int, str], role: str, *, actor: Actor, now: datetime) -> bool:
    """Take a role away; False when she has not got it. Raises InvalidInput for the last
    administrator."""
    administrators.demand(actor)
    lock(administrators.LOCK)
    user = accounts.account(user_id)
    if role == Role.ADMINISTRATOR and not _stays(user_id, unit[0]):
        raise InvalidInput(administrators.LAST)
    row = (UserRole.user_id == user_id, UserRole.unit_id == unit[0], UserRole.role == role)
    if execute(delete(UserRole).where(*row)).rowcount == 0:
        return False
    session().expire_all()
    _tell(Event.ROLE_TAKEN, user, unit[1], role, actor, now)
    return True


def _stays(user_id: int, unit_id: int) -> bool:
    """True when an administrator is left without this role of hers."""
    own = [unit for unit, role in roles_of(user_id) if role == Role.ADMINISTRATOR]
    return bool(administrators.others(user_id)) or own not in ([unit_id], [])


def role_label(role: str) -> str:
    """The French name of a role (a msgid)."""
    return ROLE_LABELS[role]
