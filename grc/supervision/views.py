"""What a case page and `grc case show` show of a case: plain values, ready to read.

In the language asked for. Numbers count from 1 within the case and stand in addresses; ids do not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class ContactView:
    """How a person can be reached, and with what care."""

    kind: str
    value: str
    safe: bool | None
    do_not_call: bool
    do_not_write: bool
    leave_no_message: bool


@dataclass(frozen=True)
class CitizenView:
    """Who the case is for; `id` and `name` are None while nobody is known."""

    id: int | None
    name: str | None
    birth_date: date | None
    birth_name: str | None
    contact_points: tuple[ContactView, ...]
    match: str  # matched, proposed, none
    reasons: tuple[str, ...]
    reference: str | None = None


@dataclass(frozen=True)
class PartyView:
    """A person or organisation concerned."""

    id: int
    role: str
    name: str | None
    citizen_id: int | None
    organisation: str | None
    contact: str | None
    is_correspondent: bool
    until: date | None


@dataclass(frozen=True)
class HandlingView:
    """The part of one unit."""

    id: int
    unit_id: int
    unit: str  # code
    unit_name: str
    status: str
    status_label: str
    is_open: bool
    to_route: bool
    assignee_id: int | None
    assignee: str | None  # login
    assignee_name: str | None
    due_on: date
    taken_at: datetime | None
    answered_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    outcome: str | None
    version: int


@dataclass(frozen=True)
class FactView:
    """A dated event with its source."""

    kind: str
    on: date
    at: datetime | None
    source: str
    actor: str


@dataclass(frozen=True)
class ReferenceView:
    """What another system calls the case."""

    system: str
    value: str


@dataclass(frozen=True)
class DeadlineView:
    """A date by which something ought to be done, explained line by line."""

    code: str
    due_on: date
    reasons: tuple[str, ...]
    met_at: datetime | None


@dataclass(frozen=True)
class AttachmentView:
    """A file of a message; `number` counts within the case."""

    number: int
    filename: str
    content_type: str
    size: int
    sha256: str
    inline: bool
    content_id: str | None


@dataclass(frozen=True)
class MessageView:
    """One message of the conversation. `sending` is None for what came in."""

    number: int
    id: int
    direction: str
    channel: str
    automatic: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    quoted_text: str
    has_html: bool
    warnings: tuple[str, ...]
    sent_at: datetime
    recorded_at: datetime
    author: str | None  # name of the agent who wrote
    author_id: int | None
    item: str | None  # reference of the received item, for its raw bytes
    outgoing_id: int | None
    sending: str | None  # planned, sent, failed, cancelled, bounced
    sending_kind: str | None  # reply, acknowledgement
    leaves_at: datetime | None
    error: str | None
    attachments: tuple[AttachmentView, ...]


@dataclass(frozen=True)
class NoteView:
    """An internal note."""

    number: int
    id: int
    author: str
    text: str
    at: datetime


@dataclass(frozen=True)
class LetterView:
    """A letter of ours, whatever its state; the states are those of `correspondence.states`."""

    reference: str
    state: str
    purpose: str
    subject: str
    text: str
    to: tuple[str, ...]
    author: str | None
    at: datetime  # posted, else written last
    posted_on: date | None
    returned_how: str | None
    returned_on: date | None
    notified_on: date | None
    departure: str
    has_pdf: bool
    joined: tuple[str, ...]  # the names of the files printed behind it


@dataclass(frozen=True)
class RoutingView:
    """One routing decision; `rule` is empty when a person decided."""

    rule: str
    version: int
    label: str
    unit: str
    unit_name: str
    sentence: str
    reasons: tuple[str, ...]
    rejected: tuple[tuple[str, str], ...]  # (rule, why it did not match)
    inputs: Mapping[str, Any]
    actor: str
    remark: str | None
    decided_at: datetime


@dataclass(frozen=True)
class LinkView:
    """A relation with another case that this actor may know of; `is_from` tells its sense."""

    kind: str
    reference: str
    subject: str
    status: str
    is_from: bool


@dataclass(frozen=True)
class TaskView:
    """Work asked of a unit about this case."""

    number: int
    id: int
    kind: str
    detail: str
    unit: str
    unit_name: str
    due_at: datetime
    done_at: datetime | None


@dataclass(frozen=True)
class ActionView:
    """A recovery action."""

    number: int
    id: int
    family: str
    code: str
    label: str
    owner: str
    unit: str
    reason: str | None
    promised_on: date
    done_on: date | None
    result: str | None
    result_label: str | None
    result_reason: str | None
    organism: str | None  # of a right: who grants it
    asked_on: date | None
    amount_cents: int | None
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class TimelineView:
    """One act, with its sentence and the remark a person gave."""

    number: int
    at: datetime
    event: str
    actor: str  # label kept with the act
    actor_name: str
    sentence: str
    remark: str | None
    data: Mapping[str, Any]


@dataclass(frozen=True)
class CaseFile:
    """Everything known of one case."""

    reference: str
    status: str
    status_label: str
    nature: str
    subject: str
    channel: str
    source: str
    unit: str | None
    unit_name: str | None
    commune: str | None  # INSEE code
    commune_name: str | None
    territory: str | None
    territory_name: str | None
    request_type: str | None
    request_type_label: str | None
    priority: int
    level: str
    assignee: str | None
    contacts: int
    unread: bool
    opened_at: datetime
    received_at: datetime
    closed_at: datetime | None
    version: int
    citizen: CitizenView
    parties: tuple[PartyView, ...]
    handlings: tuple[HandlingView, ...]
    facts: tuple[FactView, ...]
    references: tuple[ReferenceView, ...]
    deadlines: tuple[DeadlineView, ...]
    messages: tuple[MessageView, ...]
    notes: tuple[NoteView, ...]
    letters: tuple[LetterView, ...]
    routing: tuple[RoutingView, ...]  # latest first
    links: tuple[LinkView, ...]
    tasks: tuple[TaskView, ...]
    actions: tuple[ActionView, ...]
    timeline: tuple[TimelineView, ...]  # all of it, or its latest acts
