"""What the API takes and gives, described once: checked, written and documented from here."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from grc.cases.states import Status

PAGE = 50
LARGEST_PAGE = 200
KEY = r"^[!-~]{1,200}$"
REFERENCE = r"^[A-Za-z0-9 -]{1,40}$"


class Given(BaseModel):
    """Parameters: an unknown one is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Shown(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class RawQuery(Given):
    """How an item is to be filed."""

    source: Annotated[str, StringConstraints(max_length=80)] = Field(
        default="files",
        description="A mailbox of the organisation file, or `files`.",
    )
    acknowledge: bool = Field(
        default=False,
        description="Whether the usual acknowledgement may be sent. Not for a backlog.",
    )


class Keyed(Given):
    """A key of the caller, so that sending again is harmless."""

    idempotency_key: Annotated[str, StringConstraints(pattern=KEY)] = Field(
        alias="Idempotency-Key",
        description="The same key with the same body again is the same item; with another"
        " body it is refused with 409.",
    )


class MayBeKeyed(Given):
    """The same, and the SHA-256 of the body when there is none."""

    idempotency_key: Annotated[str, StringConstraints(pattern=KEY)] | None = Field(
        default=None,
        alias="Idempotency-Key",
        description="The same key with the same body again is the same item; with another"
        " body it is refused with 409. Without one, the same bytes are the same item.",
    )


class CasesQuery(Given):
    """Which cases."""

    cursor: Annotated[str, StringConstraints(pattern=r"^c[1-9][0-9]{0,17}$")] | None = Field(
        default=None, description="`next` of the page before."
    )
    unit: Annotated[str, StringConstraints(max_length=40)] | None = Field(
        default=None, description="Code of a unit concerned."
    )
    status: Status | None = None
    limit: int = Field(default=PAGE, ge=1, le=LARGEST_PAGE)


class ItemShown(Shown):
    """Something received, and what became of it."""

    reference: str = Field(examples=["E-2026-0000123-X"])
    url: str
    channel: str
    source: str
    outcome: str = Field(
        description="waiting, quarantined, opened, appended, duplicate, applied, split, discarded"
    )
    sentence: str = Field(description="The outcome in words, with its reason.")
    size: int
    sha256: str
    stored_at: datetime
    settled_at: datetime | None
    case: str | None = Field(
        description="The case it opened or was added to; of a copy, when the first one was "
        "brought by the same token."
    )
    case_url: str | None


class Received(ItemShown):
    """The same, as the answer to who brings it."""

    already_known: bool


class CaseShown(Shown):
    """A case in a list."""

    reference: str = Field(examples=["D-2026-0000042-K"])
    url: str
    status: Status
    nature: str
    subject: str
    unit: str | None
    request_type: str | None
    commune: str | None
    level: str
    priority: int
    channel: str
    source: str
    received_at: datetime
    due_on: date | None
    closed_at: datetime | None


class CasesShown(Shown):
    """A page of cases, newest first. `next` is null at the end."""

    cases: list[CaseShown]
    next: str | None


class ContactShown(Shown):
    """How a person can be reached."""

    kind: str
    value: str


class CitizenShown(Shown):
    """Who a case is for; the name is null while nobody is known."""

    name: str | None
    match: str
    contact_points: list[ContactShown]


class HandlingShown(Shown):
    """The part of one unit in a case."""

    unit: str
    status: Status
    assignee: str | None
    due_on: date
    closed_at: datetime | None
    outcome: str | None


class FileShown(Shown):
    """A file of a message."""

    filename: str
    content_type: str
    size: int
    sha256: str


class MessageShown(Shown):
    """What the person wrote (in) or was answered (out)."""

    number: int
    direction: str
    channel: str
    automatic: str
    sender: str = Field(alias="from", serialization_alias="from")
    to: list[str]
    subject: str
    text: str
    sent_at: datetime
    attachments: list[FileShown]


class CaseInFull(CaseShown):
    """A case with its messages; internal notes and the journal are not part of it."""

    territory: str | None
    contacts: int
    opened_at: datetime
    citizen: CitizenShown
    handlings: list[HandlingShown]
    messages: list[MessageShown]


class FieldProblem(Shown):
    """What is wrong with one field, `` for the whole body."""

    field: str
    detail: str


class Signed(Given):
    """What comes with a signature."""

    timestamp: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,11}$")] = Field(
        alias="X-GRC-Timestamp",
        description="Seconds since 1970-01-01T00:00:00Z, at most 300 from the clock here.",
    )


class EventTaken(Shown):
    """An event of a call, kept; `already_known`: it was told before, and nothing changed."""

    call: str
    event: str
    already_known: bool


class ProblemShown(Shown):
    """RFC 9457, in the language of Accept-Language (fr, en)."""

    type: str
    title: str
    status: int
    detail: str
    reference: str | None = Field(default=None, description="Of a mistake of ours: report it.")
    code: str | None = Field(
        default=None, description="For programs: `wrong_signature`, `stale_timestamp`."
    )
    errors: list[FieldProblem] | None = None


def as_json(model: BaseModel) -> dict[str, Any]:
    """The answer as JSON values."""
    return model.model_dump(mode="json", by_alias=True)
