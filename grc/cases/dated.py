"""The days of a case: facts that clocks are computed from, and what ought to be done by when."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId, Json, UtcDateTime

WITHDRAWN = "withdrawn"  # the kind of a fact which only says that the one it replaces was not so


class CaseFact(Base):
    """A dated event a clock is computed from; corrected by a later row, never changed."""

    __tablename__ = "case_fact"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    on_date: Mapped[date]
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    source: Mapped[str] = mapped_column(String(40))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(80))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("case_fact.id"))


class Deadline(Base):
    """A date by which something ought to be done, with its explanation line by line."""

    __tablename__ = "deadline"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    due_on: Mapped[date]
    reasons: Mapped[list[Any]] = mapped_column(Json)
    computed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    met_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
