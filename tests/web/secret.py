"""A named case whose every text says the same word, that no outsider may ever see.

Rows are written to the tables themselves: what a use-case would refuse to write may still be
there one day. Of each row the codes are given; every other text column is filled by itself, so
that a new column holds the word too. A new table about cases must be added here: see `missing`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import Boolean, Date, DateTime, Integer, String, Table, Text, TypeDecorator

from grc.appointments.models import Appointment, Visit
from grc.bulk.models import BulkAct, BulkLine
from grc.cases import models as cases
from grc.cases.persons import reference_of
from grc.cases.search import index
from grc.citizens import models as citizens
from grc.citizens import sounding
from grc.citizens.sounding import SOUND
from grc.core import blobs
from grc.core.audit import Remark
from grc.core.db import Base, execute, transaction
from grc.core.i18n import Text as Text_
from grc.correspondence.models import LetterFile, OurLetter
from grc.danger.models import Alert
from grc.intake.models import Enclosure, Item, Letter
from grc.organisation.queries import snapshot
from grc.outbox.models import Outgoing
from grc.recovery.models import RecoveryAction, RecoveryProposal
from grc.routing.models import RoutingDecision
from grc.work import models as work

WORD = "zqxkanari"
PHONE, DIGITS = "+33699112277", ("699112277", "6 99 11 22 77")
WORDS = (WORD, *DIGITS)
NAME = f"Zoé {WORD}"

WITHOUT = {  # tables about a case that are no text of it, and why
    "case_access": "made by the test: who is on the list",
    "audit": "checked by the pages of the journal",
    "access_log": "no text",
    "webhook_delivery": "names no case, see test_webhooks",
    "figure": "counts, compared with and without the case",
    "standing": "counts, compared with and without the case",
    "message_share": "no text",
    "case_document": "codes",
    "citizen_contact_source": "no text",
    "citizen_merge": "codes",
}


@dataclass
class Secret:
    """What was written; `holes` are what the addresses of pages may be filled with."""

    case_id: int
    citizen_id: int
    holes: dict[str, str] = field(default_factory=dict)


def missing() -> set[str]:
    """Tables that tell of a case and were neither filled nor left out."""
    about = {
        table.name
        for table in Base.metadata.sorted_tables
        if {"case_id", "citizen_id", "letter_id", "task_id", "note_id"} & set(table.columns.keys())
    }
    return about - _written - set(WITHOUT) - {"mention", "call_back", "visa"}


_written = {"search_doc"}  # by `index`


def put(model: type[Base], now: datetime, **given: Any) -> int:
    """One row: the given values, the word in every other text column, something elsewhere."""
    table: Table = model.__table__  # type: ignore[assignment]
    _written.add(table.name)
    values = dict(_filled(table, given, now)) | given
    done = execute(table.insert(), values)
    key = done.inserted_primary_key
    return int(key[0]) if key and isinstance(key[0], int) else 0


def _filled(table: Table, given: dict[str, Any], now: datetime) -> Iterator[tuple[str, Any]]:
    for column in table.columns:
        kind: Any = column.type
        if column.name in given or column.foreign_keys or column.name == "id":
            continue
        if isinstance(kind, String | Text):
            yield column.name, f"{WORD} {column.name}"[: kind.length or 200]
        elif column.nullable or column.default is not None:
            continue
        elif isinstance(kind, Boolean):
            yield column.name, False
        elif isinstance(kind, Integer):
            yield column.name, 1
        elif isinstance(kind, Date):
            yield column.name, now.date()
        elif isinstance(kind, DateTime | TypeDecorator):
            yield column.name, now


def write(now: datetime, unit_code: str, insider: int, site_id: int) -> Secret:
    """The case and all that hangs on it, handled by one unit; `insider` wrote what people write."""
    sha256, size = blobs.store().put(BytesIO(f"{WORD} in the bytes".encode()))
    unit = snapshot().unit(unit_code)
    with transaction():
        blobs.refer({sha256: size}, now)
        person = put(citizens.Citizen, now, name=NAME, language="fr", birth_date=date(1950, 2, 3))
        points = _points(person, now)
        case_id = put(
            cases.Case, now, channel="email", source="apa", nature="information",
            status="received", level="named", citizen_match="matched", match_reasons=[],
            citizen_id=person, request_type=None, request_type_version=None, commune=None,
            territory=None,
        )  # fmt: skip
        handling = put(
            cases.Handling, now, case_id=case_id, unit_id=unit.id, status="in_progress",
            department_id=unit.department_id, level="named", assignee_id=insider, outcome=None,
        )  # fmt: skip
        secret = Secret(case_id, person)
        place = _Place(case_id, unit.id, insider, handling, person, points, site_id, sha256)
        _conversation(place, now, secret)
        _around(place, now, secret)
        _received(place, now, secret)
        index(case_id, "case", case_id, f"{WORD} {NAME}")
    reference = cases.case_reference(case_id, now)
    secret.holes |= {"case": reference, "person": reference_of(person, now)}
    return secret


@dataclass(frozen=True)
class _Place:
    case: int
    unit: int
    insider: int
    handling: int
    person: int
    points: tuple[int, ...]
    site: int
    sha256: str


def _points(person: int, now: datetime) -> tuple[int, ...]:
    found = []
    told = {"email": f"{WORD}@courriel.example", "phone": PHONE, "address": f"3 rue {WORD}"}
    for kind, value in told.items():
        point = put(citizens.ContactPoint, now, kind=kind, value=value)
        put(citizens.CitizenContact, now, citizen_id=person, contact_point_id=point, origin=kind)
        found.append(point)
    keys = {"name": WORD, "email": f"{WORD}@courriel.example", "phone": PHONE, "caf": "7654321Z"}
    keys |= {"birth": "1950-02-03", SOUND: sounding.key(WORD)}
    for kind, key in keys.items():
        put(citizens.CitizenKey, now, citizen_id=person, kind=kind, key=key)
    return tuple(found)


def _before(now: datetime) -> datetime:
    """Received before the days whose items the page of the reception counts."""
    return now - timedelta(days=30)


def _conversation(at: _Place, now: datetime, secret: Secret) -> None:
    item = put(
        Item, _before(now), channel="email", source="apa", outcome="opened", case_id=at.case,
        sha256=at.sha256, size=9, arrived_by=None, reason=None, detail=None, applied_kind=None,
        unit_id=at.unit,
    )  # fmt: skip
    secret.holes["item"] = Item(id=item, stored_at=_before(now)).reference
    for number, direction in enumerate(("in", "out"), start=1):
        message = put(
            cases.Message, now, case_id=at.case, item_id=item, direction=direction,
            channel="email", automatic="no", recipients=[f"{WORD}@courriel.example"], warnings=[],
            html=f"<p>{WORD}</p>", author_id=at.insider if number > 1 else None,
        )  # fmt: skip
        put(cases.MessageRef, now, message_id=message, case_id=at.case, own=True)
        put(
            cases.Attachment, now, message_id=message, sha256=at.sha256, size=9,
            content_type="text/plain",
        )  # fmt: skip
        index(at.case, "message", message, f"{WORD} secret message")
    put(
        Outgoing, now, message_id=message, case_id=at.case, kind="reply", status="failed",
        recipient=f"{WORD}@courriel.example",
    )  # fmt: skip


def _around(at: _Place, now: datetime, secret: Secret) -> None:
    case = {"case_id": at.case}
    who = case | {"citizen_id": at.person, "contact_point_id": at.points[0]}
    put(cases.Party, now, **who, role="applicant", is_correspondent=True)
    put(cases.CaseFact, now, **case, kind="received")
    put(cases.Deadline, now, **case, code="answer", reasons=[Text_(WORD).as_json()])
    put(cases.ExternalReference, now, **case, system="ancien", value=f"{WORD}-77", key="ZQX77")
    put(cases.CaseLink, now, case_id=at.case, other_id=1, kind="related")
    put(cases.CaseLink, now, case_id=1, other_id=at.case, kind="child")
    note = put(work.Note, now, **case, author_id=at.insider)
    put(work.Mention, now, note_id=note, user_id=at.insider)
    put(work.Draft, now, **case, user_id=at.insider, shared=True, page="", canned="")
    put(
        work.DraftFile, now, **case, user_id=at.insider, sha256=at.sha256, size=9,
        content_type="text/plain",
    )  # fmt: skip
    put(work.Task, now, **case, kind="send_failed", unit_id=at.unit, done_at=None)
    task = put(work.Task, now, **case, kind="call_back", unit_id=at.unit, key="cb", done_at=None)
    put(work.CallBack, now, task_id=task, number=PHONE, asked=True)
    remark = put(Remark, now)
    put(
        RecoveryAction, now, **case, unit_id=at.unit, family="FOLLOW_UP", code="CALL_BACK",
        reason_id=remark, owner_id=at.insider, result=None, organism=None,
    )  # fmt: skip
    put(
        RecoveryProposal, now, **case, unit_id=at.unit, other_id=1, code="call_back",
        reason=Text_(WORD).as_json(), settled_at=None, settled=None,
    )  # fmt: skip
    put(  # of a case all may read, and drawn from this one
        RecoveryProposal, now, case_id=1, other_id=at.case, unit_id=snapshot().unit("apa").id,
        code="wrong_unit", reason=Text_(WORD).as_json(), evidence=f"{WORD}:2", settled_at=None,
        settled=None,
    )  # fmt: skip
    household = put(citizens.Household, now)
    for person in (at.person, 1):  # the other one is known to all
        put(
            citizens.HouseholdMember, now, household_id=household, citizen_id=person,
            role="adult", until=None, undone_at=None,
        )  # fmt: skip
    put(
        RoutingDecision, now, **case, unit_id=at.unit, rule_code="", reasons=[], rejected=[],
        inputs={},
    )  # fmt: skip
    letter = put(
        OurLetter, now, **case, unit_id=at.unit, type_code="reponse", purpose="answer",
        state="signature", recipient=[NAME], author_id=at.insider, sha256=None, signatory=None,
        quality=None, act=None, registered_number=None, returned_how=None,
    )  # fmt: skip
    put(
        LetterFile, now, letter_id=letter, sha256=at.sha256, printed_sha256=at.sha256, size=9,
        printed_size=9, pages=1, content_type="application/pdf",
    )  # fmt: skip
    secret.holes["letter"] = OurLetter(id=letter, created_at=now).reference
    place = {"site_id": at.site, "citizen_id": at.person, **case}
    visit = put(Visit, now, **place, kind="visit", reason=None, result="request", ended_at=now)
    meeting = put(Appointment, now, **place, reason=None, source="grc", state="to_come", minutes=30)
    secret.holes["visit"] = Visit(id=visit, arrived_at=now).reference
    secret.holes["meeting"] = Appointment(id=meeting, on_date=now.date()).reference
    act = put(
        BulkAct, now, key="00000000-0000-4000-8000-0000000000aa", user_id=at.insider, kind="take",
        chosen={},
    )  # fmt: skip
    put(BulkLine, now, bulk_act_id=act, **case, handling_id=at.handling, state="done")
    taken = {
        "taken_at": now,
        "taken_by": at.insider,
    }  # or administrators would be told that it rings
    put(Alert, now, **case, unit_id=at.unit, raised_by=at.insider, **taken)


def _received(at: _Place, now: datetime, secret: Secret) -> None:
    """A letter the mail room waits to index, and what was in it."""
    parts = {}
    for name in ("batch", "cut"):
        parts[name] = put(
            Item, _before(now), channel="post", source="apa", outcome="opened", case_id=at.case,
            sha256=at.sha256, size=9, arrived_by=None, reason=None, detail=None,
            applied_kind=None, locator=f"{WORD}#{name}", locator_hash=name,
        )  # fmt: skip
    put(
        Letter, now, item_id=parts["cut"], batch_id=parts["batch"], case_id=at.case, done_by=None,
        registered=None, destination=None,
    )  # fmt: skip
    put(Enclosure, now, item_id=parts["cut"], case_id=at.case, kind="cheque", returned_how=None)
    secret.holes["cut"] = Item(id=parts["cut"], stored_at=_before(now)).reference
