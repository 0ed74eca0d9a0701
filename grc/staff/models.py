"""People who act, what they may do where, and who read what."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId, Json, UtcDateTime


class User(Base):
    """An account. Raising `session_epoch` ends every open session of it."""

    __tablename__ = "user"
    __table_args__ = (
        Index(
            "ix_user_extension",
            "extension",
            unique=True,
            sqlite_where=text("is_active = 1"),
            postgresql_where=text("is_active"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(2), default="fr")
    shortcuts: Mapped[bool] = mapped_column(default=True)
    compact: Mapped[bool] = mapped_column(default=False)
    theme: Mapped[str] = mapped_column(String(5), default="auto")  # auto, light, dark
    # Code of the site where she receives people today; empty: none was said.
    site: Mapped[str] = mapped_column(String(64), default="")
    extension: Mapped[str | None] = mapped_column(String(20))  # her telephone, of nobody else
    is_active: Mapped[bool] = mapped_column(default=True)
    session_epoch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    email: Mapped[str] = mapped_column(String(254), default="")
    version: Mapped[int] = mapped_column(default=1)  # of what administrators write of it
    # The one link by which a password is chosen: SHA-256 of its secret, and until when.
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    link_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Who made it, as long as another administrator is to confirm it: it opens nothing before.
    link_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    # True when no administrator made it alone: another confirmed it, or the command line did.
    link_seconded: Mapped[bool] = mapped_column(default=False)
    password_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # chosen by a code, last
    password_seconded: Mapped[bool] = mapped_column(default=False)  # that code was


class UserRole(Base):
    """A role held in one unit; a supervisor's role also covers the units below."""

    __tablename__ = "user_role"
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    # When one administrator alone gave it; empty: two did, or the command line.
    alone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RoleProposal(Base):
    """A role an administrator asked for, see `roles.needs_second`: given once another one has
    confirmed it."""

    __tablename__ = "role_proposal"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_given: Mapped[bool] = mapped_column(default=False)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class Absence(Base):
    """From when to when somebody is not there, both days included, and who covers for her.
    One that was ended before its last day is kept."""

    __tablename__ = "absence"
    __table_args__ = (
        Index("ix_absence_user", "user_id", "last_on"),
        Index("ix_absence_cover", "cover_id", "last_on"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    cover_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LoginFailure(Base):
    """One failed login under one of its names; recent rows slow further tries down."""

    __tablename__ = "login_failure"
    __table_args__ = (Index("ix_login_failure_who", "who", "at"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    who: Mapped[str] = mapped_column(String(64))  # a pseudonym, see `throttle`: no names here
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Token(Base):
    """What a script shows to use the API. Its secret is shown once; only a hash is kept."""

    __tablename__ = "token"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256 of 256 bits
    scopes: Mapped[list[str]] = mapped_column(Json)
    channel: Mapped[str | None] = mapped_column(String(20))  # the only one it may bring things by
    all_units: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # to the minute
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Who asked for it on screen to read cases, while another administrator has not confirmed it.
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class TokenUnit(Base):
    """A unit whose cases a token reads, with the units below."""

    __tablename__ = "token_unit"
    token_id: Mapped[int] = mapped_column(ForeignKey("token.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)


class AccessLog(Base):
    """Who read a confidential case, when; apart from the audit, destroyed by whole months.

    The reader is an account or, by the API, a token; `unit_id` is where she worked then.
    """

    __tablename__ = "access_log"
    __table_args__ = (
        Index("ix_access_log_case", "case_id", "at"),
        Index("ix_access_log_at", "at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None] = mapped_column(BigId)
    unit_id: Mapped[int | None] = mapped_column(BigId)
    token_id: Mapped[int | None] = mapped_column(BigId)
    case_id: Mapped[int] = mapped_column(BigId)
    what: Mapped[str] = mapped_column(String(40))
