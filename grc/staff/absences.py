"""Who is absent from when to when, and who covers for her. Days are civil days in Paris, the
last one included; an absence ends by itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased

from grc.core import audit
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add, amend, fetch, lock, session
from grc.core.errors import Forbidden, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_
from grc.staff.models import Absence, User
from grc.staff.policy import GRANTS, Permission
from grc.staff.queries import names, works_in

LONGEST = timedelta(days=400)
_LOCK = 92_107
_Cover = aliased(User)
_ABSENCES = (
    select(
        Absence.id,
        Absence.user_id,
        User.name,
        Absence.cover_id,
        _Cover.name.label("cover"),
        Absence.first_on,
        Absence.last_on,
    )
    .join(User, User.id == Absence.user_id)
    .outerjoin(_Cover, _Cover.id == Absence.cover_id)
    .order_by(Absence.first_on, User.name)
)


@dataclass(frozen=True)
class Away:
    """One absence, over, present or to come."""

    id: int
    user_id: int
    name: str
    cover_id: int | None
    cover: str | None
    first: date
    last: date


def declare(
    user_id: int,
    cover_id: int | None,
    first: date,
    last: date,
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Say that somebody is absent, and who covers. Said by herself or by a supervisor of one
    of her units. Raises Forbidden, InvalidInput."""
    _demand(user_id, actor)
    _check_days(first, last, paris_date(now))
    lock(_LOCK)
    if _meeting(user_id, first, last):
        raise InvalidInput(N_("Une absence est déjà notée à ces dates."), field="first")
    _check_cover(user_id, cover_id, first, last)
    number = add(
        Absence, user_id=user_id, cover_id=cover_id, first_on=first, last_on=last, said_at=now
    )
    called = names({one for one in (user_id, cover_id) if one})
    audit.record(
        Event.USER_AWAY,
        subject=("user", user_id),
        actor=actor,
        now=now,
        who=called[user_id],
        first=first.isoformat(),
        last=last.isoformat(),
        cover=called.get(cover_id or 0, "–"),
    )
    return number


def end(absence_id: int, *, actor: Actor, now: datetime) -> None:
    """She is back, or does not leave: from now on nobody covers. Twice is once."""
    found = session().get(Absence, absence_id, populate_existing=True)
    if found is None:
        raise NotFound(N_("Cette absence n'existe pas."))
    _demand(found.user_id, actor)
    if found.ended_at is not None or found.last_on < paris_date(now):
        return
    amend(found, ended_at=now)
    who = names({found.user_id})[found.user_id]
    audit.record(Event.USER_BACK, subject=("user", found.user_id), actor=actor, now=now, who=who)


def may_say(user_id: int, actor: Actor) -> bool:
    """Herself, or who supervises one of her units, from above too."""
    if actor.is_machine or actor.user_id == user_id:
        return True
    steered = actor.units(*GRANTS[Permission.STEER])
    return bool(steered & works_in([user_id]).get(user_id, frozenset()))


def _demand(user_id: int, actor: Actor) -> None:
    if not may_say(user_id, actor):
        raise Forbidden(N_("Une absence est notée par la personne ou par son responsable."))


def _check_days(first: date, last: date, today: date) -> None:
    if last < first:
        raise InvalidInput(N_("Le dernier jour est avant le premier."), field="last")
    if last < today:
        raise InvalidInput(N_("Ces dates sont passées."), field="last")
    if last - first > LONGEST:
        raise InvalidInput(N_("Une absence dure 400 jours au plus."), field="last")


def _check_cover(user_id: int, cover_id: int | None, first: date, last: date) -> None:
    if cover_id is None:
        return
    units = works_in([user_id, cover_id])
    shared = units.get(user_id, frozenset()) & units.get(cover_id, frozenset())
    if cover_id == user_id or not shared:
        text = N_("Cette personne n'est pas du service : elle ne lirait pas ses demandes.")
        raise InvalidInput(text, field="cover")
    if _meeting(cover_id, first, last):
        raise InvalidInput(N_("Cette personne est absente aussi à ces dates."), field="cover")


def _meeting(user_id: int, first: date, last: date) -> bool:
    query = select(Absence.id).where(
        Absence.user_id == user_id,
        Absence.ended_at.is_(None),
        Absence.last_on >= first,
        Absence.first_on <= last,
    )
    return session().scalar(query.limit(1)) is not None


def away(user_ids: Collection[int], on: date) -> Mapping[int, date]:
    """Who of these people is absent on a day, and until when."""
    query = select(Absence.user_id, Absence.last_on).where(
        Absence.user_id.in_(user_ids), *_running(on)
    )
    return {row.user_id: row.last_on for row in session().execute(query)}


def concerning(user_id: int | None, on: date) -> list[Away]:
    """What concerns a person on a day: her own absence, and those she covers."""
    return _listed(or_(Absence.user_id == user_id, Absence.cover_id == user_id), *_running(on))


def to_come(user_ids: Collection[int], on: date) -> list[Away]:
    """The absences of these people on a day and after, the next first."""
    still = (Absence.ended_at.is_(None), Absence.last_on >= on)
    return _listed(Absence.user_id.in_(user_ids), *still)


def _running(on: date) -> tuple[ColumnElement[bool], ...]:
    return (Absence.ended_at.is_(None), Absence.first_on <= on, Absence.last_on >= on)


def _listed(*which: ColumnElement[bool]) -> list[Away]:
    rows: Any = fetch(_ABSENCES.where(*which))
    return [Away(*row) for row in rows]
