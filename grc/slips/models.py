"""Slips that were printed, and what became of each."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId, UtcDateTime

OPEN = "entered_at IS NULL AND voided_at IS NULL"


class PaperSlip(Base):
    """One sheet: `serial` counts those of its site. It is typed in once, or voided."""

    __tablename__ = "paper_slip"
    __table_args__ = (
        UniqueConstraint("site_id", "serial"),
        Index(
            "ix_paper_slip_open",
            "site_id",
            "serial",
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    serial: Mapped[int]
    printed_on: Mapped[date]
    entered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    remark_id: Mapped[int | None] = mapped_column(ForeignKey("remark.id"))  # why it was voided
