"""Accounts: creating them, signing in, what a person prefers."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select, update

from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import add, add_all, lock, session
from grc.core.errors import Forbidden, InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_
from grc.staff import throttle
from grc.staff.models import AccessLog, User, UserRole
from grc.staff.passwords import UNUSABLE, hash_password, verify
from grc.staff.policy import Permission, Role, allowed
from grc.staff.throttle import Attempt

_LOCK = 92_102  # of the extensions


def add_user(
    login: str,
    name: str,
    password: str | None,
    roles: Iterable[tuple[int, str]],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Create an account with (unit id, role) pairs; without a password nobody can sign in to
    it. Raises InvalidInput."""
    if not allowed(actor, Permission.USER_ADMIN):
        raise Forbidden(N_("Seul un administrateur crée des comptes."))
    login = login.strip().lower()
    if session().scalar(select(User.id).where(User.login == login)):
        raise InvalidInput(N_("Le compte %(login)s existe déjà."), field="login", login=login)
    hashed = UNUSABLE if password is None else hash_password(password)
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


def identify(login: str, password: str) -> User | None:
    """The account these words open, None when they open none.

    Reads only, and slow on purpose: call it outside any transaction. An unknown account
    costs the same time.
    """
    user = session().scalar(select(User).where(User.login == login.strip().lower()))
    active = user if user is not None and user.is_active else None
    return active if verify(active.password_hash if active else None, password) else None


def note_sign_in(user: User | None, attempt: Attempt, now: datetime) -> None:
    """Count a failed sign-in, or forgive the failures before a successful one."""
    if user is None:
        throttle.count_failure(attempt, now)
        return
    throttle.forgive(attempt)
    actor = Actor(user.login, user.id)
    audit.record(Event.USER_LOGGED_IN, subject=("user", user.id), actor=actor, now=now)


def opened_by(password: str, logins: Iterable[str]) -> list[str]:
    """Those of the logins, in use, that this password opens."""
    users = session().scalars(
        select(User).where(User.login.in_(list(logins)), User.is_active).order_by(User.login)
    )
    return [user.login for user in users if verify(user.password_hash, password)]


def end_sessions(user_id: int) -> None:
    """End every open session of an account, on every computer."""
    session().execute(
        update(User)
        .where(User.id == user_id)
        .values(session_epoch=User.session_epoch + 1)
        .execution_options(synchronize_session=False)
    )


def note_readings(
    user_id: int, unit_id: int | None, shown: Mapping[int, str], now: datetime
) -> None:
    """Note what a person of a unit is shown of confidential cases: by case, in what."""
    told = {"at": now, "user_id": user_id, "unit_id": unit_id, "token_id": None}
    add_all(AccessLog, [told | {"case_id": case, "what": what} for case, what in shown.items()])


def note_reading(token_id: int, case_id: int, now: datetime) -> None:
    """Note that a script read a confidential case."""
    add(AccessLog, at=now, user_id=None, token_id=token_id, case_id=case_id, what="api")


def sit(user: User, site: str) -> None:
    """Keep where a person receives people from now on, by the code of the site."""
    user.site = site
    session().flush()


def answer_at(user: User, extension: str, *, now: datetime) -> None:
    """Keep the extension of a person's telephone; empty: none. It tells her who is calling, so
    it is hers alone. Raises InvalidInput."""
    given = extension.strip()
    if given and not re.fullmatch(r"[0-9A-Za-z+*#._-]{1,20}", given):
        raise InvalidInput(N_("Un poste s'écrit en chiffres ou en lettres."), field="extension")
    old = user.extension or ""
    if given == old:
        return
    lock(_LOCK)
    if given and (holder := _holder(given)):
        text = N_("Le poste %(extension)s est déjà celui de %(name)s.")
        raise InvalidInput(text, field="extension", extension=given, name=holder)
    user.extension = given or None
    session().flush()
    audit.record(
        Event.USER_EXTENSION,
        subject=("user", user.id),
        actor=Actor(user.login, user.id),
        now=now,
        old=old or "–",
        new=given or "–",
    )


def _holder(extension: str) -> str | None:
    """The name of who answers at an extension."""
    query = select(User.name).where(User.extension == extension, User.is_active)
    return session().scalar(query.limit(1))


def prefer(user: User, *, locale: str, theme: str, shortcuts: bool, compact: bool) -> None:
    """Keep what a person prefers on screen. Unknown values raise InvalidInput."""
    if locale not in {"fr", "en"} or theme not in {"auto", "light", "dark"}:
        raise InvalidInput(N_("Cette préférence n'existe pas."), field="locale")
    user.locale, user.theme = locale, theme
    user.shortcuts, user.compact = shortcuts, compact
    session().flush()
