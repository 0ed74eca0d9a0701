"""Recovery actions: what put a derailed case back on its rails, where rights stand."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId, Json, UtcDateTime, sortable

_PENDING = "done_on IS NULL AND withdrawn_at IS NULL"
_WAITING = "settled_at IS NULL"
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
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # recorded by mistake


class RecoveryProposal(Base):
    """That a case has left its rails, for a reason with its evidence: what the program saw, for
    a person to record or to dismiss. `evidence` names the fact ("returned:letter:12"), so that
    the same fact is proposed once, ever.

    `other_id`: a second case the reason is drawn from; it says nothing when that one is secret.
    """

    __tablename__ = "recovery_proposal"
    __table_args__ = (
        Index(
            "ix_recovery_proposal_waiting",
            "unit_id",
            "since",
            "id",
            sqlite_where=text(_WAITING),
            postgresql_where=text(_WAITING),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    other_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    code: Mapped[str] = mapped_column(String(40))
    evidence: Mapped[str] = mapped_column(sortable(80), unique=True)
    reason: Mapped[dict[str, Any]] = mapped_column(Json)  # a `Text`
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled: Mapped[str | None] = mapped_column(String(10))  # recorded, dismissed, gone
    action_id: Mapped[int | None] = mapped_column(ForeignKey("recovery_action.id"))
    remark_id: Mapped[int | None] = mapped_column(ForeignKey("remark.id"))
