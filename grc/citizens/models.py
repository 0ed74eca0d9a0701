"""People, how they can be reached, and the keys that find them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId, Json, UtcDateTime, sortable


class Citizen(Base):
    """A person who asks; may have no name yet.

    `survivor_id` repeats what `CitizenMerge` says: with whom she stands, at the end of a chain;
    None for who stands for herself. `citizens.merging` is the only writer.
    """

    __tablename__ = "citizen"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str | None] = mapped_column(String(200))
    birth_date: Mapped[date | None]
    birth_name: Mapped[str | None] = mapped_column(String(200))  # of the family, when another
    first_names: Mapped[str | None] = mapped_column(String(200))  # all of them, as registered
    died_on: Mapped[date | None]
    language: Mapped[str] = mapped_column(String(2), default="fr")
    keep_apart: Mapped[bool] = mapped_column(default=False)  # see `cases.households`
    survivor_id: Mapped[int | None] = mapped_column(ForeignKey("citizen.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


_STANDS = "undone_at IS NULL"


class CitizenMerge(Base):
    """That two people known apart are one. A relation: nothing else is written, so that it can
    be undone. `chosen` are the fields that the one kept takes from the other."""

    __tablename__ = "citizen_merge"
    __table_args__ = (
        Index(
            "ix_citizen_merge_stands",
            "citizen_id",
            unique=True,
            sqlite_where=text(_STANDS),
            postgresql_where=text(_STANDS),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"))
    into_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"), index=True)
    chosen: Mapped[list[Any]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CitizenApart(Base):
    """That a person said that two are not the same, the lower id first: never proposed again."""

    __tablename__ = "citizen_apart"
    low_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"), primary_key=True)
    high_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Household(Base):
    """People who live and are treated together."""

    __tablename__ = "household"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class HouseholdMember(Base):
    """That somebody belongs to a household, in a role, from when to when, as a person noted.

    `until` is the last day; a row `undone_at` was a mistake and counts for nothing.
    """

    __tablename__ = "household_member"
    __table_args__ = (
        Index(
            "ix_household_member_stands",
            "household_id",
            "citizen_id",
            unique=True,
            sqlite_where=text(_STANDS),
            postgresql_where=text(_STANDS),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"), index=True)
    role: Mapped[str] = mapped_column(String(10))
    since: Mapped[date | None]
    until: Mapped[date | None]
    proof: Mapped[str] = mapped_column(String(200))  # what was seen: "livret de famille"
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class HouseholdApart(Base):
    """That a person said that two do not live together, the lower id first."""

    __tablename__ = "household_apart"
    low_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"), primary_key=True)
    high_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


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


class CitizenContactSource(Base):
    """That a case told it, besides what its parties say; several cases may tell the same."""

    __tablename__ = "citizen_contact_source"
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"), primary_key=True)
    contact_point_id: Mapped[int] = mapped_column(
        ForeignKey("contact_point.id"), primary_key=True, index=True
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True, index=True)


class CitizenKey(Base):
    """An indexed key to look a person up by: name token, its sound, e-mail, phone,
    birth date; other kinds are numbers that others gave."""

    __tablename__ = "citizen_key"
    __table_args__ = (Index("ix_citizen_key_lookup", "kind", "key", "citizen_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(sortable(200))
