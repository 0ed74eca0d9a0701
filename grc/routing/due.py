"""By when a case ought to be answered: the service's own goal, explained line by line."""

from datetime import date, datetime, timedelta

from sqlalchemy import update

from grc.cases.models import Case, Deadline, Handling
from grc.catalogue.queries import current_type
from grc.catalogue.queries import snapshot as catalogue
from grc.core.clock import paris_date
from grc.core.db import add, execute, session
from grc.core.i18n import N_, Text


def first_deadline(case: Case, now: datetime) -> date:
    """The service's own goal for this nature of request, counted from reception."""
    kind = current_type(case.request_type) if case.request_type else None
    received = paris_date(case.received_at)
    days, source = catalogue().delay(kind)
    due_on = received + timedelta(days=days)
    reasons = [
        Text(N_("reçue le %(on)s"), {"on": received.isoformat()}),
        Text(
            N_("+ %(days)s jours, objectif du service (référence : %(source)s)"),
            {"days": days, "source": source},
        ),
    ]
    add(
        Deadline,
        case_id=case.id,
        code="answer",
        due_on=due_on,
        reasons=[reason.as_json() for reason in reasons],
        computed_at=now,
    )
    return due_on


def new_deadline(case: Case, now: datetime) -> None:
    """Another nature of request, another date: the old one is kept as no longer running."""
    running = (Deadline.case_id == case.id, Deadline.code == "answer", Deadline.met_at.is_(None))
    execute(update(Deadline).where(*running), {"met_at": now})
    due_on = first_deadline(case, now)
    execute(update(Handling).where(Handling.case_id == case.id), {"due_on": due_on})
    session().expire_all()
