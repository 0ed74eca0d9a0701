"""What happens to a visit. One use-case each; nobody but the people of a site may do them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from grc.appointments.desks import demand
from grc.appointments.models import Appointment, Visit
from grc.appointments.words import KINDS, RECEIVED, RESULTS, Result, State
from grc.core import audit
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add, execute, session
from grc.core.errors import Conflict, InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.organisation.queries import snapshot

LONGEST_NAME = 200
_WAITING = (Visit.called_at.is_(None), Visit.ended_at.is_(None))


@dataclass(frozen=True)
class Arrival:
    """What is said at the desk. `reason` is a code of the organisation's list, or empty."""

    kind: str
    reason: str = ""
    name: str = ""
    is_expected: bool = False
    appointment_id: int | None = None
    citizen_id: int | None = None
    case_id: int | None = None


def arrive(site_id: int, arrival: Arrival, *, actor: Actor, now: datetime) -> int:
    """Somebody has come and waits; the id of her visit."""
    site = demand(site_id, actor)
    if not site.is_active:
        raise InvalidInput(N_("Ce site ne reçoit plus."), field="site")
    visit_id = add(
        Visit,
        site_id=site_id,
        on_date=paris_date(now),
        arrived_at=now,
        queued_at=now,
        kind=_kind(arrival.kind),
        reason=_reason(arrival.reason),
        is_expected=arrival.is_expected,
        appointment_id=arrival.appointment_id,
        citizen_id=arrival.citizen_id,
        case_id=arrival.case_id,
        name=" ".join(arrival.name.split())[:LONGEST_NAME] or None,
    )
    subject = ("visit", visit_id)
    audit.record(Event.VISIT_ARRIVED, subject=subject, actor=actor, now=now, site=site.name)
    return visit_id


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise InvalidInput(N_("Dites pour quoi cette personne vient."), field="kind")
    return kind


def _reason(reason: str) -> str | None:
    known = snapshot().visit_reasons.get(reason)
    if reason and (known is None or not known.is_active):
        raise InvalidInput(N_("Ce motif n'est pas dans la liste."), field="reason")
    return reason or None


def call_next(site_id: int, *, actor: Actor, now: datetime) -> Visit | None:
    """Call who has waited longest; None when nobody waits. Two people who call at the same
    time call two different persons."""
    demand(site_id, actor)
    first = (
        select(Visit.id)
        .where(Visit.site_id == site_id, *_WAITING)
        .order_by(Visit.queued_at, Visit.id)
        .limit(1)
    )
    while (visit_id := session().scalar(first)) is not None:
        if _claim(visit_id, actor, now):
            return _called(visit_id, actor, now)
    return None


def call(visit: Visit, *, actor: Actor, now: datetime) -> None:
    """Call this person, out of turn. Raises Conflict when somebody else has."""
    demand(visit.site_id, actor)
    if not _claim(visit.id, actor, now):
        raise Conflict(N_("Cette personne vient d'être appelée, ou n'attend plus."))
    _called(visit.id, actor, now)


def _claim(visit_id: int, actor: Actor, now: datetime) -> bool:
    """One winner: on PostgreSQL the second waits for the first, then finds nothing to change."""
    done = execute(
        update(Visit)
        .where(Visit.id == visit_id, *_WAITING)
        .values(called_at=now, called_by=actor.user_id)
    )
    return bool(done.rowcount == 1)


def _called(visit_id: int, actor: Actor, now: datetime) -> Visit:
    visit = session().get_one(Visit, visit_id, populate_existing=True)
    _record(Event.VISIT_CALLED, visit, actor, now)
    return visit


def put_back(visit: Visit, *, actor: Actor, now: datetime) -> None:
    """She did not come when she was called: she waits again, behind the others."""
    demand(visit.site_id, actor)
    _hold_under_way(visit)
    visit.called_at = visit.called_by = visit.started_at = None
    visit.queued_at = now
    session().flush()
    _record(Event.VISIT_PUT_BACK, visit, actor, now)


def start(visit: Visit, *, actor: Actor, now: datetime) -> None:
    """She has come to the desk. Saying it again changes nothing."""
    demand(visit.site_id, actor)
    _hold_under_way(visit)
    if visit.started_at is not None:
        return
    visit.started_at = now
    session().flush()
    _record(Event.VISIT_STARTED, visit, actor, now)


def end(
    visit: Visit, result: str, *, actor: Actor, now: datetime, case_id: int | None = None
) -> None:
    """The visit is over; `case_id` when a case came out of it. Twice the same: nothing."""
    demand(visit.site_id, actor)
    _hold(visit)
    if result not in RESULTS:
        raise InvalidInput(N_("Dites comment cette visite a fini."), field="result")
    if visit.ended_at is not None:
        if visit.result == result:
            return
        raise Conflict(N_("Cette visite est déjà terminée. Rouvrez-la d'abord."))
    if visit.called_at is None and result not in (Result.LEFT, Result.MISTAKE):
        visit.called_at = visit.started_at = now  # received without being called
        visit.called_by = actor.user_id
    visit.ended_at, visit.result = now, result
    visit.case_id = case_id or visit.case_id
    _tell_appointment(visit)
    session().flush()
    _record(Event.VISIT_ENDED, visit, actor, now, result=Text(RESULTS[result]))


def lead_to(visit_id: int, case_id: int) -> None:
    """Remember the case that came out of a visit; one that was said stays."""
    visit = session().get(Visit, visit_id)
    if visit is not None and visit.case_id is None:
        visit.case_id = case_id
        session().flush()


def reopen(visit: Visit, *, actor: Actor, now: datetime) -> None:
    """Undo the end: she is received again, or waits again where she was."""
    demand(visit.site_id, actor)
    _hold(visit)
    if visit.ended_at is None:
        return
    if visit.on_date != paris_date(now):
        raise InvalidInput(N_("Une visite se rouvre le jour même."))
    visit.ended_at = visit.result = None
    _tell_appointment(visit)
    session().flush()
    _record(Event.VISIT_REOPENED, visit, actor, now)


def _tell_appointment(visit: Visit) -> None:
    """An appointment is honoured when its person was received."""
    if visit.appointment_id is None:
        return
    state = State.HONOURED if visit.result in RECEIVED else State.ARRIVED
    if visit.result == Result.MISTAKE:
        state = State.TO_COME
    session().get_one(Appointment, visit.appointment_id).state = state


def _hold(visit: Visit) -> None:
    """The visit as it is now, and nobody else's until the end of the transaction."""
    session().refresh(visit, with_for_update=True)


def _hold_under_way(visit: Visit) -> None:
    _hold(visit)
    if visit.called_at is None or visit.ended_at is not None:
        raise Conflict(N_("Cette personne n'est plus appelée : quelqu'un a changé sa visite."))


def _record(event: Event, visit: Visit, actor: Actor, now: datetime, **data: Any) -> None:
    subject = ("visit", visit.id)
    audit.record(event, subject=subject, case_id=visit.case_id, actor=actor, now=now, **data)
