"""Who is told what happens to cases, and each time somebody was."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId, Json, UtcDateTime

WAITING = "state = 'waiting'"


class Webhook(Base):
    """An address that is told of some events. Its secret is not kept: `key` makes it, with a
    key of the settings, see `signing`."""

    __tablename__ = "webhook"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[list[str]] = mapped_column(Json)
    all_units: Mapped[bool] = mapped_column(default=False)
    key: Mapped[str] = mapped_column(String(32))
    previous_key: Mapped[str | None] = mapped_column(String(32))  # signs too, for a day
    rotated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    spared_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # it did not answer at all
    off_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    off_why: Mapped[str | None] = mapped_column(String(20))


class WebhookUnit(Base):
    """A unit of whose cases a webhook is told, with the units below."""

    __tablename__ = "webhook_unit"
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)


class Delivery(Base):
    """One event to be told to one webhook: what is said is fixed here. `key` makes it once."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "key"),
        Index("ix_webhook_delivery_of", "webhook_id", "id"),
        Index("ix_webhook_delivery_at", "at"),
        Index(
            "ix_webhook_delivery_waiting",
            "webhook_id",
            sqlite_where=text(WAITING),
            postgresql_where=text(WAITING),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"))
    uid: Mapped[str] = mapped_column(String(40), unique=True)  # what the receiver knows it by
    key: Mapped[str] = mapped_column(String(60))
    event: Mapped[str] = mapped_column(String(20))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    unit: Mapped[str] = mapped_column(String(64))  # code
    status: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10))  # waiting, delivered, withheld, failed
    attempts: Mapped[int] = mapped_column(default=0)
    answer: Mapped[str | None] = mapped_column(String(20))  # 204, or a word of `posting`
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
