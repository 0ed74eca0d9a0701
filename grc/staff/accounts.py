"""What administrators do to accounts: create, change, close and reopen; their roles: `roles`.

One administrator always stays. Nothing is deleted: audits name accounts for years.
"""

import re
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select, update

from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import amend, execute, lock, session
from grc.core.errors import Conflict, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.staff import administrators, service
from grc.staff.models import User

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


def account(user_id: int) -> User:
    """The account of this id, closed or not. Raises NotFound."""
    user = session().get(User, user_id)
    if user is None:
        raise NotFound(N_("Ce compte n'existe pas."))
    return user


def create(about: About, *, actor: Actor, now: datetime) -> int:
    """An account without role, that no password opens yet. Raises Forbidden, InvalidInput."""
    administrators.demand(actor)
    lock(administrators.LOCK)
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
    administrators.demand(actor)
    lock(administrators.LOCK)
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


def close(user_id: int, *, actor: Actor, now: datetime) -> bool:
    """Close an account: nobody signs in to it, its sessions end at once. Its roles stay, for
    the day it is opened again; False when it was closed. Raises InvalidInput for the last
    administrator."""
    administrators.demand(actor)
    lock(administrators.LOCK)
    user = account(user_id)
    if not user.is_active:
        return False
    if administrators.is_one(user_id) and not administrators.others(user_id):
        raise InvalidInput(administrators.LAST)
    epoch = user.session_epoch + 1
    ended = {"link_hash": None, "link_by": None}
    amend(user, is_active=False, session_epoch=epoch, version=user.version + 1, **ended)
    audit.record(Event.USER_CLOSED, subject=("user", user_id), actor=actor, now=now, who=user.login)
    return True


def reopen(user_id: int, *, actor: Actor, now: datetime) -> bool:
    """Open a closed account again, as it was; False when it was open. Her telephone may have
    become somebody else's: then it is hers no more."""
    administrators.demand(actor)
    lock(administrators.LOCK)
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
