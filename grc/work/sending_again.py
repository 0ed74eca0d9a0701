"""A message of ours that did not leave leaves again, at a person's request."""

from datetime import datetime

from grc.cases import service as cases
from grc.cases.models import Case
from grc.core import audit, steps
from grc.core.actor import Actor
from grc.core.db import session
from grc.core.errors import Conflict, NotFound
from grc.core.events import Event
from grc.core.i18n import N_
from grc.outbox.models import Outgoing
from grc.staff.policy import Permission
from grc.work.models import Task

KIND = "send_failed"  # what bounced was taken by a server: the address is at fault, not the sending


def send_again(task_id: int, *, actor: Actor, now: datetime) -> None:
    """Try a failed sending again; its task is done. Raises NotFound, Forbidden, Conflict."""
    task = session().get(Task, task_id)
    if task is None or task.kind != KIND or task.case_id is None:
        raise NotFound(N_("Cette tâche n'existe pas."))
    cases.demand(session().get_one(Case, task.case_id), actor, Permission.CASE_WRITE, now)
    session().refresh(task)
    outgoing = session().get_one(Outgoing, int(task.key.rpartition(":")[2]), populate_existing=True)
    if task.done_at is not None or outgoing.status != "failed":
        raise Conflict(N_("Ce message a déjà été repris par quelqu'un."))
    outgoing.status, outgoing.error, task.done_at = "planned", None, now
    session().flush()
    steps.retry(("outgoing", outgoing.id), "send", now)
    subject = ("outgoing", outgoing.id)
    audit.record(Event.SENT_AGAIN, subject=subject, case_id=task.case_id, actor=actor, now=now)
