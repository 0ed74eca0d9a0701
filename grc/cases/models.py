"""One case model for every channel."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import Mapped, mapped_column

from grc.cases.dated import WITHDRAWN as WITHDRAWN
from grc.cases.dated import CaseFact as CaseFact
from grc.cases.dated import Deadline as Deadline
from grc.cases.findable import CaseLink as CaseLink
from grc.cases.findable import ExternalReference as ExternalReference
from grc.cases.findable import SearchDoc as SearchDoc
from grc.cases.reference import reference
from grc.core.clock import paris_date
from grc.core.db import Base
from grc.core.types import BigId, Json, UtcDateTime, sortable

THANKED = "unread AND status IN ('resolved', 'closed')"  # what asks for something reopens


class Case(Base):
    """What is asked for one person, from first contact to end.

    `status` is public and derived from the handlings; `level` decides who may read.
    """

    __tablename__ = "case"
    __table_args__ = (  # what a search may be narrowed to, the newest first
        Index("ix_case_received", "received_at", "id"),
        Index("ix_case_commune", "commune", "id"),
        Index("ix_case_request_type", "request_type", "id"),
        Index(
            "ix_case_thanked",
            "id",
            sqlite_where=text(THANKED),
            postgresql_where=text(THANKED),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    channel: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(80))
    nature: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(500))
    status: Mapped[str] = mapped_column(String(20))
    level: Mapped[str] = mapped_column(String(10))
    is_medical: Mapped[bool] = mapped_column(default=False)  # it stays in medical units
    priority: Mapped[int] = mapped_column(default=2)
    request_type: Mapped[str | None] = mapped_column(String(40))
    request_type_version: Mapped[int | None]
    commune: Mapped[str | None] = mapped_column(String(5))  # INSEE code
    territory: Mapped[str | None] = mapped_column(String(20))
    citizen_id: Mapped[int | None] = mapped_column(ForeignKey("citizen.id"), index=True)
    citizen_match: Mapped[str] = mapped_column(String(10))  # matched, proposed, none
    match_reasons: Mapped[list[Any]] = mapped_column(Json, default=list)
    may_acknowledge: Mapped[bool] = mapped_column(default=False)
    contacts: Mapped[int] = mapped_column(default=1)  # times the citizen contacted us about it
    unread: Mapped[bool] = mapped_column(default=False)  # the citizen wrote since we last acted
    words_to_read: Mapped[str | None] = mapped_column(String(200))  # see `catalogue.danger_words`
    has_code: Mapped[bool] = mapped_column(default=False)  # the receipt of an interview bore it
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    @property
    def reference(self) -> str:
        """The public reference, derived from the id and the year of opening."""
        return case_reference(self.id, self.opened_at)


def case_reference(case_id: int, opened_at: datetime) -> str:
    """The public reference of a case row."""
    return reference("D", paris_date(opened_at).year, case_id)


_RESOLVED = "resolved_at IS NOT NULL"
_TO_ROUTE = "to_route AND resolved_at IS NULL"  # what has ended waits for nobody


class Handling(Base):
    """The part of one unit in a case: its status, agent, due date. Queues list handlings.

    `department_id`, `level`, `priority` and `received_at` repeat what the unit and the case
    say, so that a queue page reads one index; `cases.service` is the only writer.
    """

    __tablename__ = "handling"
    __table_args__ = (
        UniqueConstraint("case_id", "unit_id"),
        Index("ix_handling_unit_case", "unit_id", "case_id"),  # newest first, whatever its state
        Index(
            "ix_handling_unit_open",
            "unit_id",
            "case_id",
            sqlite_where=text("is_open = 1"),
            postgresql_where=text("is_open"),
        ),
        # All that is open in the order of lists of many units; what these ask is told by them.
        Index(
            "ix_handling_open_due",
            *("due_on", "id", "unit_id", "level", "case_id", "status", "assignee_id"),
            *("reopened_at", "received_at"),
            sqlite_where=text("is_open = 1"),
            postgresql_where=text("is_open"),
        ),
        Index(
            "ix_handling_open_age",
            *("received_at", "id", "unit_id", "level", "case_id"),
            sqlite_where=text("is_open = 1"),
            postgresql_where=text("is_open"),
        ),
        Index("ix_handling_assignee_case", "assignee_id", "case_id"),
        # The last columns let a count read the index alone.
        Index("ix_handling_unit_due", "unit_id", "is_open", "due_on", "id", "level", "case_id"),
        Index("ix_handling_unit_age", "unit_id", "is_open", "received_at", "id"),
        Index("ix_handling_unit_priority", "unit_id", "is_open", "priority", "due_on", "id"),
        Index(
            "ix_handling_unit_resolved",
            "unit_id",
            "resolved_at",
            sqlite_where=text(_RESOLVED),
            postgresql_where=text(_RESOLVED),
        ),
        Index(
            "ix_handling_assignee_due",
            "assignee_id",
            "is_open",
            "due_on",
            "id",
            "unit_id",
            "level",
            "case_id",
            "status",
        ),
        Index("ix_handling_assignee_age", "assignee_id", "is_open", "received_at", "id"),
        Index(
            "ix_handling_assignee_priority", "assignee_id", "is_open", "priority", "due_on", "id"
        ),
        Index(
            "ix_handling_to_route",
            "unit_id",
            "received_at",
            "id",
            "level",
            "case_id",
            "resolved_at",
            "to_route",
            sqlite_where=text(_TO_ROUTE),
            postgresql_where=text(_TO_ROUTE),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    level: Mapped[str] = mapped_column(String(10))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    status: Mapped[str] = mapped_column(String(20))
    is_open: Mapped[bool] = mapped_column(default=True)
    to_route: Mapped[bool] = mapped_column(default=False)
    due_on: Mapped[date]
    priority: Mapped[int] = mapped_column(default=2)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    routed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reopened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)


class Party(Base):
    """A person or organisation concerned, in a role; one party is the correspondent."""

    __tablename__ = "party"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    citizen_id: Mapped[int | None] = mapped_column(ForeignKey("citizen.id"), index=True)
    contact_point_id: Mapped[int | None] = mapped_column(ForeignKey("contact_point.id"), index=True)
    name: Mapped[str | None] = mapped_column(String(200))
    organisation: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    proof: Mapped[str | None] = mapped_column(String(200))
    until: Mapped[date | None]
    is_correspondent: Mapped[bool] = mapped_column(default=False)


class Message(Base):
    """One message of the conversation, in or out; the raw bytes stay in the ledger."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_case", "case_id", "id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    item_id: Mapped[int | None] = mapped_column(BigId, index=True)
    direction: Mapped[str] = mapped_column(String(3))  # in, out
    channel: Mapped[str] = mapped_column(String(20))
    automatic: Mapped[str] = mapped_column(String(12))
    sender: Mapped[str] = mapped_column(String(400))
    recipients: Mapped[list[str]] = mapped_column(Json)
    subject: Mapped[str] = mapped_column(String(500))
    text: Mapped[str] = mapped_column(SqlText)
    quoted_text: Mapped[str] = mapped_column(SqlText)
    html: Mapped[str | None] = mapped_column(SqlText)  # sanitised
    warnings: Mapped[list[str]] = mapped_column(Json, default=list)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MessageRef(Base):
    """An RFC 5322 identifier a message has or refers to; found from either side."""

    __tablename__ = "message_ref"
    __table_args__ = (Index("ix_message_ref_rfc", "rfc_hash", "own"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    rfc_id: Mapped[str] = mapped_column(SqlText)
    rfc_hash: Mapped[str] = mapped_column(sortable(32))  # identifiers from outside have no limit
    own: Mapped[bool]


class Attachment(Base):
    """A file of a message; the bytes are a blob, the name is data."""

    __tablename__ = "attachment"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    inline: Mapped[bool] = mapped_column(default=False)
    content_id: Mapped[str | None] = mapped_column(String(255))


class MessageShare(Base):
    """That a message of one case is read in another too, which was opened from it. The message
    stays where it is."""

    __tablename__ = "message_share"
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True, index=True)


class CaseAccess(Base):
    """One person's right on one case: allow, deny (beats all) or exceptional (dated)."""

    __tablename__ = "case_access"
    __table_args__ = (
        Index(
            "ix_case_access_exceptional",
            "until",
            "case_id",
            "user_id",
            sqlite_where=text("effect = 'exceptional'"),
            postgresql_where=text("effect = 'exceptional'"),
        ),
        Index(
            "ix_case_access_instead_of",
            "instead_of",
            sqlite_where=text("instead_of IS NOT NULL"),
            postgresql_where=text("instead_of IS NOT NULL"),
        ),
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)
    effect: Mapped[str] = mapped_column(String(12))
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    remark_id: Mapped[int | None] = mapped_column(ForeignKey("remark.id"))
    # Who left, when nobody else read the case: this right ends when she is back.
    instead_of: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    # The exceptional access it took the place of, which then goes on to its own end.
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_remark_id: Mapped[int | None] = mapped_column(ForeignKey("remark.id"))
