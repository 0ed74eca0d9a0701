"""Delegations of signature kept on screen: given, ended. The same rows as `loading` writes.

An act ends by a date. What was signed under it keeps name, quality and act, and so does the row.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update

from grc.core import audit
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add, execute, lock, session
from grc.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_
from grc.correspondence.models import Delegation
from grc.correspondence.queries import types as letter_types
from grc.organisation.loading import stamp
from grc.organisation.queries import UnitView
from grc.staff.directory import by_login
from grc.staff.policy import Permission, allowed

PAGE = 50
LOCK = 92_132


@dataclass(frozen=True)
class Wanted:
    """What an administrator types; `until` is the last day. `types` empty: all of them."""

    login: str
    name: str
    quality: str
    types: Collection[str]
    since: date
    until: date
    act: str


def page(words: str, today: date, *, over: bool, after: int | None) -> list[Delegation]:
    """One page and one more, the latest first; those in force or to come, or those over."""
    query = select(Delegation).order_by(Delegation.id.desc()).limit(PAGE + 1)
    is_over = (Delegation.valid_to <= today) | Delegation.is_active.is_(False)
    query = query.where(is_over if over else ~is_over)
    if words.strip():
        text = words.strip().lower()
        names = (func.lower(Delegation.name), func.lower(Delegation.quality))
        query = query.where(
            names[0].contains(text, autoescape=True) | names[1].contains(text, autoescape=True)
        )
    if after is not None:
        query = query.where(Delegation.id < after)
    return list(session().scalars(query))


def _demand(actor: Actor) -> None:
    if not allowed(actor, Permission.USER_ADMIN):
        raise Forbidden(N_("Seul un administrateur tient les délégations."))


def give(wanted: Wanted, unit: UnitView, *, actor: Actor, now: datetime) -> int:
    """Write a delegation. Raises Forbidden, InvalidInput."""
    _demand(actor)
    user = by_login(wanted.login)
    if user is None or not user.is_active:
        text = N_("Aucun compte ouvert n'a cet identifiant.")
        raise InvalidInput(text, field="login")
    _check(wanted, paris_date(now))
    lock(LOCK)
    last = session().scalar(select(func.max(Delegation.id))) or 0
    number = add(
        Delegation,
        code=f"{user.login[:30]}-{last + 1}",
        user_id=user.id,
        name=" ".join(wanted.name.split()),
        quality=wanted.quality.strip(),
        unit_id=unit.id,
        types=sorted(wanted.types),
        valid_from=wanted.since,
        valid_to=wanted.until + timedelta(days=1),
        act=wanted.act.strip(),
        is_active=True,
    )
    audit.record(
        Event.DELEGATION_GIVEN,
        subject=("delegation", number),
        actor=actor,
        now=now,
        who=user.login,
        quality=wanted.quality.strip(),
        types=", ".join(sorted(wanted.types)) or "*",
        unit=unit.name,
        since=wanted.since.isoformat(),
        until=wanted.until.isoformat(),
        act=wanted.act.strip(),
    )
    stamp("letters", actor=actor, now=now)
    return number


def _check(wanted: Wanted, today: date) -> None:
    if wanted.until < wanted.since:
        raise InvalidInput(N_("Le dernier jour vient après le premier."), field="until")
    if wanted.until < today:
        raise InvalidInput(N_("Le dernier jour est passé."), field="until")
    if unknown := sorted(set(wanted.types) - set(letter_types())):
        text = N_("Le type de lettre « %(type)s » n'existe pas.")
        raise InvalidInput(text, field="types", type=unknown[0])


def delegation(number: int) -> Delegation:
    """One of them. Raises NotFound."""
    found = session().get(Delegation, number)
    if found is None:
        raise NotFound(N_("Cette délégation n'existe pas."))
    return found


def last_day(row: Delegation) -> date:
    """The last day on which one holds."""
    return row.valid_to - timedelta(days=1)


def end(number: int, until: date, *, expected: date, actor: Actor, now: datetime) -> bool:
    """Give another last day; yesterday at the earliest, as what was signed was signed. False
    when it is that day. Raises Conflict unless its last day is still the `expected` one."""
    _demand(actor)
    row = delegation(number)
    if until < paris_date(now) - timedelta(days=1):
        text = N_("Une délégation ne prend pas fin dans le passé : hier au plus tôt.")
        raise InvalidInput(text, field="until")
    if until == expected and last_day(row) == expected:
        return False
    same = (Delegation.id == number, Delegation.valid_to == expected + timedelta(days=1))
    values = {"valid_to": until + timedelta(days=1), "is_active": True}
    if execute(update(Delegation).where(*same), values).rowcount != 1:
        raise Conflict(N_("Quelqu'un a changé cette délégation entre-temps."))
    session().refresh(row)
    audit.record(
        Event.DELEGATION_ENDED,
        subject=("delegation", number),
        actor=actor,
        now=now,
        who=row.name,
        old=expected.isoformat(),
        new=until.isoformat(),
    )
    stamp("letters", actor=actor, now=now)
    return True


def end_all_of(user_id: int, *, actor: Actor, now: datetime) -> int:
    """End what a person may still sign, as her account closes; how many there were. They name
    her: nobody inherits them."""
    _demand(actor)
    today = paris_date(now)
    rows = session().scalars(
        select(Delegation).where(
            Delegation.user_id == user_id, Delegation.is_active, Delegation.valid_to > today
        )
    )
    yesterday = today - timedelta(days=1)
    found = [row for row in rows if last_day(row) != yesterday]
    for row in found:
        end(row.id, yesterday, expected=last_day(row), actor=actor, now=now)
    return len(found)
