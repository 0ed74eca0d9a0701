"""The one link by which a person chooses her password: shown once, used once, for two days."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update

from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import amend, execute, session
from grc.core.errors import InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_
from grc.staff import accounts, service
from grc.staff.models import User
from grc.staff.passwords import hash_password

LASTS = timedelta(days=2)
GONE = N_("Ce lien a servi, ou n'est plus valable : demandez-en un autre à votre administrateur.")


def make(user_id: int, *, actor: Actor, now: datetime) -> str:
    """A new secret for an open account; the one before holds no more. The password stays what
    it is until the link is used. Raises Forbidden, InvalidInput."""
    accounts.demand(actor)
    user = accounts.account(user_id)
    if not user.is_active:
        raise InvalidInput(N_("Ce compte est désactivé : rétablissez-le d'abord."))
    secret = secrets.token_urlsafe(32)
    amend(user, link_hash=_hash(secret), link_until=now + LASTS)
    audit.record(
        Event.PASSWORD_LINKED, subject=("user", user_id), actor=actor, now=now, who=user.login
    )
    return secret


def whose(secret: str, now: datetime) -> User:
    """The account of a link that still holds. Raises NotFound."""
    user = session().scalar(select(User).where(User.link_hash == _hash(secret), User.is_active))
    if user is None or user.link_until is None or user.link_until <= now:
        raise NotFound(GONE)
    return user


def hashed(password: str, again: str) -> str:
    """The hash of a password typed twice; slow on purpose: call it outside any transaction.
    Raises InvalidInput."""
    if password != again:
        raise InvalidInput(N_("Les deux mots de passe diffèrent."), field="again")
    return hash_password(password)


def use(secret: str, password_hash: str, *, now: datetime) -> None:
    """Keep the password chosen; the link holds no more, sessions end. Raises NotFound."""
    user = whose(secret, now)
    same = (User.id == user.id, User.link_hash == _hash(secret))
    values = {"password_hash": password_hash, "link_hash": None, "link_until": None}
    if execute(update(User).where(*same), values).rowcount != 1:
        raise NotFound(GONE)
    service.end_sessions(user.id)
    actor = Actor(user.login, user.id)
    audit.record(Event.PASSWORD_SET, subject=("user", user.id), actor=actor, now=now)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
