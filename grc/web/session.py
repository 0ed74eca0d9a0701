"""Who is signed in: a signed cookie that names an account and says since when.

Rights are read from the database at every request. Thirty minutes without a page, or eight
hours in all, and one signs in again; raising `session_epoch` ends every session at once.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Flask, g, session
from flask_login import LoginManager, current_user, login_user, logout_user

from grc.cases.readers import reader
from grc.core import clock
from grc.core.actor import Actor
from grc.organisation.queries import UnitView
from grc.organisation.queries import snapshot as organisation
from grc.staff.models import User
from grc.staff.queries import actor_of, actor_with

IDLE = 30 * 60
LONGEST = 8 * 3600
_STAMP_EVERY = 60  # seconds: a cookie at every answer would be noise


@dataclass(frozen=True)
class Account:
    """The signed-in person as pages need her; plain data, so that no later query reloads it."""

    id: int
    name: str
    locale: str
    theme: str
    shortcuts: bool
    compact: bool
    epoch: int
    site: str  # code of where she receives people, see appointments.queries.site_of
    extension: str  # her telephone, empty when she has told none
    actor: Actor
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """What the cookie keeps: the account and the epoch of its sessions."""
        return f"{self.id}.{self.epoch}"


def install(app: Flask) -> None:
    """Cookies only our pages can read; `__Host-` pins them to this very host over HTTPS."""
    secure = settings_of(app).startswith("https://")
    # Beside the real one on the same host, which browsers do not tell apart by its port.
    apart = "-training" if app.extensions["grc.settings"].training else ""
    app.config.update(
        SESSION_COOKIE_NAME=("__Host-grc" if secure else "grc") + apart,
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    manager = LoginManager()
    # Pages get the person from `frame`; Flask-Login would read the database for error pages.
    manager.init_app(app, add_context_processor=False)
    manager.session_protection = None  # an address may change; the signature is what counts
    manager.user_loader(_load)


def settings_of(app: Flask) -> str:
    """The public address of this application."""
    return str(app.extensions["grc.settings"].base_url)


def _load(kept: str) -> Account | None:
    if expired(session, clock.now().timestamp()):
        return None
    user_id, _, epoch = kept.partition(".")
    found = reader(int(user_id)) if user_id.isdecimal() else None
    if found is None or not found.user.is_active or str(found.user.session_epoch) != epoch:
        return None
    actor = actor_with(found.user, found.held, organisation_tree())
    return _account(found.user, replace(actor, is_listed=found.is_listed))


def account_of(user: User) -> Account:
    """The account of a row, with its rights of this moment."""
    return _account(user, actor_of(user, organisation_tree()))


def _account(user: User, actor: Actor) -> Account:
    return Account(
        id=user.id,
        name=user.name,
        locale=user.locale,
        theme=user.theme,
        shortcuts=user.shortcuts,
        compact=user.compact,
        epoch=user.session_epoch,
        site=user.site,
        extension=user.extension or "",
        actor=actor,
    )


def organisation_tree() -> dict[int, tuple[int | None, int]]:
    """(parent id, department id) of each unit, by id: what rights are extended by."""
    units: Mapping[int, UnitView] = organisation().units_by_id
    return {unit.id: (unit.above, unit.department_id) for unit in units.values()}


def expired(kept: Mapping[str, object], at: float) -> bool:
    """True when the stamps of a cookie are too old, or missing."""
    seen, since = kept.get("seen"), kept.get("since")
    if not isinstance(seen, int | float) or not isinstance(since, int | float):
        return True
    return at - seen > IDLE or at - since > LONGEST


def stamp() -> None:
    """This request shows that somebody is there."""
    at = clock.now().timestamp()
    if at - float(session.get("seen", 0)) > _STAMP_EVERY:
        session["seen"] = int(at)


def open_for(user: User) -> None:
    """Start a session of its own: nothing from before the login survives."""
    session.clear()
    g.pop("csrf_token", None)  # of the session before: a form of this answer needs a new one
    at = int(clock.now().timestamp())
    session.update(since=at, seen=at, nonce=secrets.token_urlsafe(12), user=user.id)
    login_user(account_of(user))


def close() -> None:
    """Forget who was signed in."""
    logout_user()
    session.clear()


def who() -> Account:
    """The signed-in person; only behind a guard that asked for one."""
    account: Account = current_user._get_current_object()
    return account


def recognised() -> Account | None:
    """The signed-in person, if any; may ask the database."""
    return who() if current_user.is_authenticated else None


def known() -> Account | None:
    """The signed-in person when she is known already: asks the database nothing."""
    person = g.get("_login_user")
    return person if isinstance(person, Account) else None


def actor() -> Actor:
    """The actor of this request."""
    return who().actor
