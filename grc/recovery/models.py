"""Recovery actions: what put a derailed case back on its rails, where rights stand."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId, UtcDateTime

_PENDING = "done_on IS NULL"
_RIGHT = "family = 'RIGHT'"
_ASKED = "asked_on IS NOT NULL"
_FOLLOWED = "family = 'FOLLOW_UP'"


class RecoveryAction(Base):
    """A typed, dated act on any case: promised by somebody for a day, done with a result.

    A right that was asked is promised: it is looked at again on that day. Its result is where
    it stands in the end, and `done_on` the day of the answer.
    """

    __tablename__ = "recovery_action"
    __table_args__ = (
        Index(
            "ix_recovery_action_promised",
            "unit_id",
            "promised_on",
            "id",
            sqlite_where=text(_PENDING),
            postgresql_where=text(_PENDING),
        ),
        Index(
            "ix_recovery_action_followed",
            "promised_on",
            sqlite_where=text(_FOLLOWED),
            postgresql_where=text(_FOLLOWED),
        ),
        Index(
            "ix_recovery_action_right",
            "done_on",
            sqlite_where=text(_RIGHT),
            postgresql_where=text(_RIGHT),
        ),
        Index(
            "ix_recovery_action_asked",
            "asked_on",
            sqlite_where=text(_ASKED),
            postgresql_where=text(_ASKED),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    family: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(40))
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("remark.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    promised_on: Mapped[date]
    done_on: Mapped[date | None]
    result: Mapped[str | None] = mapped_column(String(20))
    result_id: Mapped[int | None] = mapped_column(ForeignKey("remark.id"))
    organism: Mapped[str | None] = mapped_column(String(40))  # of a right: who grants it
    asked_on: Mapped[date | None]
    amount_cents: Mapped[int | None]  # a month
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
