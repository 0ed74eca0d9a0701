"""What each handling was counted for, and the sums.

A handling's own rows are never shown: they say what to take away from the sums when it changes.
"""

from datetime import date

from sqlalchemy import Index, PrimaryKeyConstraint, String, text
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId

_NOUGHT = "count = 0"


class Standing(Base):
    """One thing a handling was counted for. Empty words: its case has none."""

    __tablename__ = "standing"
    __table_args__ = (
        PrimaryKeyConstraint("case_id", "handling_id", "kind"),
        {"sqlite_with_rowid": False},
    )
    case_id: Mapped[int] = mapped_column(BigId)
    handling_id: Mapped[int] = mapped_column(BigId)
    kind: Mapped[str] = mapped_column(String(8))
    on_date: Mapped[date]  # in Paris
    unit_id: Mapped[int] = mapped_column(BigId)
    territory: Mapped[str] = mapped_column(String(20))
    request_type: Mapped[str] = mapped_column(String(40))
    is_named: Mapped[bool]  # read by a list of people: in no sum


class StandingSum(Base):
    """The sum over all handlings of a unit that are not named, of a day or of a month (its first
    day), along one axis: "unit", or the territory or type that is `value`. None is nought."""

    __tablename__ = "standing_sum"
    __table_args__ = (
        PrimaryKeyConstraint("axis", "unit_id", "kind", "span", "on_date", "value"),
        Index(
            "ix_standing_sum_nought",
            "axis",
            sqlite_where=text(_NOUGHT),
            postgresql_where=text(_NOUGHT),
        ),
        {"sqlite_with_rowid": False},
    )
    axis: Mapped[str] = mapped_column(String(10))
    unit_id: Mapped[int] = mapped_column(BigId)
    kind: Mapped[str] = mapped_column(String(8))
    span: Mapped[str] = mapped_column(String(5))  # day, month
    on_date: Mapped[date]
    value: Mapped[str] = mapped_column(String(40))
    count: Mapped[int] = mapped_column(BigId)
