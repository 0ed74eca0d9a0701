"""Alerts, and who is on duty."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId, Json, UtcDateTime, sortable

WAITING = "taken_at IS NULL AND returned_at IS NULL"
NO_CASE_YET = "case_id IS NULL"


class Alert(Base):
    """That a person said: somebody is in danger. Of an item until a case was opened on it.

    `before` is where the case stood, see `moving`, to send it back as it was.
    """

    __tablename__ = "alert"
    __table_args__ = (
        Index(
            "ix_alert_waiting",
            "raised_at",
            "id",
            sqlite_where=text(WAITING),
            postgresql_where=text(WAITING),
        ),
        Index("ix_alert_case", "case_id", "id"),
        Index(
            "ix_alert_item",
            "item_id",
            sqlite_where=text(NO_CASE_YET),
            postgresql_where=text(NO_CASE_YET),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    item_id: Mapped[int | None] = mapped_column(BigId)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # on duty
    raised_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    alarms: Mapped[int] = mapped_column(default=0)  # how often it has rung
    unanswered: Mapped[bool] = mapped_column(default=False)  # it rang when nobody was on duty
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Shift(Base):
    """A person on duty for a unit: `starts_at <= instant < ends_at`."""

    __tablename__ = "duty_shift"
    __table_args__ = (
        UniqueConstraint("unit_id", "user_id", "starts_at"),
        Index("ix_duty_shift_now", "unit_id", "ends_at", "starts_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    phone: Mapped[str] = mapped_column(String(32))
    email: Mapped[str] = mapped_column(sortable(254))  # where the alarm is written
