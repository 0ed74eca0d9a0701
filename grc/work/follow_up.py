"""What the pipeline asks of the stage of work: tasks for people, closings in due time."""

from datetime import datetime

from sqlalchemy import select, update

from grc.cases import service as cases
from grc.cases.models import Case, Handling, Message
from grc.cases.states import RESOLVED_CLOSES_AFTER, Status
from grc.core import audit, steps
from grc.core.actor import SYSTEM
from grc.core.db import add, session
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.outbox.models import Outgoing
from grc.parsing.phones import e164
from grc.work.models import CallBack, Task

TASK_LABELS = {
    "send_failed": N_("un message n'a pas pu partir"),
    "bounced": N_("un message n'est pas arrivé"),
    "call_back": N_("rappeler l'usager"),
    "letter_refused": N_("une lettre n'est pas partie : vérifiez son adresse"),
    "contact_elsewhere": N_("contact signalé hors de cette demande"),
    "handed_up": N_("plus personne ne la lisait : elle vous revient"),
}


def plan_task(
    kind: str, case: Case | None, unit_id: int, detail: str, *, key: str, now: datetime
) -> None:
    """Ask a unit for a person's work; the same key twice is one task."""
    if session().scalar(select(Task.id).where(Task.key == key)):
        return
    task_id = add(
        Task,
        kind=kind,
        case_id=case.id if case else None,
        unit_id=unit_id,
        key=key,
        detail=detail[:500],
        due_at=now,
    )
    audit.record(
        Event.TASK_PLANNED,
        subject=("task", task_id),
        case_id=case.id if case else None,
        actor=SYSTEM,
        now=now,
        kind=Text(TASK_LABELS[kind]),
    )


def handed_up(case_id: int, *, now: datetime) -> None:
    """Tell who inherited a case that nobody read any more: nothing else would lead there. Those
    of its list alone find the task; each time it is inherited anew, unless one waits."""
    waiting = (Task.case_id == case_id, Task.kind == "handed_up", Task.done_at.is_(None))
    if session().scalar(select(Task.id).where(*waiting)) is None:
        case = session().get_one(Case, case_id)
        unit_id = cases.handling_of(case, SYSTEM).unit_id
        key = f"handed_up:{case_id}:{now.isoformat()}"
        plan_task("handed_up", case, unit_id, "", key=key, now=now)


def undelivered(outgoing_id: int, *, now: datetime) -> None:
    """A message will not reach the citizen: the unit in charge must find another way."""
    outgoing = session().get_one(Outgoing, outgoing_id)
    case = session().get_one(Case, outgoing.case_id)
    handling = cases.handling_of(case, SYSTEM)
    kind = "bounced" if outgoing.status == "bounced" else "send_failed"
    plan_task(
        kind,
        case,
        handling.unit_id,
        outgoing.error or "",
        key=f"{kind}:outgoing:{outgoing_id}",
        now=now,
    )


def call_back(case_id: int, *, now: datetime) -> None:
    """Somebody waits for a call: one task of the unit in charge, however often it is asked."""
    waiting = (Task.case_id == case_id, Task.kind == "call_back", Task.done_at.is_(None))
    if known := session().scalar(select(Task.id).where(*waiting).limit(1)):
        calls = update(CallBack).where(CallBack.task_id == known).values(asked=True)
        session().execute(calls.execution_options(synchronize_session=False))
        return
    case = session().get_one(Case, case_id)
    told = select(Message.sender).where(Message.case_id == case_id, Message.direction == "in")
    caller = session().scalar(told.order_by(Message.id.desc()).limit(1)) or ""
    key = f"call_back:case:{case_id}:{now.isoformat()}"
    unit_id = cases.handling_of(case, SYSTEM).unit_id
    detail = caller.replace(" <", ", ").rstrip(">")
    plan_task("call_back", case, unit_id, detail, key=key, now=now)
    number = e164(caller.rpartition("<")[2].rstrip(">")) or ""
    note_call_back(key, number=number, asked=True)


def note_call_back(
    key: str, *, number: str, asked: bool, missed: int = 0, called_at: datetime | None = None
) -> None:
    """Write what is known of a task to call back that was just planned."""
    calls = CallBack(number=number, asked=asked, missed=missed, called_at=called_at, tries=0)
    calls.task_id = session().execute(select(Task.id).where(Task.key == key)).scalar_one()
    session().add(calls)
    session().flush()


def plan_closing(handling_id: int, *, now: datetime, again: bool = False) -> None:
    """What was resolved is closed thirty days later, unless something happens; `again` for what
    was put back as it stood, whose step may be done or of a row that is no more."""
    handling = session().get(Handling, handling_id)
    if handling is None or handling.resolved_at is None or handling.status != Status.RESOLVED:
        return
    steps.plan(
        "close",
        ("handling", handling.id),
        key=f"close:handling:{handling.id}:{(now if again else handling.resolved_at).isoformat()}",
        now=now,
        due_at=handling.resolved_at + RESOLVED_CLOSES_AFTER,
    )


def close_resolved(handling_id: int, *, now: datetime) -> None:
    """Close a handling still resolved after its thirty days."""
    found = session().get(Handling, handling_id)
    if found is None:  # gone when re-routing merged two units
        return
    case = session().get_one(Case, found.case_id)
    cases.alone(case)
    handling = session().get(Handling, handling_id, populate_existing=True)
    if handling is None or handling.resolved_at is None:
        return
    due = handling.resolved_at + RESOLVED_CLOSES_AFTER
    if handling.status == Status.RESOLVED and due <= now:
        cases.set_status(case, handling, Status.CLOSED, actor=SYSTEM, now=now)
