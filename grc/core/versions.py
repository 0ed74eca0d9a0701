"""Reference data that is never changed: a change adds a version and closes the one before."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from grc.core.types import BigId, UtcDateTime

_IS_CURRENT = text("valid_to IS NULL")


class Versioned:
    """The columns and constraints of a row of which only `valid_to` ever changes: one row for
    each (code, version), and at most one of a code that is valid now.

    Dates are half-open: `valid_from <= day < valid_to`; None is "until further notice".
    """

    __tablename__: str
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - SQLAlchemy gives the class
        """What keeps versions apart."""
        name = cls.__tablename__
        return (
            UniqueConstraint("code", "version", name=f"uq_{name}_code_version"),
            Index(
                f"uq_{name}_current",
                "code",
                unique=True,
                sqlite_where=_IS_CURRENT,
                postgresql_where=_IS_CURRENT,
            ),
        )


class Written(Versioned):
    """The same for what is kept by files and on screens: a version says which of both wrote it.

    `author_id` and `written_at` are None when a file did; `ended_by` is who closed the last one
    on a screen. A file then takes back neither without being told to, see
    `organisation.loading.sync_versions`.
    """

    author_id: Mapped[int | None] = mapped_column(BigId)
    written_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[int | None] = mapped_column(BigId)
