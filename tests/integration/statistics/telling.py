"""Lives of cases told by the real use-cases, with a clock of their own."""

from datetime import UTC, date, datetime, timedelta

from grc.appointments.models import Visit
from grc.cases import service as cases
from grc.cases.models import Case
from grc.cases.opening import NewCase, NewMessage, append, open_case
from grc.cases.parties import NewParty
from grc.cases.states import Outcome
from grc.core import audit
from grc.core.actor import SYSTEM
from grc.core.db import add, amend, session, transaction
from grc.core.events import Event
from grc.jobs.keeper import catch_up
from grc.organisation.queries import snapshot
from grc.outbox import service as outbox
from grc.outbox.models import Outgoing
from grc.recovery.models import RecoveryAction
from grc.routing import by_hand
from grc.staff.models import User

MONDAY = date(2026, 3, 2)


def at(day: int) -> datetime:
    """Ten o'clock in Paris, that many days after the first Monday of March 2026."""
    return datetime(2026, 3, 2, 9, tzinfo=UTC) + timedelta(days=day)


def message(channel: str, day: int) -> NewMessage:
    """What somebody says."""
    return NewMessage(
        channel=channel,
        item_id=None,
        automatic="no",
        sender="Marie",
        recipients=(),
        subject="zqx secret",
        text="zqx secret",
        quoted_text="",
        html=None,
        warnings=(),
        sent_at=at(day),
        rfc_id=None,
        references=(),
    )


def opened(
    unit: str = "apa",
    day: int = 0,
    *,
    channel: str = "email",
    commune: str | None = None,
    territory: str | None = None,
    kind: str | None = None,
    level: str = "normal",
) -> int:
    """A case that arrived on a day; its id."""
    where = snapshot().unit(unit)
    new = NewCase(
        source=unit,
        received_at=at(day),
        unit_id=where.id,
        department_id=where.department_id,
        due_on=at(day + 30).date(),
        party=NewParty("applicant", name="Marie"),
        match="none",
        commune=commune,
        territory=territory,
        request_type=(kind, 1) if kind else None,
    )
    with transaction():
        case_id = open_case(new, message(channel, day), actor=SYSTEM, now=at(day))
        amend(session().get_one(Case, case_id), level=level)
    return case_id


def contacted(case_id: int, day: int, channel: str = "email") -> None:
    """The citizen asks again."""
    with transaction():
        told = message(channel, day)
        append(case_id, told, counts_as_contact=True, actor=SYSTEM, now=at(day))


def answered(case_id: int, day: int) -> int:
    """The unit answers; the id of what is to leave."""
    with transaction():
        case = session().get_one(Case, case_id)
        handling = cases.all_handlings(case)[0]
        cases.change(handling, answered_at=at(day))
        outgoing_id = outbox.write(
            case,
            kind="reply",
            recipient="marie@courriel.example",
            text="zqx secret",
            leaves_at=at(day) + outbox.UNDO,
            author_id=None,
            now=at(day),
        )
        about = {"subject": ("outgoing", outgoing_id), "case_id": case_id}
        audit.record(Event.REPLY_WRITTEN, **about, actor=SYSTEM, now=at(day))  # type: ignore[arg-type]
        cases.set_status(case, handling, "in_progress", actor=SYSTEM, now=at(day))
    return outgoing_id


def taken_back(case_id: int, outgoing_id: int, day: int) -> None:
    """What was to leave does not."""
    with transaction():
        outbox.cancel(session().get_one(Outgoing, outgoing_id), actor=SYSTEM, now=at(day))
        handling = cases.all_handlings(session().get_one(Case, case_id))[0]
        cases.change(handling, answered_at=outbox.answered_at(case_id))


def moved(case_id: int, status: str, day: int, outcome: str | None = None) -> None:
    """Every unit of a case comes to a state."""
    with transaction():
        case = session().get_one(Case, case_id)
        for handling in cases.all_handlings(case):
            cases.set_status(case, handling, status, actor=SYSTEM, now=at(day), outcome=outcome)


def closed(case_id: int, day: int) -> None:
    """It ends with an answer."""
    moved(case_id, "closed", day, Outcome.ANSWERED)


def duplicate(case_id: int, other_id: int, day: int) -> None:
    """It was the same as another, which gets its contacts."""
    with transaction():
        case, other = session().get_one(Case, case_id), session().get_one(Case, other_id)
        cases.add_contacts(other, case, actor=SYSTEM, now=at(day))
        for handling in cases.all_handlings(case):
            told = {"actor": SYSTEM, "now": at(day), "outcome": Outcome.DUPLICATE}
            cases.set_status(case, handling, "closed", **told)  # type: ignore[arg-type]


def rerouted(case_id: int, unit: str, day: int) -> None:
    """A person sends it to another unit."""
    with transaction():
        case, new = session().get_one(Case, case_id), snapshot().unit(unit)
        handling = cases.all_handlings(case)[0]
        old = snapshot().unit_by_id(handling.unit_id)
        cases.change(handling, unit_id=new.id, department_id=new.department_id)
        remark = audit.remark("pas ici", now=at(day))
        by_hand.keep(case, new, old, remark or 0, SYSTEM, at(day))


def levelled(case_id: int, level: str, day: int) -> None:
    """It becomes more or less secret."""
    with transaction():
        cases.set_level(session().get_one(Case, case_id), level, actor=SYSTEM, now=at(day))


def promised(case_id: int, due: int, done: int | None, unit: str = "apa") -> None:
    """A recovery action for a day, done on another or not at all."""
    with transaction():
        action_id = add(
            RecoveryAction,
            case_id=case_id,
            unit_id=snapshot().unit(unit).id,
            family="FOLLOW_UP",
            code="remind_citizen",
            owner_id=add(
                User, login=f"u{case_id}-{due}", name="U", password_hash="", created_at=at(0)
            ),
            promised_on=at(due).date(),
            done_on=None if done is None else at(done).date(),
            created_at=at(due),
        )
        subject = ("action", action_id)
        told = {"case_id": case_id, "actor": SYSTEM, "now": at(due), "code": "x"}
        audit.record(Event.ACTION_PLANNED, subject=subject, **told)  # type: ignore[arg-type]


def visited(case_id: int, day: int) -> str:
    """She came to a site about it; its code."""
    site = next(iter(snapshot().sites.values()))
    with transaction():
        told = {"on_date": at(day).date(), "arrived_at": at(day), "queued_at": at(day)}
        visit_id = add(Visit, site_id=site.id, kind="interview", case_id=case_id, **told)
        subject = ("visit", visit_id)
        audit.record(Event.VISIT_ARRIVED, subject=subject, actor=SYSTEM, now=at(day), site="x")
    return site.code


def count() -> int:
    """Seal and count what was told."""
    return catch_up(at(400))
