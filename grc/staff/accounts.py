"""What administrators do to accounts: create, change, give and take roles, close and reopen.

Whoever has the keys does not read: an administrator gives herself no other role alone, see
`proposals`. One administrator always stays. Nothing is deleted: audits name accounts for years.
"""

import re
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update

from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import add, amend, execute, lock, session
from grc.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.staff import service
from grc.staff.models import RoleProposal, User, UserRole
from grc.staff.policy import ROLE_LABELS, Permission, Role, allowed

_LOCK = 92_103  # of the administrators
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,79}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]+")
_EXTENSION = re.compile(r"[0-9A-Za-z+*#._-]{1,20}")
LABELS = {
    "login": N_("identifiant"),
    "name": N_("nom"),
    "email": N_("adresse électronique"),
    "extension": N_("poste téléphonique"),
}


@dataclass(frozen=True)
class About:
    """What is written of a person. Texts are trimmed and logins lower case by `cleaned`."""

    login: str
    name: str
    email: str = ""
    extension: str = ""

    def cleaned(self) -> "About":
        """The same as it is kept. Raises InvalidInput naming the field that cannot be."""
        login, name = self.login.strip().lower(), " ".join(self.name.split())
        email, extension = self.email.strip(), self.extension.strip()
        if not _LOGIN.fullmatch(login):
            text = N_("Un identifiant a de 2 à 80 caractères : a à z, chiffres, point, tiret, _.")
            raise InvalidInput(text, field="login")
        if not name or len(name) > 120:
            raise InvalidInput(N_("Donnez un nom, de 120 caractères au plus."), field="name")
        if email and (len(email) > 254 or not _EMAIL.fullmatch(email)):
            text = N_("Une adresse électronique s'écrit nom@domaine.fr.")
            raise InvalidInput(text, field="email")
        if extension and not _EXTENSION.fullmatch(extension):
            raise InvalidInput(N_("Un poste s'écrit en chiffres ou en lettres."), field="extension")
        return About(login, name, email, extension)


def demand(actor: Actor) -> None:
    """The first line of a use-case: raise Forbidden for who is no administrator."""
    if not allowed(actor, Permission.USER_ADMIN):
        raise Forbidden(N_("Seul un administrateur tient les comptes."))


def account(user_id: int) -> User:
    """The account of this id, closed or not. Raises NotFound."""
    user = session().get(User, user_id)
    if user is None:
        raise NotFound(N_("Ce compte n'existe pas."))
    return user


def create(about: About, *, actor: Actor, now: datetime) -> int:
    """An account without role, that no password opens yet. Raises Forbidden, InvalidInput."""
    demand(actor)
    lock(_LOCK)
    given = about.cleaned()
    _demand_free(given, None)
    user_id = service.add_user(given.login, given.name, None, (), actor=actor, now=now)
    user = account(user_id)
    amend(user, email=given.email, extension=given.extension or None)
    return user_id


def about_of(user: User) -> About:
    """What is written of an account now."""
    return About(user.login, user.name, user.email, user.extension or "")


def change(user_id: int, about: About, *, expected: int, actor: Actor, now: datetime) -> bool:
    """Write other things of a person; False when they are the same. Each is audited with what
    it was. Raises Conflict when somebody else wrote since version `expected`."""
    demand(actor)
    lock(_LOCK)
    user, given = account(user_id), about.cleaned()
    old, new = asdict(about_of(user)), asdict(given)
    changed = [name for name in LABELS if old[name] != new[name]]
    if not changed:
        return False
    _demand_free(given, user_id)
    where = (User.id == user_id, User.version == expected)
    if execute(update(User).where(*where), _values(given, expected + 1)).rowcount != 1:
        raise Conflict(N_("Quelqu'un a changé ce compte entre-temps : rien n'a été écrasé."))
    session().refresh(user)
    for name in changed:
        audit.record(
            Event.USER_CHANGED,
            subject=("user", user_id),
            actor=actor,
            now=now,
            who=given.login,
            what=Text(LABELS[name]),
            old=old[name] or "–",
            new=new[name] or "–",
        )
    return True


def _values(about: About, version: int) -> dict[str, object]:
    return asdict(about) | {"extension": about.extension or None, "version": version}


def _demand_free(about: About, user_id: int | None) -> None:
    taken = session().scalar(
        select(User.id).where(User.login == about.login, User.id.is_distinct_from(user_id))
    )
    if taken:
        text = N_("Le compte %(login)s existe déjà.")
        raise InvalidInput(text, field="login", login=about.login)
    query = select(User.name).where(User.extension == about.extension, User.is_active)
    holder = (
        session().scalar(query.where(User.id.is_distinct_from(user_id)))
        if about.extension
        else None
    )
    if holder:
        text = N_("Le poste %(extension)s est déjà celui de %(name)s.")
        raise InvalidInput(text, field="extension", extension=about.extension, name=holder)


def roles_of(user_id: int) -> list[tuple[int, str]]:
    """(unit id, role) of an account."""
    query = select(UserRole.unit_id, UserRole.role).where(UserRole.user_id == user_id)
    return [(row.unit_id, row.role) for row in session().execute(query)]


def give(user_id: int, unit: tuple[int, str], role: str, *, actor: Actor, now: datetime) -> bool:
    """Give a role in a unit (id, name). False: it was hers already, or another administrator
    must confirm it first, because she asks for herself. Raises Forbidden, InvalidInput."""
    demand(actor)
    lock(_LOCK)
    user = account(user_id)
    if role not in set(Role):
        raise InvalidInput(N_("Ce rôle n'existe pas."), field="role")
    if (unit[0], role) in roles_of(user_id):
        return False
    if user_id == actor.user_id and role != Role.ADMINISTRATOR:
        _propose(user, unit, role, actor, now)
        return False
    session().add(UserRole(user_id=user_id, unit_id=unit[0], role=role))
    session().flush()
    _tell(Event.ROLE_GIVEN, user, unit[1], role, actor, now)
    return True


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
    if not _others(user.id):
        text = N_(
            "Vous êtes le seul administrateur : un autre doit confirmer ce rôle. Créez-en un, "
            "ou faites-le faire par l'exploitant : grc user grant %(login)s --role ROLE@SERVICE."
        )
        raise InvalidInput(text, field="role", login=user.login)
    same = (RoleProposal.user_id == user.id, RoleProposal.unit_id == unit[0])
    waits = (RoleProposal.role == role, RoleProposal.decided_at.is_(None))
    if session().scalar(select(RoleProposal.id).where(*same, *waits)):
        return
    add(RoleProposal, user_id=user.id, unit_id=unit[0], role=role, at=now)
    _tell(Event.ROLE_PROPOSED, user, unit[1], role, actor, now)


def proposals() -> list[RoleProposal]:
    """What waits for another administrator, the oldest first."""
    query = select(RoleProposal).where(RoleProposal.decided_at.is_(None))
    return list(session().scalars(query.order_by(RoleProposal.id)))


def decide(number: int, unit: str, *, gives: bool, actor: Actor, now: datetime) -> bool:
    """Confirm or refuse what another administrator asked for herself; False when that was
    decided before. `unit` is the name of the unit. Raises Forbidden to confirm one's own."""
    demand(actor)
    lock(_LOCK)
    asked = session().get(RoleProposal, number, populate_existing=True)
    if asked is None:
        raise NotFound(N_("Cette demande n'existe pas."))
    if asked.decided_at is not None:
        return False
    if gives and asked.user_id == actor.user_id:
        raise Forbidden(N_("Un autre administrateur confirme ce rôle."))
    user = account(asked.user_id)
    gives = gives and user.is_active
    amend(asked, decided_by=actor.user_id, decided_at=now, is_given=gives)
    if gives and (asked.unit_id, asked.role) not in roles_of(user.id):
        session().add(UserRole(user_id=user.id, unit_id=asked.unit_id, role=asked.role))
        session().flush()
    event = Event.ROLE_GIVEN if gives else Event.ROLE_REFUSED
    _tell(event, user, unit, asked.role, actor, now)
    return True


def take(user_id: int, unit: tuple[int, str], role: str, *, actor: Actor, now: datetime) -> bool:
    """Take a role away; False when she has not got it. Raises InvalidInput for the last
    administrator."""
    demand(actor)
    lock(_LOCK)
    user = account(user_id)
    if role == Role.ADMINISTRATOR and not _stays(user_id, unit[0]):
        raise InvalidInput(N_("C'est le dernier administrateur : nommez-en un autre d'abord."))
    row = (UserRole.user_id == user_id, UserRole.unit_id == unit[0], UserRole.role == role)
    if execute(delete(UserRole).where(*row)).rowcount == 0:
        return False
    session().expire_all()
    _tell(Event.ROLE_TAKEN, user, unit[1], role, actor, now)
    return True


def _others(user_id: int) -> int:
    """How many other open accounts are those of administrators."""
    query = select(func.count(User.id.distinct())).join(UserRole, UserRole.user_id == User.id)
    where = (UserRole.role == Role.ADMINISTRATOR, User.is_active, User.id != user_id)
    return session().scalar(query.where(*where)) or 0


def is_last(user_id: int) -> bool:
    """True when no other open account is that of an administrator."""
    return not _others(user_id)


def _stays(user_id: int, unit_id: int) -> bool:
    """True when an administrator is left without this role of hers."""
    own = [unit for unit, role in roles_of(user_id) if role == Role.ADMINISTRATOR]
    return bool(_others(user_id)) or own not in ([unit_id], [])


def close(user_id: int, *, actor: Actor, now: datetime) -> bool:
    """Close an account: nobody signs in to it, its sessions end at once. Its roles stay, for
    the day it is opened again; False when it was closed. Raises InvalidInput for the last
    administrator."""
    demand(actor)
    lock(_LOCK)
    user = account(user_id)
    if not user.is_active:
        return False
    is_administrator = Role.ADMINISTRATOR in {role for _unit, role in roles_of(user_id)}
    if is_administrator and not _others(user_id):
        raise InvalidInput(N_("C'est le dernier administrateur : nommez-en un autre d'abord."))
    epoch = user.session_epoch + 1
    amend(user, is_active=False, session_epoch=epoch, link_hash=None, version=user.version + 1)
    audit.record(Event.USER_CLOSED, subject=("user", user_id), actor=actor, now=now, who=user.login)
    return True


def reopen(user_id: int, *, actor: Actor, now: datetime) -> bool:
    """Open a closed account again, as it was; False when it was open. Her telephone may have
    become somebody else's: then it is hers no more."""
    demand(actor)
    lock(_LOCK)
    user = account(user_id)
    if user.is_active:
        return False
    query = select(User.id).where(User.extension == user.extension, User.is_active)
    is_taken = user.extension is not None and session().scalar(query) is not None
    extension = None if is_taken else user.extension
    amend(user, extension=extension, is_active=True, version=user.version + 1)
    audit.record(
        Event.USER_REOPENED, subject=("user", user_id), actor=actor, now=now, who=user.login
    )
    return True


def role_label(role: str) -> str:
    """The French name of a role (a msgid)."""
    return ROLE_LABELS[role]
