"""The ordered rules of routing (affectation), as versioned rows.

A row is never changed but for its `valid_to`: a case pins the code and version that
routed it, and the row still says what that version was.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId, Json, UtcDateTime
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
    __table_args__ = (Index("ix_routing_decision_rule", "rule_code", "decided_at"),)

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


class RuleSet(Base):
    """One version of the whole list: which rows of `routing_rule`, in their order, who put them
    in force from which day on, and why. Never changed."""

    __tablename__ = "rule_set"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    effective_on: Mapped[date]
    rule_ids: Mapped[list[int]] = mapped_column(Json)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(80))  # "import:…" when a file was loaded
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    remark_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("remark.id"))


class RoutingDraft(Base):
    """The list as somebody rewrites it. `slot` is 1 for the one that is open, so that there is
    one, and None for those that ended; those are kept."""

    __tablename__ = "routing_draft"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slot: Mapped[int | None] = mapped_column(unique=True)
    base_number: Mapped[int]  # the version of the list it began as
    rules: Mapped[list[Any]] = mapped_column(Json)  # see `stored`
    started_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    edited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RoutingTrial(Base):
    """A draft tried on past cases by one person, with what she may know of: for nobody else.

    `moves` are `trial.Move` as JSON, `hits` how many cases each rule took; `below` is the id
    under which cases are still to be looked at.
    """

    __tablename__ = "routing_trial"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("routing_draft.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))  # of the rules that were tried
    rules: Mapped[list[Any]] = mapped_column(Json)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    wanted: Mapped[int]  # cases
    looked: Mapped[int] = mapped_column(default=0)
    below: Mapped[int | None] = mapped_column(BigId)
    moves: Mapped[list[Any]] = mapped_column(Json, default=list)
    hits: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
