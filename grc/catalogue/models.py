"""What citizens ask for: the natures of request, versioned.

A row is never changed but for its `valid_to`: a change in the file adds a version, so
that each case can say which delay and which text it was opened under.
"""

from datetime import date
from typing import Any

from sqlalchemy import Date, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId, Json

_IS_CURRENT = text("valid_to IS NULL")


class RequestType(Base):
    """One version of a "nature de demande"."""

    __tablename__ = "request_type"
    __table_args__ = (
        UniqueConstraint("code", "version", name="uq_request_type_code_version"),
        Index(
            "uq_request_type_current",
            "code",
            unique=True,
            sqlite_where=_IS_CURRENT,
            postgresql_where=_IS_CURRENT,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    label_fr: Mapped[str] = mapped_column(String(200))
    label_en: Mapped[str] = mapped_column(String(200))
    keywords: Mapped[str] = mapped_column(Text, default="")  # one word or phrase per line
    # information | request | complaint | informal_appeal | rapo | document_request |
    # gdpr_right | alert | intervention
    nature: Mapped[str] = mapped_column(String(32))
    delay_days: Mapped[int | None]  # calendar days; None: no delay promised
    delay_source: Mapped[str] = mapped_column(Text, default="")  # law article or charter
    # normal | restricted | named
    level: Mapped[str] = mapped_column(String(16))
    unit_code: Mapped[str] = mapped_column(String(64))  # a unit code, or "territory"
    handled: Mapped[str] = mapped_column(String(100), default="here")  # or the application's name
    # The other administration that decides, when it is not us.
    administration_code: Mapped[str] = mapped_column(String(64), default="")
    acknowledge: Mapped[bool] = mapped_column(default=True)
    sensitive: Mapped[bool] = mapped_column(default=False)
    form: Mapped[dict[str, Any] | None] = mapped_column(Json)  # the public one, see `forms`
