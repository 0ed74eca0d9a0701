"""People to call back: one task for a number, however often it called."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select

from grc.cases import service as cases
from grc.cases.by_number import open_case
from grc.cases.models import Case
from grc.cases.phone import PhoneCall
from grc.cases.queries import visible_to
from grc.core import audit
from grc.core.actor import SYSTEM, Actor
from grc.core.db import lock, session
from grc.core.errors import InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.staff.policy import GRANTS, Permission
from grc.work.follow_up import TASK_LABELS, note_call_back, plan_task
from grc.work.models import CallBack, Task

KIND = "call_back"
FRESH = timedelta(days=7)  # who called before that has called again, or been helped
AGAIN = timedelta(hours=2)  # until the next try when nobody answers
_LOCK = 92_100
YES, NO_ANSWER, NO = "yes", "no_answer", "no"
RESULTS = {
    YES: N_("usager joint"),
    NO_ANSWER: N_("pas de réponse"),
    NO: N_("usager non joint, sans suite"),
}


def after_call(call_id: int, *, now: datetime) -> None:
    """A call came in: nobody answered and somebody must call back, or she has been answered
    at last."""
    lock(_LOCK)
    call = session().get_one(PhoneCall, call_id)
    if not call.incoming or not call.number:  # hidden: nobody can call back
        return
    if call.answered:
        _answered(call, now)
    elif call.is_over and now - call.at <= FRESH and not _answered_since(call):
        _missed(call, call.number, now)


def _answered_since(call: PhoneCall) -> bool:
    later = select(PhoneCall.id).where(
        PhoneCall.number == call.number,
        PhoneCall.at >= call.at,
        PhoneCall.answered,
        PhoneCall.unit_id == call.unit_id,
    )
    return session().scalar(later.limit(1)) is not None


def _answered(call: PhoneCall, now: datetime) -> None:
    """What nobody had asked for but the calls themselves is done: who missed the last of them
    has answered."""
    same_desk = exists().where(
        PhoneCall.number == call.number,
        PhoneCall.unit_id == call.unit_id,
        PhoneCall.at == CallBack.called_at,
    )
    for task, calls in _pending(CallBack.number == call.number, ~CallBack.asked, same_desk):
        if calls.called_at is not None and calls.called_at <= call.at:
            _finish(task, N_("l'usager a rappelé et a été répondu"), SYSTEM, now)


def _pending(*which: ColumnElement[bool]) -> list[tuple[Task, CallBack]]:
    query = select(Task, CallBack).join(CallBack, CallBack.task_id == Task.id)
    query = query.where(Task.done_at.is_(None), Task.kind == KIND, *which).order_by(Task.id)
    return [(row[0], row[1]) for row in session().execute(query)]


def _missed(call: PhoneCall, number: str, now: datetime) -> None:
    case = open_case(number)
    unit_id = cases.handling_of(case, SYSTEM).unit_id if case else call.unit_id
    nameless = (CallBack.number == number, Task.case_id.is_(None), Task.unit_id == unit_id)
    about = (Task.case_id == case.id,) if case else nameless
    for _task, calls in _pending(*about):
        calls.missed += 1
        calls.number = calls.number or number
        calls.called_at = max(calls.called_at or call.at, call.at)
        session().flush()
        return
    key = f"{KIND}:call:{call.id}"
    plan_task(KIND, case, unit_id, number, key=key, now=now)
    note_call_back(key, number=number, missed=1, called_at=call.at, asked=False)


def waiting(actor: Actor, now: datetime) -> Select[int]:
    """The ids of the tasks to call somebody back of this person's units."""
    own = actor.units(*GRANTS[Permission.CASE_WRITE])
    readable = or_(Task.case_id.is_(None), visible_to(actor, now))
    query = select(Task.id).outerjoin(Case, Case.id == Task.case_id)
    return query.where(Task.done_at.is_(None), Task.kind == KIND, Task.unit_id.in_(own), readable)


def listed(
    actor: Actor, now: datetime, limit: int = 200
) -> list[tuple[Task, CallBack, Case | None]]:
    """Who is to be called back, whoever was not tried lately first."""
    ids = waiting(actor, now).order_by(Task.due_at, Task.id).limit(limit)
    query = select(Task, CallBack, Case).join(CallBack, CallBack.task_id == Task.id)
    query = query.outerjoin(Case, Case.id == Task.case_id).where(Task.id.in_(ids))
    rows = session().execute(query.order_by(Task.due_at, Task.id))
    return [(row[0], row[1], row[2]) for row in rows]


def answer(task_id: int, result: str, *, actor: Actor, now: datetime) -> None:
    """Say whether the person was reached. Raises NotFound for a task of others, InvalidInput."""
    lock(_LOCK)
    found = session().get(Task, task_id, populate_existing=True)
    if found is None or found.kind != KIND or not _may(found, actor, now):
        raise NotFound(N_("Cette tâche n'existe pas."))
    if result not in RESULTS:
        raise InvalidInput(N_("Dites si l'usager a été joint."), field="result")
    if found.done_at is not None:
        return
    calls = session().get_one(CallBack, task_id, populate_existing=True)
    calls.tries, calls.tried_at = calls.tries + 1, now
    if result == NO_ANSWER:
        found.due_at = now + AGAIN
        session().flush()
        _record(Event.CALL_BACK_TRIED, found, actor, now, tries=calls.tries)
    else:
        _finish(found, RESULTS[result], actor, now)


def _may(task: Task, actor: Actor, now: datetime) -> bool:
    if task.case_id is None:
        return task.unit_id in actor.units(*GRANTS[Permission.CASE_WRITE])
    cases.demand(session().get_one(Case, task.case_id), actor, Permission.CASE_WRITE, now)
    return True


def _finish(task: Task, result: str, actor: Actor, now: datetime) -> None:
    task.done_at = now
    session().flush()
    kind, how = Text(TASK_LABELS[KIND]), Text(result)
    _record(Event.CALL_BACK_DONE, task, actor, now, kind=kind, result=how)


def _record(event: Event, task: Task, actor: Actor, now: datetime, **data: Any) -> None:
    subject = ("task", task.id)
    audit.record(event, subject=subject, case_id=task.case_id, actor=actor, now=now, **data)
