"""By when a case ought to be answered: the service's own goal, explained line by line."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from grc.cases import fields
from grc.cases.fields import Field
from grc.cases.models import Case, Deadline, Handling
from grc.catalogue.queries import current_type
from grc.catalogue.queries import snapshot as catalogue
from grc.core.actor import SYSTEM
from grc.core.clock import paris_date
from grc.core.db import add_later, execute, session, write_later
from grc.core.i18n import N_, Text
from grc.organisation.queries import snapshot as organisation


def first_deadline(case: Case, now: datetime) -> date:
    """The service's own goal for this nature of request, counted from reception. It alone runs:
    a case qualified, or handed over in danger, before it was routed already had one."""
    kind = current_type(case.request_type) if case.request_type else None
    received = paris_date(case.received_at)
    days, source = catalogue().delay(kind)
    counted = received + timedelta(days=days)
    due_on, closed = _open_day(counted, received)
    reasons = [
        Text(N_("reçue le %(on)s"), {"on": received.isoformat()}),
        Text(
            N_("+ %(days)s jours, objectif du service (référence : %(source)s)"),
            {"days": days, "source": source},
        ),
        *closed,
    ]
    write_later(Deadline)
    execute(update(Deadline).where(*_running(case.id)), {"met_at": now})
    add_later(
        Deadline,
        case_id=case.id,
        code="answer",
        due_on=due_on,
        reasons=[reason.as_json() for reason in reasons],
        computed_at=now,
    )
    return due_on


def _open_day(counted: date, received: date) -> tuple[date, list[Text]]:
    """The last day before it that we are not all closed, and why: an answer promised for a day
    nobody is there would be late."""
    here, day = organisation(), counted
    while here.closed(day) and day > received:
        day -= timedelta(days=1)
    if day == counted:
        return counted, []
    told = {"on": counted.isoformat(), "why": here.closed(counted), "day": day.isoformat()}
    return day, [Text(N_("le %(on)s est un jour fermé (%(why)s) : avancée au %(day)s"), told)]


def redate(case_id: int, *, now: datetime) -> None:
    """The date of reception has changed: count again. Nothing when nothing runs, or the same."""
    case = session().get_one(Case, case_id)
    write_later(Deadline)
    running = select(Deadline.due_on, Deadline.reasons).where(*_running(case_id))
    kept = session().execute(running).first()
    received = {"on": paris_date(case.received_at).isoformat()}
    if kept is not None and received not in (reason.get("params") for reason in kept.reasons):
        new_deadline(case, now)


def _running(case_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Deadline.case_id == case_id, Deadline.code == "answer", Deadline.met_at.is_(None))


def new_deadline(case: Case, now: datetime) -> None:
    """Another nature of request or reception, another date: the old one no longer runs. A unit
    that was given a date of its own keeps it."""
    write_later(Deadline)
    old = session().scalars(select(Deadline.due_on).where(*_running(case.id))).all()
    following = (Handling.due_on.in_(old),) if old else ()
    _write(case, first_deadline(case, now), now, *following)
    session().expire_all()


def ensure_deadline(case: Case, now: datetime) -> None:
    """Start the first deadline of a case that has none."""
    if not running(case.id):
        new_deadline(case, now)


def running(case_id: int) -> list[int]:
    """The ids of the deadlines that run."""
    write_later(Deadline)
    return list(session().scalars(select(Deadline.id).where(*_running(case_id))))


def put_back(
    case: Case, deadlines: Sequence[int], dates: Mapping[int, date], *, now: datetime
) -> None:
    """Make these deadlines run again in place of what runs; `dates` are those of the parts of
    the case, by handling id. A part that is not named keeps its date."""
    write_later(Deadline)
    execute(update(Deadline).where(*_running(case.id)), {"met_at": now})
    those = (Deadline.case_id == case.id, Deadline.id.in_(deadlines))
    execute(update(Deadline).where(*those), {"met_at": None})
    for handling_id, due_on in dates.items():
        _write(case, due_on, now, Handling.id == handling_id)
    session().expire_all()


def _write(case: Case, due_on: date, now: datetime, *those: ColumnElement[bool]) -> None:
    """Give handlings another date; a page that shows the old one is stale."""
    others = (Handling.case_id == case.id, Handling.due_on != due_on, *those)
    old = session().scalars(select(Handling.due_on).where(*others).distinct()).all()
    changed = update(Handling).where(*others)
    execute(changed.values(due_on=due_on, version=Handling.version + 1))
    for on in old:
        change = fields.written(on), fields.written(due_on)
        fields.tell(case, Field.DUE, *change, actor=SYSTEM, now=now)
