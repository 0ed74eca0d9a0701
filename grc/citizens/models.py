"""People, how they can be reached, and the keys that find them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId, UtcDateTime, sortable


class Citizen(Base):
    """A person who asks; may have no name yet."""

    __tablename__ = "citizen"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str | None] = mapped_column(String(200))
    birth_date: Mapped[date | None]
    birth_name: Mapped[str | None] = mapped_column(String(200))  # of the family, when another
    language: Mapped[str] = mapped_column(String(2), default="fr")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ContactPoint(Base):
    """An e-mail address, phone number or postal address; several people may share one."""

    __tablename__ = "contact_point"
    __table_args__ = (UniqueConstraint("kind", "value"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))  # email, phone, address
    value: Mapped[str] = mapped_column(sortable(320))  # normalised: lower case, E.164
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CitizenContact(Base):
    """That a person can be reached there, and with what care."""

    __tablename__ = "citizen_contact"
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"), primary_key=True)
    contact_point_id: Mapped[int] = mapped_column(
        ForeignKey("contact_point.id"), primary_key=True, index=True
    )
    origin: Mapped[str] = mapped_column(String(40))  # where it comes from: "email", "agent"
    safe: Mapped[bool | None]  # None: nobody asked
    do_not_call: Mapped[bool] = mapped_column(default=False)
    do_not_write: Mapped[bool] = mapped_column(default=False)
    leave_no_message: Mapped[bool] = mapped_column(default=False)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CitizenKey(Base):
    """An indexed key to look a person up by: name token, e-mail, phone, birth date."""

    __tablename__ = "citizen_key"
    __table_args__ = (Index("ix_citizen_key_lookup", "kind", "key", "citizen_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(sortable(200))
