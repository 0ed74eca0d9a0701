"""Who does what and where: units, territories, communes, sites, mailboxes, partners, and the
days nobody is there.

Dates are civil days and half-open: `valid_from <= day < valid_to`; `valid_to` None is
"until further notice". Rows are never deleted: what left the file is retired.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId, Json, UtcDateTime


class OnScreen:
    """What files and screens both write: `written_at` is when a screen wrote a row last, None
    when a file did. A file that does not know of it does not take it back unasked."""

    written_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Unit(OnScreen, Base):
    """A team that handles cases (Service). Units form a tree under a department."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(60))
    # department | unit | triage | medical
    kind: Mapped[str] = mapped_column(String(16))
    parent_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("unit.id"), index=True)
    # The top unit of its tree, itself for a top one: written by the load, which knows both.
    department_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("unit.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    is_active: Mapped[bool] = mapped_column(default=True)


class Commune(Base):
    """A commune of the official geographic code (INSEE), with the postcodes it uses."""

    __tablename__ = "commune"

    insee: Mapped[str] = mapped_column(String(5), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    # What people write instead ("Boulogne", "Issy"), separated by "|".
    aliases: Mapped[str] = mapped_column(String(200), default="")
    postcodes: Mapped[str] = mapped_column(String(100))  # space separated
    canton: Mapped[str] = mapped_column(String(200), default="")  # comma separated when split
    department: Mapped[str] = mapped_column(String(3))
    population: Mapped[int] = mapped_column(default=0)


class Territory(OnScreen, Base):
    """A set of communes served by one "service des solidarités territoriales" (SST)."""

    __tablename__ = "territory"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("unit.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(default=1)


class TerritoryRange(OnScreen, Base):
    """A whole commune (`street` empty), or some addresses of it, during a period."""

    __tablename__ = "territory_range"
    __table_args__ = (Index("ix_territory_range_insee", "insee", "valid_to"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    territory_id: Mapped[int] = mapped_column(BigId, ForeignKey("territory.id"), index=True)
    insee: Mapped[str] = mapped_column(String(5), ForeignKey("commune.insee"))
    street: Mapped[str] = mapped_column(String(200), default="")
    number_from: Mapped[int | None]
    number_to: Mapped[int | None]
    parity: Mapped[str] = mapped_column(String(4), default="")  # "", "odd" or "even"
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)


class Site(OnScreen, Base):
    """A place where citizens are received: Pôle social, antenna, mobile bus, a partner's."""

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("unit.id"), index=True)
    address: Mapped[str] = mapped_column(Text, default="")
    commune_insee: Mapped[str] = mapped_column(String(5), ForeignKey("commune.insee"))
    phone: Mapped[str] = mapped_column(String(32), default="")
    opening: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(String(16))  # pole_social | antenna | mobile | partner
    is_active: Mapped[bool] = mapped_column(default=True)


class ClosedDay(OnScreen, Base):
    """A day on which a site, or all of us (`site_id` None), is closed, and why."""

    __tablename__ = "closed_day"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)  # the day, and the site's code
    on: Mapped[date] = mapped_column(Date)
    site_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("site.id"), index=True)
    reason: Mapped[str] = mapped_column(String(120))
    is_active: Mapped[bool] = mapped_column(default=True)


class VisitReason(Base):
    """Why somebody comes to a site; what is no longer offered keeps its label."""

    __tablename__ = "visit_reason"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    rank: Mapped[int]  # its place in the list, from 0
    label_fr: Mapped[str] = mapped_column(String(120))
    label_en: Mapped[str] = mapped_column(String(120))
    is_active: Mapped[bool] = mapped_column(default=True)


class Administration(Base):
    """Another administration a request may be transmitted to (CRPA L114-2)."""

    __tablename__ = "administration"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    # caf | mdph | cpam | ccas | prefecture | pension | employment | education | other
    kind: Mapped[str] = mapped_column(String(16))
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    is_active: Mapped[bool] = mapped_column(default=True)


class Mailbox(OnScreen, Base):
    """A source of items (a mailbox, a folder of files) and the unit that owns it."""

    __tablename__ = "mailbox"
    __table_args__ = (UniqueConstraint("channel", "source", name="uq_mailbox_channel_source"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(64))  # the NAME of `--source NAME`
    address: Mapped[str] = mapped_column(String(254), default="", index=True)
    unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("unit.id"))
    request_type_code: Mapped[str] = mapped_column(String(64), default="")
    acknowledges: Mapped[bool] = mapped_column(default=True)
    # A `MailFolder` or `FileFolder` as a table; None when messages are handed to us.
    fetched_from: Mapped[dict[str, Any] | None] = mapped_column(Json)
    is_active: Mapped[bool] = mapped_column(default=True)


class LoadedData(Base):
    """One row per file of reference data: what was loaded, when, by whom.

    `version` grows at each load that changed something; caches compare it.
    """

    __tablename__ = "loaded_data"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    loaded_by: Mapped[str] = mapped_column(String(100))
