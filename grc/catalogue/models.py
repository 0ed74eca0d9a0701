"""What citizens ask for and what is often answered: natures of request and canned replies.

Both are versioned (`core.versions`), so that each case can say which delay and which text it
was opened under, and each message from which text it was written.
"""

from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import Json
from grc.core.versions import Written


class RequestType(Written, Base):
    """One version of a "nature de demande"."""

    __tablename__ = "request_type"

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
    documents: Mapped[list[Any]] = mapped_column(Json, default=list)  # code, label_fr, label_en
    silence: Mapped[str] = mapped_column(String(10), default="")  # acceptance | refusal | empty
    silence_months: Mapped[int | None]
    silence_source: Mapped[str] = mapped_column(Text, default="")
    appeal: Mapped[str] = mapped_column(Text, default="")  # as the acknowledgement tells it


class CannedReply(Written, Base):
    """One version of a "réponse type"; its text has the placeholders of `placeholders`."""

    __tablename__ = "canned_reply"

    label: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    unit_code: Mapped[str] = mapped_column(String(64), default="")  # empty: of all units
    request_types: Mapped[list[str]] = mapped_column(Json, default=list)  # empty: of all
    text: Mapped[str] = mapped_column(Text)


class DangerPlan(Base):
    """What danger.toml says, see `danger_file.Plan`: one row."""

    __tablename__ = "danger_plan"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    plan: Mapped[dict[str, Any]] = mapped_column(Json)
