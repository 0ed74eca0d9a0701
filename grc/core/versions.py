"""Reference data that is never changed: a change adds a version and closes the one before."""

from datetime import date
from typing import Any

from sqlalchemy import Date, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from grc.core.types import BigId

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
