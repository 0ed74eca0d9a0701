"""What was asked of many cases at once, and what became of each."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId, Json, UtcDateTime


class BulkAct(Base):
    """One act that one person asked of several cases. `key` is that of the form: it names the
    report, and the same form again is the same act."""

    __tablename__ = "bulk_act"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(36), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    # Whose work it hands over; None for an act on chosen cases.
    about_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # take, give, reroute…
    chosen: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    remark_id: Mapped[int | None] = mapped_column(ForeignKey("remark.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BulkLine(Base):
    """One case of it: the version it was decided on, then how it went.

    `before` is what undoing puts back, `after` what must still be so for that.
    """

    __tablename__ = "bulk_line"
    __table_args__ = (UniqueConstraint("bulk_act_id", "case_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bulk_act_id: Mapped[int] = mapped_column(ForeignKey("bulk_act.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    handling_id: Mapped[int] = mapped_column(BigId)  # no key: re-routing may delete handlings
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))  # waiting, done, refused, undone, kept
    why: Mapped[dict[str, Any] | None] = mapped_column(Json)  # of a refusal
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)
