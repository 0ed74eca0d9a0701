"""Questions that are kept, and what was taken away as a file."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId, Json, UtcDateTime


class SavedView(Base):
    """A question under a name: of one person, or of a unit when a supervisor shares it there.

    It keeps a question and no answer: each reader's own rights answer it. `key` is that of the
    form that made it and names it in addresses. Removed ones can be taken back for a while.
    """

    __tablename__ = "saved_view"
    __table_args__ = (
        Index("ix_saved_view_user", "user_id", "position"),
        Index("ix_saved_view_unit", "unit_id", "position"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(36), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))  # who keeps it
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))  # None: hers alone
    words: Mapped[str] = mapped_column(String(300))
    filters: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    position: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class Export(Base):
    """A list too long to be made while somebody waits: the cases that answered, a part at a
    time. No word of a case is kept: the file is written when it is fetched, of what may still be
    read then. Destroyed after a day.
    """

    __tablename__ = "export"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(36), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    format: Mapped[str] = mapped_column(String(4))  # csv, xlsx
    words: Mapped[str] = mapped_column(String(300))
    filters: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    found: Mapped[int] = mapped_column(default=0)  # cases so far
    cursor: Mapped[int | None] = mapped_column(BigId)  # the last case looked at
    state: Mapped[str] = mapped_column(String(10))  # running, ready, too_long, failed


class ExportPart(Base):
    """Some of the cases of an export, in order."""

    __tablename__ = "export_part"
    export_id: Mapped[int] = mapped_column(
        ForeignKey("export.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_ids: Mapped[list[int]] = mapped_column(Json)
