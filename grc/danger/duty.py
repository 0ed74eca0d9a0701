"""The duty roster (tableau d'astreinte): who is on duty, when, and the holes in it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import session
from grc.core.errors import Forbidden, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_
from grc.danger.gaps import Span
from grc.danger.models import Shift
from grc.organisation.queries import snapshot
from grc.parsing.addresses import emails
from grc.parsing.phones import e164
from grc.staff.models import User, UserRole
from grc.staff.newcomers import NEW_FOR, known
from grc.staff.policy import CONTENT, GRANTS, Permission, Role

MOST = 400  # shifts shown: more than a year of days
LONGEST = timedelta(days=31)  # a shift of months is a mistake of typing
CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"


class OnDuty(NamedTuple):
    """A person on duty, and how she is reached."""

    shift_id: int
    user_id: int
    name: str
    since: datetime
    until: datetime
    phone: str
    email: str


@dataclass(frozen=True)
class NewShift:
    """What is typed, or read from a file."""

    unit_code: str
    login: str
    since: datetime
    until: datetime
    phone: str
    email: str


def _query(unit_id: int, *where: object) -> Iterator[OnDuty]:
    query = (
        select(Shift.id, User.id, User.name, Shift.starts_at, Shift.ends_at, Shift.phone,
               Shift.email)
        .join(User, User.id == Shift.user_id)
        .where(Shift.unit_id == unit_id, User.is_active, *where)  # type: ignore[arg-type]
        .order_by(Shift.starts_at, Shift.id)
    )  # fmt: skip
    return (OnDuty(*row) for row in session().execute(query.limit(MOST)))


def on_duty(unit_id: int, now: datetime) -> list[OnDuty]:
    """Who is on duty for a unit at this instant, and able to answer."""
    return list(_query(unit_id, *_running(now), _answers()))


def units_on_duty(user_id: int | None, now: datetime) -> Select[int]:
    """The units this person is on duty for at this instant, her own or not."""
    return select(Shift.unit_id).where(Shift.user_id == user_id, *_running(now))


def answers_for(actor: Actor, now: datetime) -> frozenset[int]:
    """The units whose alerts without a case she may answer: her own, and where she is on duty."""
    on_duty_for = session().scalars(units_on_duty(actor.user_id, now))
    return frozenset(actor.units(*CONTENT)).union(on_duty_for)


def _running(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Shift.starts_at <= now, Shift.ends_at > now


def _answers() -> ColumnElement[bool]:
    """Of an account: it may write on a case. Who only reads cannot say that she deals with it."""
    return exists().where(UserRole.user_id == User.id, _writes())


def _writes() -> ColumnElement[bool]:
    return UserRole.role.in_(GRANTS[Permission.CASE_WRITE])


def roster(unit_id: int, since: datetime) -> list[OnDuty]:
    """The shifts of a unit that end after an instant, the next first."""
    return list(_query(unit_id, Shift.ends_at > since))


def spans(shifts: Iterable[OnDuty]) -> list[Span]:
    """When somebody is on duty."""
    return [Span(one.since, one.until) for one in shifts]


def supervisors(unit_id: int) -> list[int]:
    """The accounts that supervise a unit, from there or from above."""
    query = select(User.id).join(UserRole, UserRole.user_id == User.id)
    return sorted(set(session().scalars(query.where(User.is_active, _supervises(unit_id)))))


def in_charge(unit_id: int) -> set[str]:
    """The addresses of those who supervise a unit, and of every administrator."""
    query = select(User.email).join(UserRole, UserRole.user_id == User.id)
    either = or_(_supervises(unit_id), UserRole.role == Role.ADMINISTRATOR)
    return set(session().scalars(query.where(User.is_active, either)))


def _supervises(unit_id: int) -> ColumnElement[bool]:
    units = snapshot().units_by_id
    chain, here = [], units.get(unit_id)
    while here is not None:
        chain.append(here.id)
        here = units.get(here.above) if here.above is not None else None
    return and_(UserRole.unit_id.in_(chain), UserRole.role == Role.SUPERVISOR)


def called(unit_id: int, now: datetime) -> list[int]:
    """Who must deal with a danger at this instant: those on duty, else those who supervise."""
    return [one.user_id for one in on_duty(unit_id, now)] or supervisors(unit_id)


def edits(actor: Actor, unit_id: int) -> bool:
    """True for who may change the roster of a unit."""
    return actor.is_machine or unit_id in actor.units(*GRANTS[Permission.DUTY])


def eligible(unit_id: int, now: datetime) -> list[tuple[str, str]]:
    """Who may be put on duty for a unit: its active people who can answer, by name, and who are
    not new. On duty one reads what nobody else does, see `staff.newcomers`."""
    query = select(User.login, User.name).join(UserRole, UserRole.user_id == User.id).distinct()
    where = (UserRole.unit_id == unit_id, _writes(), User.is_active, *known(now))
    rows = session().execute(query.where(*where).order_by(User.name))
    return [(row.login, row.name) for row in rows]


def put(new: NewShift, *, actor: Actor, now: datetime) -> str:
    """Write one shift; the same person from the same instant is the same shift. Returns CREATED,
    UPDATED or UNCHANGED. Raises InvalidInput naming the field, Forbidden."""
    unit = snapshot().find_unit(new.unit_code)
    if unit is None:
        raise InvalidInput(
            N_("Le service « %(unit)s » n'existe pas."), field="unit", unit=new.unit_code
        )
    _demand(actor, unit.id)
    user = session().scalar(select(User).where(User.login == new.login.strip().lower()))
    if user is None or not user.is_active:
        text = N_("Le compte « %(login)s » n'existe pas, ou il est fermé.")
        raise InvalidInput(text, field="login", login=new.login)
    _demand_answers(user, new.login, now)
    _demand_span(new)
    same = (Shift.unit_id == unit.id, Shift.user_id == user.id, Shift.starts_at == new.since)
    known = session().scalar(select(Shift).where(*same))
    values = {"ends_at": new.until, "phone": _phone(new.phone), "email": _email(new.email)}
    if known is not None and all(getattr(known, name) == value for name, value in values.items()):
        return UNCHANGED
    shift = known or Shift(unit_id=unit.id, user_id=user.id, starts_at=new.since)
    for name, value in values.items():
        setattr(shift, name, value)
    session().add(shift)
    session().flush()
    _tell(Event.DUTY_SET, shift, user.name, actor, now)
    return UPDATED if known else CREATED


def remove(shift_id: int, *, actor: Actor, now: datetime) -> None:
    """Take one shift off the roster. Raises NotFound, Forbidden."""
    shift = session().get(Shift, shift_id)
    if shift is None:
        raise NotFound(N_("Cette astreinte n'est plus au tableau."))
    _demand(actor, shift.unit_id)
    _tell(Event.DUTY_REMOVED, shift, session().get_one(User, shift.user_id).name, actor, now)
    session().delete(shift)
    session().flush()


def _demand(actor: Actor, unit_id: int) -> None:
    if not edits(actor, unit_id):
        raise Forbidden(N_("Le tableau d'astreinte est tenu par les responsables du service."))


def _demand_answers(user: User, login: str, now: datetime) -> None:
    hers = select(User.id).where(User.id == user.id)
    if session().scalar(hers.where(_answers())) is None:
        text = N_(
            "Le compte « %(login)s » ne fait que lire : il ne peut pas répondre à une alarme."
        )
        raise InvalidInput(text, field="login", login=login)
    settled = hers.join(UserRole, UserRole.user_id == User.id).where(_writes(), *known(now))
    if session().scalar(settled) is None:
        text = N_(
            "Le compte « %(login)s » est trop récent : depuis moins de %(days)s jours, une seule "
            "personne a donné son rôle ou son mot de passe. Choisissez quelqu'un d'autre."
        )
        raise InvalidInput(text, field="login", login=login, days=NEW_FOR.days)


def _demand_span(new: NewShift) -> None:
    if new.until <= new.since:
        raise InvalidInput(N_("La fin doit être après le début."), field="until")
    if new.until - new.since > LONGEST:
        raise InvalidInput(N_("Une astreinte dure au plus 31 jours."), field="until")


def _phone(typed: str) -> str:
    number = e164(typed)
    if number is None:
        text = N_("« %(typed)s » n'est pas un numéro de téléphone.")
        raise InvalidInput(text, field="phone", typed=typed)
    return number


def _email(typed: str) -> str:
    found = emails([typed])
    if len(found) != 1:
        text = N_("« %(typed)s » n'est pas une adresse électronique.")
        raise InvalidInput(text, field="email", typed=typed)
    return found[0]


def _tell(event: Event, shift: Shift, name: str, actor: Actor, now: datetime) -> None:
    since, until = (at.isoformat(timespec="minutes") for at in (shift.starts_at, shift.ends_at))
    subject = ("duty_shift", shift.id)
    audit.record(event, subject=subject, actor=actor, now=now, who=name, since=since, until=until)
