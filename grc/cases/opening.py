"""Opening a case and adding to it: the one case model every channel ends in."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from grc.cases import parties, search
from grc.cases.models import (
    Attachment,
    Case,
    CaseFact,
    Handling,
    Message,
    MessageRef,
)
from grc.cases.parties import NewParty
from grc.cases.states import Status
from grc.catalogue import danger, danger_words
from grc.channels import registry
from grc.core import audit, blobs
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.crash import crash
from grc.core.db import add, add_all, add_later, execute, session
from grc.core.events import Event
from grc.core.i18n import N_, Text

AUTOMATIC_LABELS: Mapping[str, str] = {
    "auto_reply": N_("réponse automatique"),
    "bulk": N_("liste de diffusion"),
    "bounce": N_("avis de non-remise"),
}


@dataclass(frozen=True)
class NewFile:
    """An attachment whose bytes are already durable in the blob store."""

    sha256: str
    size: int
    filename: str
    content_type: str
    inline: bool = False
    content_id: str | None = None


@dataclass(frozen=True)
class NewMessage:
    """One message as understood by intake."""

    channel: str
    item_id: int | None
    automatic: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    quoted_text: str
    html: str | None
    warnings: tuple[str, ...]
    sent_at: datetime
    rfc_id: str | None
    references: tuple[str, ...]
    files: tuple[NewFile, ...] = ()
    is_secret: bool = False  # no search may find it


@dataclass(frozen=True)
class NewFact:
    """A dated event read from the item."""

    kind: str
    on: date
    source: str
    at: datetime | None = None


@dataclass(frozen=True)
class NewCase:
    """All that intake knows when it opens a case; routing decides the rest."""

    source: str
    received_at: datetime
    unit_id: int  # triage until routed
    department_id: int
    due_on: date
    party: NewParty
    match: str
    match_reasons: tuple[Text, ...] = ()
    commune: str | None = None
    territory: str | None = None
    request_type: tuple[str, int] | None = None  # code and version, when the item says it
    may_acknowledge: bool = False
    is_medical: bool = False
    facts: tuple[NewFact, ...] = field(default=())
    concerned: NewParty | None = None  # for whom the party asks
    others: tuple[NewParty, ...] = ()  # who takes part besides these


def open_case(new: NewCase, message: NewMessage, *, actor: Actor, now: datetime) -> int:
    """Open a case on a first message. Until routed it is restricted to its triage unit."""
    code, version = new.request_type or (None, None)
    case_id = add(
        Case,
        opened_at=now,
        received_at=new.received_at,
        channel=message.channel,
        source=new.source,
        nature="information",
        subject=message.subject[:500],
        status=Status.RECEIVED,
        level="restricted",
        is_medical=new.is_medical,
        commune=new.commune,
        territory=new.territory,
        request_type=code,
        request_type_version=version,
        citizen_id=(new.concerned or new.party).citizen_id,
        citizen_match=new.match,
        match_reasons=[reason.as_json() for reason in new.match_reasons],
        may_acknowledge=new.may_acknowledge,
    )
    crash("case:inserted")
    _first_handling(case_id, new)
    parties.add(case_id, new.party, is_correspondent=True)
    if new.concerned is not None:
        parties.add(case_id, new.concerned, is_correspondent=False)
    parties.add_others(case_id, new.others)
    add_facts(case_id, new.facts, actor=actor, now=now)
    add_message(case_id, message, now=now)
    audit.record(
        Event.CASE_OPENED,
        subject=("case", case_id),
        case_id=case_id,
        actor=actor,
        now=now,
        channel=Text(registry.label(message.channel)),
        source=new.source,
    )
    return case_id


def _first_handling(case_id: int, new: NewCase) -> None:
    add(
        Handling,
        case_id=case_id,
        unit_id=new.unit_id,
        department_id=new.department_id,
        level="restricted",
        status=Status.RECEIVED,
        to_route=True,
        due_on=new.due_on,
        received_at=new.received_at,
    )


def add_facts(case_id: int, facts: Sequence[NewFact], *, actor: Actor, now: datetime) -> None:
    """Record dated events; a correction is a later row, nothing is overwritten."""
    for fact in facts:
        add_later(
            CaseFact,
            case_id=case_id,
            kind=fact.kind,
            on_date=fact.on,
            at=fact.at,
            source=fact.source,
            recorded_at=now,
            actor=actor.label,
        )


def add_message(case_id: int, new: NewMessage, *, now: datetime) -> int:
    """Write an incoming message, its references, attachments and search document."""
    message_id = add(
        Message,
        case_id=case_id,
        item_id=new.item_id,
        direction="in",
        channel=new.channel,
        automatic=new.automatic,
        sender=new.sender[:400],
        recipients=list(new.recipients),
        subject=new.subject[:500],
        text=new.text,
        quoted_text=new.quoted_text,
        html=new.html,
        warnings=list(new.warnings),
        sent_at=new.sent_at,
        recorded_at=now,
    )
    add_references(case_id, message_id, new.rfc_id, new.references)
    add_files(message_id, new.files, now)
    names = " ".join(file.filename for file in new.files)
    if not new.is_secret:
        told = f"{new.subject} {new.sender} {new.text} {names}"
        search.index(case_id, "message", message_id, told)
        _signal(case_id, f"{new.subject}\n{new.text}")
    return message_id


def _signal(case_id: int, told: str) -> None:
    """Words that ask to be read twice are shown to who may read the case; nothing moves."""
    found = danger_words.found(told, danger.plan().words)
    if not found:
        return
    known = session().scalar(select(Case.words_to_read).where(Case.id == case_id)) or ""
    before = known.split(danger_words.SEPARATOR) if known else []
    words = danger_words.joined(dict.fromkeys([*before, *found]))
    execute(update(Case).where(Case.id == case_id), {"words_to_read": words})


def rfc_hash(rfc_id: str) -> str:
    """The indexed form of a Message-ID, which from outside has no length limit."""
    return hashlib.sha256(rfc_id.encode()).hexdigest()[:32]


def add_references(
    case_id: int, message_id: int, own: str | None, references: Sequence[str]
) -> None:
    """Keep the identifiers a message has and names, so that threads join in any order."""
    named = [(own, True)] if own else []
    named += [(other, False) for other in dict.fromkeys(references) if other != own]
    rows = [
        {
            "message_id": message_id,
            "case_id": case_id,
            "rfc_id": rfc_id,
            "rfc_hash": rfc_hash(rfc_id),
            "own": is_own,
        }
        for rfc_id, is_own in named
    ]
    add_all(MessageRef, rows)


def add_files(message_id: int, files: Sequence[NewFile], now: datetime) -> None:
    """Write the attachments of a message, in or out."""
    blobs.refer({file.sha256: file.size for file in files}, now)
    rows = [
        {
            "message_id": message_id,
            "sha256": file.sha256,
            "filename": file.filename,
            "content_type": file.content_type,
            "size": file.size,
            "inline": file.inline,
            "content_id": file.content_id,
        }
        for file in files
    ]
    add_all(Attachment, rows)


def append(
    case_id: int, message: NewMessage, *, counts_as_contact: bool, actor: Actor, now: datetime
) -> int:
    """Add an incoming message to a case; a person's message counts as a new contact."""
    message_id = add_message(case_id, message, now=now)
    if not counts_as_contact:
        kind = Text(AUTOMATIC_LABELS[message.automatic])
        record = {"event": Event.MESSAGE_AUTOMATIC, "kind": kind}
    else:
        values: dict[str, Any] = {"contacts": Case.contacts + 1, "unread": True}
        contacts = session().scalar(
            update(Case)
            .where(Case.id == case_id)
            .values(version=Case.version + 1, **values)
            .returning(Case.contacts)
            .execution_options(synchronize_session=False)
        )
        record = {"event": Event.MESSAGE_RECEIVED, "count": contacts}
    audit.record(
        subject=("message", message_id),
        case_id=case_id,
        actor=actor,
        now=now,
        **record,  # type: ignore[arg-type]
    )
    return message_id


def received_fact(at: datetime, source: str) -> NewFact:
    """The reception of a request, whose civil date in Paris starts the clocks."""
    return NewFact("received", paris_date(at), source, at)
