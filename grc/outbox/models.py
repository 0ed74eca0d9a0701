"""Everything that leaves."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId, UtcDateTime, sortable

FAILED = "status IN ('failed', 'bounced')"


class Outgoing(Base):
    """One message on its way out; its Message-ID is fixed when the row is written."""

    __tablename__ = "outgoing"
    __table_args__ = (
        Index("ix_outgoing_recipient", "recipient", "kind", "planned_at"),
        Index(
            "ix_outgoing_failed",
            "status",
            sqlite_where=text(FAILED),
            postgresql_where=text(FAILED),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # reply, acknowledgement
    recipient: Mapped[str] = mapped_column(sortable(320))
    rfc_id: Mapped[str] = mapped_column(sortable(250), unique=True)
    status: Mapped[str] = mapped_column(String(12))  # planned, sent, failed, cancelled, bounced
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leaves_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(500))
    # Around the text of the message, as it leaves: see `wording`.
    greeting: Mapped[str] = mapped_column(SqlText, default="")
    closing: Mapped[str] = mapped_column(SqlText, default="")


class Notice(Base):
    """A mail to one of us that says where to look and nothing else: a mailbox is no place for
    a case. The same key twice is one notice."""

    __tablename__ = "notice"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(SqlText)
    status: Mapped[str] = mapped_column(String(12))  # planned, sent, failed
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(500))
