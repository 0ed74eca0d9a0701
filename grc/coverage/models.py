"""What channels counted, one row for each number of a day."""

from datetime import date, datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId, UtcDateTime


class ChannelCount(Base):
    """How many, on one day, at one place (a line, a site; empty: all of them)."""

    __tablename__ = "channel_count"
    __table_args__ = (UniqueConstraint("on_date", "measure", "place"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    on_date: Mapped[date]
    measure: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(80), default="")
    count: Mapped[int]
    actor: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
