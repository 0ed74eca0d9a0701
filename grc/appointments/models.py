"""Visits to a site and appointments there.

A name as it was said at the desk serves to call somebody; it is forgotten after a month
(`jobs.tidying`). What lasts is who she is, once a case or a person was found.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from grc.cases.reference import reference
from grc.core.clock import paris_date
from grc.core.db import Base
from grc.core.types import BigId, UtcDateTime, sortable

_OPEN = "ended_at IS NULL"
_NAMED = "name IS NOT NULL"  # to be forgotten, after a month


class Appointment(Base):
    """A moment kept for somebody at a site. `external` is its reference where it was made."""

    __tablename__ = "appointment"
    __table_args__ = (
        Index("ix_appointment_day", "site_id", "on_date", "starts_at"),
        Index(
            "ix_appointment_named",
            "on_date",
            sqlite_where=text(_NAMED),
            postgresql_where=text(_NAMED),
        ),
        UniqueConstraint("source", "external"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    on_date: Mapped[date]  # in Paris
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    minutes: Mapped[int]
    host: Mapped[str] = mapped_column(String(120))  # with whom, as it is said
    name: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(40))  # "grc": typed here
    external: Mapped[str | None] = mapped_column(sortable(200))
    state: Mapped[str] = mapped_column(String(12), default="to_come")
    is_withdrawn: Mapped[bool] = mapped_column(default=False)  # its calendar cancelled it
    citizen_id: Mapped[int | None] = mapped_column(ForeignKey("citizen.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)

    @property
    def reference(self) -> str:
        """What its addresses say instead of its id."""
        return reference("R", self.on_date.year, self.id)


class Visit(Base):
    """Somebody who came: she waits, is called, is received, and it ends with a result."""

    __tablename__ = "visit"
    __table_args__ = (
        Index("ix_visit_day", "site_id", "on_date"),
        Index(
            "ix_visit_named",
            "on_date",
            sqlite_where=text(_NAMED),
            postgresql_where=text(_NAMED),
        ),
        Index(
            "ix_visit_open",
            "site_id",
            "queued_at",
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index("ix_visit_at", "arrived_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    on_date: Mapped[date]  # in Paris
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)  # later when she was called in vain
    kind: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(40))
    is_expected: Mapped[bool] = mapped_column(default=False)  # she has an appointment
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"), index=True)
    citizen_id: Mapped[int | None] = mapped_column(ForeignKey("citizen.id"), index=True)
    name: Mapped[str | None] = mapped_column(String(200))
    called_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    called_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    result: Mapped[str | None] = mapped_column(String(12))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)

    @property
    def reference(self) -> str:
        """What its addresses say instead of its id."""
        return reference("V", paris_date(self.arrived_at).year, self.id)
