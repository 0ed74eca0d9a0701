"""Our letters, who may sign them, who has seen them, and the runs that print them."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import Mapped, mapped_column

from grc.cases.reference import reference
from grc.core.clock import paris_date
from grc.core.db import Base
from grc.core.places import Placed
from grc.core.types import BigId, Json, UtcDateTime
from grc.core.versions import Written

ON_THEIR_WAY = "state IN ('visa', 'signature')"
LEAVING = "state IN ('signed', 'printed')"


class LetterType(Written, Base):
    """One version of a type of letter. `visas` must be given before it may be signed; `text` is
    what such a letter begins with, with the placeholders of `catalogue.placeholders`."""

    __tablename__ = "letter_type"

    label_fr: Mapped[str] = mapped_column(String(120))
    label_en: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(String(16))
    visas: Mapped[int]
    registered: Mapped[bool] = mapped_column(default=False)  # leaves as registered mail
    text: Mapped[str] = mapped_column(SqlText)


class Delegation(Base):
    """Who may sign which types of letter for a unit and those below, from when to when.

    `valid_to` is the first day on which it no longer holds; an act ends by a date, never by
    being removed. `types` empty: all of them.
    """

    __tablename__ = "delegation"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))  # first name and name, as they are printed
    quality: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    types: Mapped[list[str]] = mapped_column(Json)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date)
    act: Mapped[str] = mapped_column(String(200))  # the decision that gives it
    is_active: Mapped[bool] = mapped_column(default=True)


class PrintRun(Base):
    """Letters printed together, once: one file for the printer."""

    __tablename__ = "print_run"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(80))
    count: Mapped[int]
    pages: Mapped[int]  # when it was made; blank ones on the back counted


class OurLetter(Base):
    """A letter about a case, on its way out.

    What its type asked for when it was written is kept here (`purpose`, `visas`), and so is who
    signed, in which quality, by which act. `sha256` are the bytes that were signed: they never
    change, and they are what is printed. `posted_on` is the day it left, whoever noted it when.
    """

    __tablename__ = "our_letter"
    __table_args__ = (
        UniqueConstraint("departure_year", "departure"),
        Index("ix_our_letter_case", "case_id", "id"),
        Index(
            "ix_our_letter_waiting",
            "unit_id",
            "state",
            "id",
            sqlite_where=text(ON_THEIR_WAY),
            postgresql_where=text(ON_THEIR_WAY),
        ),
        Index(
            "ix_our_letter_leaving",
            "state",
            "id",
            sqlite_where=text(LEAVING),
            postgresql_where=text(LEAVING),
        ),
        Index("ix_our_letter_run", "run_id"),
        Index("ix_our_letter_posted", "posted_on", "id"),
        Index(
            "ix_our_letter_returned",
            "returned_on",
            "id",
            sqlite_where=text("returned_on IS NOT NULL"),
            postgresql_where=text("returned_on IS NOT NULL"),
        ),
        Index(
            "ix_our_letter_filed",
            "returned_item_id",
            sqlite_where=text("returned_item_id IS NOT NULL"),
            postgresql_where=text("returned_item_id IS NOT NULL"),
        ),
        Index(
            "ix_our_letter_tracked",
            "registered_number",
            sqlite_where=text("registered_number IS NOT NULL"),
            postgresql_where=text("registered_number IS NOT NULL"),
        ),
        Index("ix_our_letter_author", "author_id", "state", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    type_code: Mapped[str] = mapped_column(String(64))
    type_version: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(16))
    visas: Mapped[int]
    registered: Mapped[bool] = mapped_column(default=False)
    apart: Mapped[bool] = mapped_column(default=False)  # its service prints it, see `set_apart`
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(default=1)
    edition: Mapped[int] = mapped_column(default=1)  # of its words
    recipient: Mapped[list[str]] = mapped_column(Json)  # the lines of the envelope
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(SqlText)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # in charge: CRPA L111-2
    agent_quality: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signatory_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    signatory: Mapped[str | None] = mapped_column(String(120))
    quality: Mapped[str | None] = mapped_column(String(200))
    act: Mapped[str | None] = mapped_column(String(200))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"), index=True)
    pages: Mapped[int | None]  # in a run, what is joined and blank ones on the back counted
    departure_year: Mapped[int | None]
    departure: Mapped[int | None]  # the number on the register of what leaves
    run_id: Mapped[int | None] = mapped_column(ForeignKey("print_run.id"))
    registered_number: Mapped[str | None] = mapped_column(String(15))
    posted_on: Mapped[date | None] = mapped_column(Date)
    posted_by: Mapped[str | None] = mapped_column(String(80))
    returned_on: Mapped[date | None] = mapped_column(Date)
    returned_how: Mapped[str | None] = mapped_column(String(12))  # signed, unclaimed, unknown
    returned_item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))  # its scan, if any
    notified_on: Mapped[date | None] = mapped_column(Date)  # the day written on a signed slip
    # What these days told of the case.
    posted_fact_id: Mapped[int | None] = mapped_column(ForeignKey("case_fact.id"))
    notified_fact_id: Mapped[int | None] = mapped_column(ForeignKey("case_fact.id"))

    @property
    def reference(self) -> str:
        """The public reference, derived from the id and the year of writing; on the paper."""
        return reference("L", paris_date(self.created_at).year, self.id)

    @property
    def departure_words(self) -> str:
        """The departure number as it is written; empty before the signature."""
        return f"{self.departure_year}-{self.departure:05}" if self.departure else ""


class LetterFile(Placed, Base):
    """A file joined to a letter. `sha256` is what was given, `printed_sha256` the A4 pages made
    of it: what leaves. The letter names them, and they are printed, in the order of `place`."""

    __tablename__ = "letter_file"
    letter_id: Mapped[int] = mapped_column(ForeignKey("our_letter.id"), index=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)
    size: Mapped[int]
    filename: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(100))
    printed_sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)
    printed_size: Mapped[int]
    pages: Mapped[int]


class Visa(Base):
    """Somebody has read a letter as it was, and agrees that it be signed."""

    __tablename__ = "visa"
    __table_args__ = (UniqueConstraint("letter_id", "user_id", "edition"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("our_letter.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    edition: Mapped[int]  # a visa of other words counts no more
    at: Mapped[datetime] = mapped_column(UtcDateTime)
