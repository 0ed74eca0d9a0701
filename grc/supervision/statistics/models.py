"""The figures: what each case adds, their sums by day and by month, and years that were closed.

A case's own rows are never shown: they say what to take away from the sums when it changes.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId, Json, UtcDateTime

_NAMED = "is_named"


class Figure(Base):
    """What one case adds to one figure of one day. Empty words: nobody knows."""

    __tablename__ = "figure"
    __table_args__ = (
        PrimaryKeyConstraint("case_id", "measure", "on_date", "bucket", "unit_id", "channel"),
        Index("ix_figure_day", "on_date"),
        Index(
            "ix_figure_named",
            "unit_id",
            "on_date",
            sqlite_where=text(_NAMED),
            postgresql_where=text(_NAMED),
        ),
    )
    case_id: Mapped[int] = mapped_column(BigId)
    measure: Mapped[str] = mapped_column(String(12))
    on_date: Mapped[date]  # in Paris
    bucket: Mapped[int]  # of a delay: its civil days
    unit_id: Mapped[int] = mapped_column(BigId)
    channel: Mapped[str] = mapped_column(String(20))
    site: Mapped[str] = mapped_column(String(64))
    territory: Mapped[str] = mapped_column(String(20))
    commune: Mapped[str] = mapped_column(String(5))
    request_type: Mapped[str] = mapped_column(String(40))
    is_named: Mapped[bool]  # read by a list of people: in no sum
    count: Mapped[int]


class DayFigure(Base):
    """The sum over all cases that are not named, of a day or of a month (its first day), along
    one axis: "all", or the channel, site, territory, commune or type that is `value`; of one
    unit, or of all together (0). Along "all" also of a week (its Monday)."""

    __tablename__ = "day_figure"
    __table_args__ = (
        PrimaryKeyConstraint(
            "axis", "unit_id", "span", "on_date", "value", "measure", "bucket"
        ),
        {"sqlite_with_rowid": False},
    )  # fmt: skip
    axis: Mapped[str] = mapped_column(String(10))
    unit_id: Mapped[int] = mapped_column(BigId)
    span: Mapped[str] = mapped_column(String(5))  # day, week, month
    on_date: Mapped[date]
    value: Mapped[str] = mapped_column(String(64))
    measure: Mapped[str] = mapped_column(String(12))
    bucket: Mapped[int]
    count: Mapped[int] = mapped_column(BigId)


class FigureState(Base):
    """How far the journal was counted: one row."""

    __tablename__ = "figure_state"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    position: Mapped[int] = mapped_column(BigId)  # of the last seal that was counted
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FrozenYear(Base):
    """The yearly page as it was when somebody closed it. Never changed: closed again, it is
    another edition."""

    __tablename__ = "frozen_year"
    __table_args__ = (UniqueConstraint("year", "edition"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    year: Mapped[int]
    edition: Mapped[int]
    told: Mapped[dict[str, Any]] = mapped_column(Json)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    who: Mapped[str] = mapped_column(String(200))  # her name then
    at: Mapped[datetime] = mapped_column(UtcDateTime)
