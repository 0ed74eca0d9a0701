"""Who waits, who is received, who was received, at one site."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, func, or_, select

from grc.appointments.desks import works_at
from grc.appointments.models import Appointment, Visit
from grc.appointments.words import State
from grc.cases.models import Case
from grc.cases.queries import visible_to
from grc.cases.reference import parse
from grc.core.actor import Actor
from grc.core.audit import AuditRow
from grc.core.db import session
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.organisation.queries import SiteView, snapshot
from grc.staff.models import User

MOST_TO_TELL = 50
Kept = TypeVar("Kept", Visit, Appointment)


@dataclass(frozen=True)
class Room:
    """The visits of a site: who waits, first come first; who is received; who was, last first."""

    waiting: Sequence[Visit]
    under_way: Sequence[Visit]
    ended: Sequence[Visit]
    agents: dict[int, str]  # names of those who called, by account id


def room(site: SiteView, today: date) -> Room:
    """The visits not ended, of whatever day, and those of today. One statement."""
    query = (
        select(Visit, User.name)
        .outerjoin(User, User.id == Visit.called_by)
        .where(Visit.site_id == site.id, or_(Visit.ended_at.is_(None), Visit.on_date == today))
        .order_by(Visit.queued_at, Visit.id)
    )
    found = session().execute(query).all()
    visits = [visit for visit, _name in found]
    ended = [visit for visit in visits if visit.ended_at is not None]
    return Room(
        waiting=[one for one in visits if one.ended_at is None and one.called_at is None],
        under_way=[one for one in visits if one.ended_at is None and one.called_at is not None],
        ended=sorted(ended, key=_end, reverse=True),
        agents={visit.called_by: name for visit, name in found if visit.called_by is not None},
    )


def _end(visit: Visit) -> tuple[datetime, int]:
    assert visit.ended_at is not None  # noqa: S101 - chosen so
    return visit.ended_at, visit.id


def visit_for(actor: Actor, reference: str) -> Visit:
    """A visit by its reference, for who works there. To others it does not exist."""
    parsed = parse(reference)
    found = session().get(Visit, parsed.number) if parsed and parsed.valid else None
    return _seen(found, reference, actor)


def appointment_for(actor: Actor, reference: str) -> Appointment:
    """An appointment by its reference, for who works there. To others it does not exist."""
    parsed = parse(reference)
    found = session().get(Appointment, parsed.number) if parsed and parsed.valid else None
    return _seen(found, reference, actor)


def _seen(found: Kept | None, reference: str, actor: Actor) -> Kept:
    site = snapshot().sites.get(found.site_id) if found else None
    if found is None or site is None or found.reference != reference or not works_at(site, actor):
        raise NotFound(N_("Cette visite n'existe pas."))
    return found


def agenda(
    site: SiteView, on: date, actor: Actor, now: datetime
) -> list[tuple[Appointment, str | None]]:
    """The appointments of a day, in order, and the references of their cases, for
    those this person may read."""
    return _kept(site, Appointment.on_date == on, actor=actor, now=now)


def on_closed_days(
    site: SiteView, today: date, actor: Actor, now: datetime
) -> list[tuple[Appointment, str | None]]:
    """The same for what is still to come on days, after today, that the site is closed: people to
    be told. At most MOST_TO_TELL; no statement when no such day is named."""
    closed = snapshot().closed_days
    days = {on for on, site_id in closed if on > today and site_id in (None, site.id)}
    if not days:
        return []
    there = (Appointment.on_date.in_(sorted(days)), Appointment.state == State.TO_COME)
    return _kept(site, *there, actor=actor, now=now, most=MOST_TO_TELL)


def _kept(
    site: SiteView,
    *where: ColumnElement[bool],
    actor: Actor,
    now: datetime,
    most: int | None = None,
) -> list[tuple[Appointment, str | None]]:
    query = (
        select(Appointment, Case)
        .outerjoin(Case, and_(Case.id == Appointment.case_id, visible_to(actor, now)))
        .where(Appointment.site_id == site.id, *where)
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(most)
    )
    found = session().execute(query)
    return [(one, case.reference if case else None) for one, case in found]


def to_come(days: Collection[date]) -> dict[tuple[date, int], int]:
    """How many appointments are still to come on these days: {(day, site): how many}."""
    there = (Appointment.on_date.in_(sorted(days)), Appointment.state == State.TO_COME)
    each = (Appointment.on_date, Appointment.site_id)
    query = select(*each, func.count()).where(*there).group_by(*each)
    return {(on, site_id): count for on, site_id, count in session().execute(query)}


def expected(site_id: int, since: date) -> list[tuple[date, int]]:
    """The days, from one on, when people are still expected at a site, and how many."""
    there = (Appointment.site_id == site_id, Appointment.state == State.TO_COME)
    query = select(Appointment.on_date, func.count()).where(*there, Appointment.on_date >= since)
    found = session().execute(query.group_by(Appointment.on_date).order_by(Appointment.on_date))
    return [(on, count) for on, count in found]


def arrived_since(site: SiteView, since: datetime) -> int:
    """How many people have come after an instant."""
    query = select(func.count()).where(Visit.site_id == site.id, Visit.arrived_at > since)
    return session().scalar(query) or 0


def history(visit: Visit) -> Sequence[AuditRow]:
    """What was done with a visit, in order."""
    written = (AuditRow.subject_kind == "visit", AuditRow.subject_id == visit.id)
    return session().scalars(select(AuditRow).where(*written).order_by(AuditRow.id)).all()


def case_reference(visit: Visit, actor: Actor, now: datetime) -> str | None:
    """The reference of the case of a visit, if this person may read it."""
    query = select(Case).where(Case.id == visit.case_id, visible_to(actor, now))
    case = session().scalar(query) if visit.case_id else None
    return case.reference if case else None
