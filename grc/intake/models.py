"""The ledger of everything received."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from grc.cases.reference import reference
from grc.core.clock import paris_date
from grc.core.db import Base
from grc.core.i18n import Text
from grc.core.types import BigId, Json, UtcDateTime, sortable

ATTENTION = "outcome IN ('waiting', 'quarantined')"
REFUSED = "parent_id IS NULL AND outcome IN ('quarantined', 'discarded')"


class Item(Base):
    """One thing received: its exact bytes, where it came from, what became of it.

    Outcomes: waiting, quarantined, then exactly one of opened, appended, duplicate,
    applied, split, discarded.
    """

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("channel", "source", "locator_hash", "sha256"),
        Index("ix_item_sha256", "sha256"),
        Index("ix_item_fingerprint", "fingerprint"),
        Index("ix_item_source", "channel", "source", "outcome"),
        Index(
            "ix_item_refused",
            "channel",
            "source",
            "parent_id",
            "outcome",  # without it SQLite thinks `ix_item_source` better
            sqlite_where=text(REFUSED),
            postgresql_where=text(REFUSED),
        ),
        Index("ix_item_parent", "parent_id", "stored_at"),  # what came lately from outside
        Index(
            "ix_item_attention",
            "outcome",
            "unit_id",
            "id",
            sqlite_where=text(ATTENTION),
            postgresql_where=text(ATTENTION),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    channel: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(80))
    locator: Mapped[str] = mapped_column(String(1000))
    locator_hash: Mapped[str] = mapped_column(sortable(32))  # a path may exceed an index row
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))
    size: Mapped[int]
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)
    arrived_by: Mapped[str | None] = mapped_column(String(20))  # who dated it; None: our clock
    dated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # to understand in date order
    acknowledge: Mapped[bool] = mapped_column(default=False)  # may an automatic answer leave
    actor: Mapped[str] = mapped_column(String(80))
    fingerprint: Mapped[str | None] = mapped_column(sortable(64))
    outcome: Mapped[str] = mapped_column(String(12), default="waiting")
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    applied_kind: Mapped[str | None] = mapped_column(String(20))
    applied_id: Mapped[int | None] = mapped_column(BigId)
    reason: Mapped[str | None] = mapped_column(String(40))  # code of the quarantine
    detail: Mapped[str | None] = mapped_column(String(500))  # a French text, see `explanation`
    detail_params: Mapped[dict[str, Any] | None] = mapped_column(Json)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))  # owner in quarantine
    remark_id: Mapped[int | None] = mapped_column(ForeignKey("remark.id"))
    is_medical: Mapped[bool] = mapped_column(default=False)  # a batch that could not be cut

    @property
    def reference(self) -> str:
        """The reference people use for a received item: E-2026-0000123-X."""
        return reference("E", paris_date(self.stored_at).year, self.id)

    @property
    def explanation(self) -> Text | None:
        """What was wrong in detail, to be said in any language; None when nothing is."""
        return Text(self.detail, self.detail_params or {}) if self.detail else None


class PageAccount(Base):
    """What the pages of a batch of scans were: separators and blanks by number, from 1."""

    __tablename__ = "page_account"
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    total: Mapped[int]
    used: Mapped[int]  # pages of letters
    separators: Mapped[list[int]] = mapped_column(Json)
    blanks: Mapped[list[int]] = mapped_column(Json)


class Letter(Base):
    """A letter cut out of a batch and understood: a person checks it, and then it is indexed.

    It waits as long as `done_at` is empty; `version` tells two people apart who look at it.
    """

    __tablename__ = "letter"
    __table_args__ = (
        Index(
            "ix_letter_waiting",
            "batch_id",
            "item_id",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index(
            "ix_letter_elsewhere",
            "done_at",
            sqlite_where=text("destination IS NOT NULL"),
            postgresql_where=text("destination IS NOT NULL"),
        ),
        Index(
            "ix_letter_registered",
            "arrived_on",
            sqlite_where=text("registered IS NOT NULL"),
            postgresql_where=text("registered IS NOT NULL"),
        ),
    )
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    version: Mapped[int] = mapped_column(default=1)
    aside_id: Mapped[int | None] = mapped_column(ForeignKey("remark.id"))  # put aside, and why
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[str | None] = mapped_column(String(80))
    registered: Mapped[str | None] = mapped_column(String(15))  # number of the registered mail
    destination: Mapped[str | None] = mapped_column(String(20))  # where it went instead
    arrived_on: Mapped[date | None]  # once it is indexed


class Enclosure(Base):
    """A cheque, or an original to return, that was in a letter."""

    __tablename__ = "enclosure"
    __table_args__ = (
        Index("ix_enclosure_arrived", "arrived_on", "id"),
        Index(
            "ix_enclosure_held",
            "arrived_on",
            "id",
            sqlite_where=text("returned_on IS NULL"),
            postgresql_where=text("returned_on IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))  # cheque, original
    what: Mapped[str] = mapped_column(String(200))  # who drew it, or what it is
    cents: Mapped[int | None]  # of a cheque
    arrived_on: Mapped[date]
    actor: Mapped[str] = mapped_column(String(80))
    returned_on: Mapped[date | None]
    returned_how: Mapped[str | None] = mapped_column(String(12))
    registered: Mapped[str | None] = mapped_column(String(15))  # of the letter it left by


class HandOver(Base):
    """The list of what is handed over unopened to one destination in one day.

    It is open until somebody has signed for it; it then stays as it is, and what comes later
    that day is on another.
    """

    __tablename__ = "hand_over"
    __table_args__ = (
        Index(
            "ix_hand_over_open",
            "key",
            "on_date",
            unique=True,
            sqlite_where=text("handed_at IS NULL"),
            postgresql_where=text("handed_at IS NULL"),
        ),
        Index(
            "ix_hand_over_unit",
            "unit_id",
            sqlite_where=text("handed_at IS NULL"),
            postgresql_where=text("handed_at IS NULL"),
        ),
        Index("ix_hand_over_day", "on_date", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    on_date: Mapped[date]  # in Paris
    key: Mapped[str] = mapped_column(sortable(140))  # the same for the same destination
    destination: Mapped[str] = mapped_column(String(120))  # as it is shown
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    handed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_by: Mapped[str | None] = mapped_column(String(120))  # who has signed, as typed
    actor: Mapped[str | None] = mapped_column(String(80))  # who had it signed

    @property
    def reference(self) -> str:
        """The reference people use: B-2026-0000123-X."""
        return reference("B", self.on_date.year, self.id)


class Envelope(Base):
    """An envelope that was not opened. Of a medical one nobody notes who sent it.

    What was written is corrected by a later row of the same item: the last one is valid. The one
    before stays on its list when that was signed, else it is on none.
    """

    __tablename__ = "envelope"
    __table_args__ = (
        Index("ix_envelope_hand_over", "hand_over_id", "id"),
        Index("ix_envelope_item", "item_id", "id"),
        Index(
            "ix_envelope_registered",
            "arrived_on",
            sqlite_where=text("registered IS NOT NULL"),
            postgresql_where=text("registered IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    hand_over_id: Mapped[int | None] = mapped_column(ForeignKey("hand_over.id"))
    kind: Mapped[str] = mapped_column(String(12))
    arrived_on: Mapped[date]
    sender: Mapped[str | None] = mapped_column(String(200))
    registered: Mapped[str | None] = mapped_column(String(15))


class Received(Base):
    """What a source delivered per day, counted at the moment of storing.

    Reconciliation compares this with the ledger: a row that vanished shows as a gap.
    """

    __tablename__ = "received"
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    source: Mapped[str] = mapped_column(String(80), primary_key=True)
    on_date: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class Fetching(Base):
    """The latest visits to a source whose messages we fetch: is anybody coming, and what failed."""

    __tablename__ = "fetching"
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    source: Mapped[str] = mapped_column(String(80), primary_key=True)
    tried_at: Mapped[datetime] = mapped_column(UtcDateTime)
    succeeded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[dict[str, Any] | None] = mapped_column(Json)  # a `Text`; None: all went well


class Information(Base):
    """A contact that asked for nothing but an information: counted, without a name."""

    __tablename__ = "information"
    __table_args__ = (Index("ix_information_unit", "unit_id", "on_date", "id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    on_date: Mapped[date]  # in Paris
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))  # where, at a counter
    channel: Mapped[str] = mapped_column(String(20))
    theme: Mapped[str | None] = mapped_column(String(40))  # a nature of request
