"""The ordered rules of routing (affectation), as versioned rows.

A row is never changed but for its `valid_to`: a case pins the code and version that
routed it, and the row still says what that version was.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId, UtcDateTime
from grc.core.versions import Versioned


class RoutingRule(Versioned, Base):
    """One version of a rule. `conditions` and `outcome` are `rules.Conditions/Then` as JSON."""

    __tablename__ = "routing_rule"

    position: Mapped[int]  # rules are tried in growing position
    label: Mapped[str] = mapped_column(String(200))
    conditions: Mapped[dict[str, Any]] = mapped_column(JSON)
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON)


class RoutingDecision(Base):
    """Why a case went where it went: the rule and version, its inputs, and every reason."""

    __tablename__ = "routing_decision"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case.id"), index=True)
    unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("unit.id"))
    rule_code: Mapped[str] = mapped_column(String(64))  # "" when a person decided
    rule_version: Mapped[int]
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON)
    reasons: Mapped[list[Any]] = mapped_column(JSON)
    rejected: Mapped[list[Any]] = mapped_column(JSON)
    actor: Mapped[str] = mapped_column(String(80))
    remark_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("remark.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
