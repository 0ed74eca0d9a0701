"""What happens to an appointment: typed or brought by a file, then honoured or not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from grc.appointments.desks import demand
from grc.appointments.models import Appointment
from grc.appointments.visits import LONGEST_NAME, Arrival, arrive
from grc.appointments.words import STATES, Kind, State
from grc.cases.models import Case
from grc.core import audit
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add, session
from grc.core.errors import Conflict, InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.organisation.queries import snapshot

OURS = "grc"
LONGEST = 480  # minutes
_CAME = (State.ARRIVED, State.HONOURED)
_BY_HAND = (State.TO_COME, State.EXCUSED, State.CANCELLED, State.NO_SHOW)


@dataclass(frozen=True)
class Planned:
    """An appointment as it is typed or told. `starts_at` is aware, `minutes` its length;
    `source` and `external` say which one it is where it was made."""

    starts_at: datetime
    minutes: int = 30
    host: str = ""
    name: str = ""
    reason: str = ""
    case: Case | None = None
    source: str = OURS
    external: str | None = None


def plan(site_id: int, planned: Planned, *, actor: Actor, now: datetime) -> int:
    """Keep a moment for somebody; the id. Raises InvalidInput, for a closed day too; a calendar
    that brings its own knows better."""
    site = demand(site_id, actor)
    closed = snapshot().closed(paris_date(planned.starts_at), site_id)
    if closed and planned.source == OURS:
        text = N_("Le site est fermé ce jour-là : %(why)s.")
        raise InvalidInput(text, field="on", why=closed)
    appointment_id = add(Appointment, site_id=site_id, state=State.TO_COME, **_columns(planned))
    _record(Event.APPOINTMENT_PLANNED, appointment_id, planned.case, actor, now, site=site.name)
    return appointment_id


def renew(site_id: int, planned: Planned, *, actor: Actor, now: datetime) -> str:
    """Make an appointment of a file say what the file says: "created", "updated", "unchanged".

    Another moment of one that was missed or put off is a new chance: it is to come again, as is
    one that its calendar had cancelled, and tells of anew. One whose person came stays what it
    was, and so does, at the same moment, one that a person of ours cancelled.
    """
    site = demand(site_id, actor)
    known = _known(planned)
    if known is None:
        plan(site_id, planned, actor=actor, now=now)
        return "created"
    if known.state in _CAME:
        return "unchanged"
    told: dict[str, Any] = {"site_id": site_id, **_columns(planned)}
    if planned.case is None:  # a file may not know our cases: what a person linked stays
        del told["case_id"], told["citizen_id"]
    changed = {name: value for name, value in told.items() if getattr(known, name) != value}
    comes_back = known.is_withdrawn
    if comes_back:
        settle(known, State.TO_COME, actor=actor, now=now)
    if not changed:
        return "updated" if comes_back else "unchanged"
    if "starts_at" in changed:
        known.state = State.TO_COME
    for name, value in changed.items():
        setattr(known, name, value)
    session().flush()
    _record(Event.APPOINTMENT_CHANGED, known.id, planned.case, actor, now, site=site.name)
    return "updated"


def cancel(site_id: int, planned: Planned, *, actor: Actor, now: datetime) -> str:
    """The same for one that its calendar says is cancelled: "updated" or "unchanged". One that
    nobody knew is not made; what has happened, or what a person settled, stays."""
    demand(site_id, actor)
    known = _known(planned)
    if known is None or known.state != State.TO_COME:
        return "unchanged"
    settle(known, State.CANCELLED, actor=actor, now=now)
    known.is_withdrawn = True
    session().flush()
    return "updated"


def _known(planned: Planned) -> Appointment | None:
    return session().scalar(
        select(Appointment).where(
            Appointment.source == planned.source, Appointment.external == planned.external
        )
    )


def come(appointment: Appointment, *, actor: Actor, now: datetime) -> int:
    """She is there: she waits like the others. The id of her visit."""
    demand(appointment.site_id, actor)
    session().refresh(appointment, with_for_update=True)
    if appointment.state != State.TO_COME:
        raise Conflict(N_("Ce rendez-vous n'est plus à venir : quelqu'un a changé son état."))
    arrival = Arrival(
        kind=Kind.INTERVIEW,
        reason=appointment.reason or "",
        name=appointment.name or "",
        is_expected=True,
        appointment_id=appointment.id,
        citizen_id=appointment.citizen_id,
        case_id=appointment.case_id,
    )
    visit_id = arrive(appointment.site_id, arrival, actor=actor, now=now)
    appointment.state = State.ARRIVED
    session().flush()
    return visit_id


def settle(appointment: Appointment, state: str, *, actor: Actor, now: datetime) -> None:
    """Excused, cancelled by the service, not honoured; or to come again, which undoes it."""
    demand(appointment.site_id, actor)
    session().refresh(appointment, with_for_update=True)
    if state not in _BY_HAND:
        raise InvalidInput(N_("Cet état de rendez-vous n'existe pas."), field="state")
    if appointment.state not in _BY_HAND:
        raise Conflict(N_("Cette personne est venue : son rendez-vous suit sa visite."))
    if appointment.state == state:
        return
    if state == State.NO_SHOW and appointment.starts_at > now:
        raise InvalidInput(N_("L'heure de ce rendez-vous n'est pas passée."), field="state")
    appointment.state, appointment.is_withdrawn = state, False
    session().flush()
    case = session().get(Case, appointment.case_id) if appointment.case_id else None
    told = Text(STATES[state])
    _record(Event.APPOINTMENT_SETTLED, appointment.id, case, actor, now, state=told)


def _columns(planned: Planned) -> dict[str, Any]:
    if not 0 < planned.minutes <= LONGEST:
        raise InvalidInput(N_("Un rendez-vous dure de 1 à 480 minutes."), field="minutes")
    if planned.reason and planned.reason not in snapshot().visit_reasons:
        raise InvalidInput(N_("Ce motif n'est pas dans la liste."), field="reason")
    return {
        "on_date": paris_date(planned.starts_at),
        "starts_at": planned.starts_at,
        "minutes": planned.minutes,
        "host": " ".join(planned.host.split())[:120],
        "name": " ".join(planned.name.split())[:LONGEST_NAME] or None,
        "reason": planned.reason or None,
        "source": planned.source,
        "external": planned.external,
        "case_id": planned.case.id if planned.case else None,
        "citizen_id": planned.case.citizen_id if planned.case else None,
    }


def _record(
    event: Event, appointment_id: int, case: Case | None, actor: Actor, now: datetime, **data: Any
) -> None:
    case_id, subject = case.id if case else None, ("appointment", appointment_id)
    audit.record(event, subject=subject, case_id=case_id, actor=actor, now=now, **data)
