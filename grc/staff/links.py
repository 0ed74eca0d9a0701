"""The one code by which a person chooses her password: shown once, used once, for two days.

It is typed, never part of an address: addresses are written down by every server between her and
us, and stay in browsers. For somebody who reads cases reserved to a list, and for an administrator,
another one confirms it before it opens anything; who reads such cases is asked of the caller.
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update

from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import amend, execute, session
from grc.core.errors import InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_
from grc.staff import accounts, administrators, service
from grc.staff.models import User
from grc.staff.passwords import hash_password

LASTS = timedelta(days=2)
# Told over the telephone and copied by hand: no letter that looks like a number. 80 bits.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _GROUP = 4, 4
_LIKE = str.maketrans("OIL", "011", " -\u2010\u2011\u2013\u00a0\u202f")
GONE = N_("Ce code a servi, ou n'est plus valable : demandez-en un autre à votre administrateur.")
GONE_BY = N_("Ce code n'attend plus : un autre l'a remplacé, ou il a été confirmé ou refusé.")
ALONE = N_(
    "Il faut un autre administrateur, ni vous ni cette personne, pour confirmer ce code. "
    "Sinon, par l'exploitant : grc user code %(login)s."
)
Reserved = Callable[[int], bool]  # does this account read a case reserved to a list?


def make(user_id: int, *, reserved: Reserved, actor: Actor, now: datetime) -> str:
    """A new code for an open account; the one before holds no more. The password stays what it is
    until the code is used. Where two people are needed it opens nothing before another
    administrator has confirmed it, see `waits`. Raises Forbidden, InvalidInput."""
    administrators.demand(actor)
    user = accounts.account(user_id)
    if not user.is_active:
        raise InvalidInput(N_("Ce compte est désactivé : rétablissez-le d'abord."))
    is_alone = actor.user_id is not None
    asked_by = actor.user_id if is_alone and _needs_second(user_id, reserved) else None
    if asked_by is not None and not administrators.others(asked_by, user_id):
        raise InvalidInput(ALONE, login=user.login)
    code = _code()
    made = {"link_hash": _hash(code), "link_until": now + LASTS, "link_seconded": not is_alone}
    amend(user, link_by=asked_by, **made)
    _tell(Event.PASSWORD_LINKED if asked_by is None else Event.PASSWORD_ASKED, user, actor, now)
    return code


def _needs_second(user_id: int, reserved: Reserved) -> bool:
    return administrators.may_become(user_id) or reserved(user_id)


def waits(user: User) -> bool:
    """True while the code of an account waits for another administrator."""
    return user.link_by is not None


def mark(user: User) -> str:
    """The code that an account has now, for whoever decides on it: another one has another."""
    return hashlib.sha256((user.link_hash or "").encode()).hexdigest()[:16]


def _code() -> str:
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def waiting(now: datetime) -> Sequence[User]:
    """The accounts whose code waits for another administrator, by name."""
    query = select(User).where(User.link_by.is_not(None), User.link_until > now, User.is_active)
    return session().scalars(query.order_by(User.name, User.id)).all()


def decide(user_id: int, seen: str, *, gives: bool, actor: Actor, now: datetime) -> None:
    """Confirm the code that another administrator made, or refuse it for good; `seen` is the
    `mark` of the one that was on the screen. Raises InvalidInput when that one waits no more,
    Forbidden, see `administrators.demand_second`."""
    administrators.demand(actor)
    user = accounts.account(user_id)
    if user.link_by is None or user.link_until is None or mark(user) != seen:
        raise InvalidInput(GONE_BY)
    until = user.link_until
    if gives:
        administrators.demand_second(actor, user.link_by, user_id, since=until - LASTS)
    same = (User.id == user_id, User.link_hash == user.link_hash, User.link_by == user.link_by)
    refused = {"link_hash": None, "link_until": None}
    values = {"link_by": None} | ({"link_seconded": True} if gives else refused)
    if until <= now or execute(update(User).where(*same), values).rowcount != 1:
        raise InvalidInput(GONE_BY)
    session().refresh(user)
    _tell(Event.PASSWORD_LINKED if gives else Event.PASSWORD_REFUSED, user, actor, now)


def whose(code: str, now: datetime, reserved: Reserved) -> User:
    """The account of a code that holds: one made alone no longer does once its owner is an
    administrator or on the list of a reserved case. Raises InvalidInput."""
    known = (User.link_hash == _hash(code), User.is_active, User.link_by.is_(None))
    user = session().scalar(select(User).where(*known))
    if user is None or user.link_until is None or user.link_until <= now:
        raise InvalidInput(GONE, field="secret")
    if not user.link_seconded and _needs_second(user.id, reserved):
        raise InvalidInput(GONE, field="secret")
    return user


def hashed(password: str, again: str) -> str:
    """The hash of a password typed twice; slow on purpose: call it outside any transaction.
    Raises InvalidInput."""
    if password != again:
        raise InvalidInput(N_("Les deux mots de passe diffèrent."), field="again")
    return hash_password(password)


def use(code: str, password_hash: str, *, reserved: Reserved, now: datetime) -> User:
    """Keep the password chosen for the account it returns; the code holds no more, sessions end.
    Raises InvalidInput."""
    user = whose(code, now, reserved)
    same = (User.id == user.id, User.link_hash == _hash(code), User.link_by.is_(None))
    values: dict[str, object] = {"password_hash": password_hash, "password_at": now}
    values |= {"password_seconded": user.link_seconded, "link_hash": None, "link_until": None}
    if execute(update(User).where(*same), values).rowcount != 1:
        raise InvalidInput(GONE, field="secret")
    service.end_sessions(user.id)
    actor = Actor(user.login, user.id)
    audit.record(Event.PASSWORD_SET, subject=("user", user.id), actor=actor, now=now)
    return user


def _tell(event: Event, user: User, actor: Actor, now: datetime) -> None:
    audit.record(event, subject=("user", user.id), actor=actor, now=now, who=user.login)


def _hash(code: str) -> str:
    """Of what was typed: capitals or not, with or without its dashes."""
    plain = code.upper().translate(_LIKE)
    return hashlib.sha256(plain.encode("utf-8", "surrogateescape")).hexdigest()
