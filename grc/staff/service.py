"""Accounts: creating them, signing in, what a person prefers."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import add, session
from grc.core.errors import InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_
from grc.staff.models import LoginFailure, User, UserRole
from grc.staff.passwords import hash_password, verify
from grc.staff.policy import Role

WINDOW = timedelta(minutes=15)
MAX_FAILURES = 10


def add_user(
    login: str,
    name: str,
    password: str,
    roles: Iterable[tuple[int, str]],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Create an account with (unit id, role) pairs. Raises InvalidInput."""
    login = login.strip().lower()
    if session().scalar(select(User.id).where(User.login == login)):
        raise InvalidInput(N_("Le compte %(login)s existe déjà."), field="login", login=login)
    hashed = hash_password(password)
    user_id = add(User, login=login, name=name, password_hash=hashed, created_at=now)
    for unit_id, role in roles:
        _grant(user_id, unit_id, role)
    audit.record(Event.USER_ADDED, subject=("user", user_id), actor=actor, now=now, login=login)
    return user_id


def _grant(user_id: int, unit_id: int, role: str) -> None:
    if role not in set(Role):
        known = ", ".join(Role)
        raise InvalidInput(
            N_("Le rôle %(role)s n'existe pas ; rôles connus : %(known)s."),
            field="role",
            role=role,
            known=known,
        )
    session().add(UserRole(user_id=user_id, unit_id=unit_id, role=role))


def who(login: str, address: str) -> str:
    """The pseudonym under which failed logins of an account from an address are counted."""
    return hashlib.sha256(f"{login.strip().lower()}|{address}".encode()).hexdigest()


def throttled(login: str, address: str, now: datetime) -> bool:
    """True when this account has failed too often from this address lately."""
    recent = select(func.count()).where(
        LoginFailure.who == who(login, address), LoginFailure.at > now - WINDOW
    )
    return (session().scalar(recent) or 0) >= MAX_FAILURES


def sign_in(login: str, password: str, address: str, now: datetime) -> User | None:
    """The account when the password fits; otherwise the failure is counted."""
    user = session().scalar(select(User).where(User.login == login.strip().lower()))
    active = user is not None and user.is_active
    if not verify(user.password_hash if active and user else None, password):
        add(LoginFailure, who=who(login, address), at=now)
        return None
    session().execute(delete(LoginFailure).where(LoginFailure.who == who(login, address)))
    return user


def prefer(user: User, *, locale: str, theme: str, shortcuts: bool, compact: bool) -> None:
    """Keep what a person prefers on screen. Unknown values raise InvalidInput."""
    if locale not in {"fr", "en"} or theme not in {"auto", "light", "dark"}:
        raise InvalidInput(N_("Cette préférence n'existe pas."), field="locale")
    user.locale, user.theme = locale, theme
    user.shortcuts, user.compact = shortcuts, compact
    session().flush()
