"""Telephone calls as the exchange tells them, and what rings now."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId, UtcDateTime, sortable

_TOLD = "number IS NOT NULL"


class PhoneCall(Base):
    """One call that came in, however many times and ways it was told.

    `number` is E.164, empty when hidden: two exchanges may give one name to two calls. After
    some months nobody knows it any more (None, `jobs.tidying`).
    """

    __tablename__ = "phone_call"
    __table_args__ = (
        UniqueConstraint("call", "number"),
        Index("ix_phone_call_number", "number", "at"),
        Index(
            "ix_phone_call_told",
            "at",
            sqlite_where=text(_TOLD),
            postgresql_where=text(_TOLD),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    call: Mapped[str] = mapped_column(String(100))
    number: Mapped[str | None] = mapped_column(sortable(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    line: Mapped[str] = mapped_column(String(80))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    incoming: Mapped[bool]
    answered: Mapped[bool]
    is_over: Mapped[bool]
    seconds: Mapped[int | None]


class Ringing(Base):
    """The latest call of an extension that somebody watches; its number goes when it ends."""

    __tablename__ = "ringing"
    extension: Mapped[str] = mapped_column(String(20), primary_key=True)
    call: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(10))  # ringing, answered, ended
    number: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)  # as the exchange says
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
