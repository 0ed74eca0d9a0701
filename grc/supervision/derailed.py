"""Whether a case has left its rails: its facts, read by the indexes of one case, then the rules of
`recovery.proposing`.

What happens is an event and plans a look at its case. What does *not* happen is no event:
`sweep` looks once a day at the cases that wait for us, unit by unit, a page at a time.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, select, tuple_

from grc.appointments.models import Appointment
from grc.appointments.words import State
from grc.cases import service as cases
from grc.cases.models import Case, CaseLink, Handling
from grc.cases.states import Status
from grc.catalogue.queries import snapshot as catalogue
from grc.core import steps
from grc.core.actor import SYSTEM
from grc.core.audit import AuditRow, Follower, Subject
from grc.core.clock import PARIS
from grc.core.db import among, end_read, session, transaction
from grc.core.events import Event
from grc.correspondence.models import OurLetter
from grc.correspondence.returning import SIGNED
from grc.organisation.queries import snapshot
from grc.recovery import proposals
from grc.recovery.proposing import SHORTEST, Dated, Facts, Failed, patience
from grc.recovery.proposing import proposals as called_for
from grc.staff.policy import Level
from grc.work.models import Task

OURS = (Status.RECEIVED, Status.IN_PROGRESS)  # we are the ones to act
CHUNK = 200  # cases read at a time by the sweep
PORTION = 10  # cases held at a time: who writes on one waits for no more than these
_FAILED = ("send_failed", "bounced", "letter_refused")


def follower(derails: Mapping[Event, timedelta], around: Collection[Event]) -> Follower:
    """What `audit` is to call with each event: of those in `derails`, look at the case after
    that time; of those in `around`, at the cases too of which a proposal may be drawn from it."""

    def _plan(event: Event, _subject: Subject, case_id: int | None, now: datetime) -> None:
        if case_id is None or event not in derails:
            return
        due_at = now + derails[event]
        key = f"propose:case:{case_id}" + (f":{due_at:%Y%m%d%H}" if derails[event] else "")
        steps.plan("propose", ("case", case_id), key=key, now=now, due_at=due_at)
        for other_id in _offered(case_id) if event in around else ():
            steps.plan("propose", ("case", other_id), key=f"propose:case:{other_id}", now=now)

    return _plan


def _offered(case_id: int) -> Sequence[int]:
    """The later cases that may be the same request as this one, see `intake.repeats`."""
    query = select(CaseLink.case_id).where(CaseLink.other_id == case_id, CaseLink.kind == "repeat")
    return session().scalars(query.order_by(CaseLink.case_id)).all()


def look(case_id: int, *, now: datetime) -> None:
    """Make what is proposed for a case what its facts call for."""
    case = session().get(Case, case_id)
    if case is None:
        return
    cases.alone(case)
    handlings = cases.all_handlings(case)
    unit_id = cases.handling_of(case, SYSTEM).unit_id
    found = called_for(facts(case, handlings, now)) if case.closed_at is None else []
    proposals.keep(case_id, unit_id, found, now)


def facts(case: Case, handlings: Sequence[Handling], now: datetime) -> Facts:
    """What is known of a case that may call for an action."""
    tasks = _tasks(case.id)
    is_ours = any(one.is_open and one.status in OURS for one in handlings)
    return Facts(
        case_id=case.id,
        now=now,
        patience=_patience(case),
        last_act=_last_act(case) if is_ours else None,
        call_backs=tuple(Dated(one.id, one.due_at) for one in tasks if one.kind == "call_back"),
        failed=tuple(
            Failed(one.id, one.due_at, one.kind == "bounced")
            for one in tasks
            if one.kind in _FAILED
        ),
        no_shows=_no_shows(case.id),
        returned=_returned(case.id),
        reroutes=_reroutes(case.id),
        elsewhere=_elsewhere(case, {one.unit_id for one in handlings}),
    )


def _patience(case: Case) -> int:
    kinds = catalogue()
    return patience(kinds.delay(kinds.types.get(case.request_type or ""))[0])


def _last_act(case: Case) -> datetime:
    """The last act of a person on the case; else the day it reached us, as a table imported
    later may say."""
    acts = select(AuditRow.at).where(AuditRow.case_id == case.id, AuditRow.actor_id.is_not(None))
    last = session().scalar(acts.order_by(AuditRow.id.desc()).limit(1))
    return max(last, case.opened_at) if last else case.opened_at


def _tasks(case_id: int) -> Sequence[Task]:
    query = select(Task).where(Task.case_id == case_id, Task.done_at.is_(None))
    return session().scalars(query.order_by(Task.id)).all()


def _no_shows(case_id: int) -> tuple[Dated, ...]:
    """Missed, and not followed by one she came to or is to come to."""
    query = select(Appointment.id, Appointment.starts_at, Appointment.state)
    rows = session().execute(
        query.where(Appointment.case_id == case_id).order_by(Appointment.starts_at)
    )
    missed: list[Dated] = []
    for row in rows:
        if row.state == State.NO_SHOW:
            missed.append(Dated(row.id, row.starts_at))
        elif row.state in (State.TO_COME, State.ARRIVED, State.HONOURED):
            missed.clear()
    return tuple(missed)


def _returned(case_id: int) -> tuple[Dated, ...]:
    query = select(OurLetter.id, OurLetter.returned_on, OurLetter.returned_how)
    rows = session().execute(query.where(OurLetter.case_id == case_id).order_by(OurLetter.id))
    back = ((row.id, row.returned_on) for row in rows if row.returned_how not in (None, SIGNED))
    return tuple(Dated(letter, _noon(on)) for letter, on in back if on is not None)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), PARIS)


def _reroutes(case_id: int) -> tuple[Dated, ...]:
    query = select(AuditRow.id, AuditRow.at).where(
        AuditRow.case_id == case_id, AuditRow.event == Event.CASE_REROUTED.code
    )
    return tuple(Dated(row.id, row.at) for row in session().execute(query.order_by(AuditRow.id)))


def _elsewhere(case: Case, units: set[int]) -> tuple[Dated, ...]:
    """Open cases offered as the same request (`intake.repeats`) and not yet decided, in units of
    which none is concerned here. Both must be of the normal level and of one department: who
    reads the one may then read the other."""
    if case.level != Level.NORMAL:
        return ()
    pairs = select(CaseLink.other_id, CaseLink.kind).where(CaseLink.case_id == case.id)
    kinds: dict[int, set[str]] = {}
    for other_id, kind in session().execute(pairs):
        kinds.setdefault(other_id, set()).add(kind)
    offered = [other for other, told in kinds.items() if told == {"repeat"}]
    return _apart(offered, units) if offered else ()


def _apart(others: Sequence[int], units: set[int]) -> tuple[Dated, ...]:
    here = {snapshot().unit_by_id(one).department_id for one in units}
    query = select(Case.id, Case.opened_at, Handling.unit_id, Handling.department_id)
    query = query.join(Handling, Handling.case_id == Case.id).where(
        Case.id.in_(others), Case.closed_at.is_(None), Case.level == Level.NORMAL
    )
    rows = session().execute(query.order_by(Case.id)).all()
    near = {row.id for row in rows if row.unit_id in units or row.department_id not in here}
    return tuple(
        {row.id: Dated(row.id, row.opened_at) for row in rows if row.id not in near}.values()
    )


def sweep(now: datetime) -> int:
    """Look at every case that waits for us and was left alone; how many were looked at. Its cost
    follows what is open, never what was ever received: one index, a page a transaction."""
    return sum(_sweep_unit(unit.id, now) for unit in snapshot().units)


def _sweep_unit(unit_id: int, now: datetime) -> int:
    looked, after = 0, (datetime.min.replace(tzinfo=PARIS), 0)
    while True:
        page = session().execute(_open(unit_id, after, now)).all()
        alone = _left_alone([row.case_id for row in page], now)
        end_read()
        _look_at_all(alone, now)
        looked += len(alone)
        if len(page) < CHUNK:
            return looked
        after = (page[-1].received_at, page[-1].id)


def _look_at_all(case_ids: Sequence[int], now: datetime) -> None:
    for start in range(0, len(case_ids), PORTION):
        with transaction():
            for case_id in case_ids[start : start + PORTION]:
                look(case_id, now=now)


def _open(unit_id: int, after: tuple[datetime, int], now: datetime) -> Select[int, int, datetime]:
    here = tuple_(Handling.received_at, Handling.id)
    query = select(Handling.id, Handling.case_id, Handling.received_at).where(
        Handling.unit_id == unit_id,
        Handling.is_open,
        Handling.received_at < now - timedelta(days=SHORTEST),
        here > tuple_(*after),
        Handling.status.in_(OURS),
    )
    return query.order_by(Handling.received_at, Handling.id).limit(CHUNK)


def _left_alone(case_ids: Sequence[int], now: datetime) -> list[int]:
    """Those of these cases on which no person has acted for the shortest patience."""
    acted = select(AuditRow.case_id).where(
        among(AuditRow.case_id, case_ids),  # type: ignore[arg-type]
        AuditRow.actor_id.is_not(None),
        AuditRow.at > now - timedelta(days=SHORTEST),
    )
    return sorted(set(case_ids) - set(session().scalars(acted.distinct())))
