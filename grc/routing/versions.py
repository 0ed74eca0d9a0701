"""Putting an ordered list of rules in force from a day on: the only writer of its rows.

A rule that says the same, at the same place, keeps its row; another becomes a new version of
it. What was planned for later days is replaced: the list written last is the one that counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select

from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import add, session
from grc.core.events import Event
from grc.organisation.loading import LoadReport, finish
from grc.routing.models import RoutingRule, RuleSet
from grc.routing.rule import Rule
from grc.routing.stored import written

LOCK = 0x72756C65  # "rule": one list is written at a time


@dataclass(frozen=True)
class Why:
    """Who puts a list in force, and for what reason; `remark_id` is None for a file."""

    actor: Actor
    label: str  # how the version names its author
    remark_id: int | None = None


def put_in_force(rules: Sequence[Rule], on: date, why: Why, *, now: datetime) -> LoadReport:
    """Make these rules, in this order, the list from this day on, inside the caller's
    transaction; nothing when that is so already."""
    report = LoadReport()
    known = _reaching(on)
    versions = _last_versions()
    kept: list[RoutingRule] = []
    added: list[tuple[int, RoutingRule]] = []
    for place, rule in enumerate(rules, 1):
        values = written(rule) | {"position": place}
        held = known.pop(rule.code, [])
        same = next((row for row in held if _is_same(row, values, on)), None)
        lasts = same is not None and held == [same] and same.valid_to is None
        _tell(report, rule.code, held=bool(held), same=lasts)
        for row in held:
            if row is not same:
                _close(row, on)
        if same is None:
            version = versions.get(rule.code, 0) + 1
            same = RoutingRule(**values, version=version, valid_from=on)
            added.append((place, same))
        kept.append(same)
    for code, rows in known.items():
        report.retired.append(f"rule {code}")
        for row in rows:
            _close(row, on)
    session().flush()  # closed before others open: one that is valid for good for each code
    for row in kept:
        row.valid_to = None  # one that was to end goes on
    session().flush()
    session().add_all(row for _, row in added)
    session().flush()
    if report.has_changes:
        _keep(kept, on, why, now)
        finish("routing", report, actor=why.actor, now=now)
    return report


def _reaching(on: date) -> dict[str, list[RoutingRule]]:
    """The rows in force on this day or planned for later ones, by code."""
    query = select(RoutingRule).where(
        or_(RoutingRule.valid_to.is_(None), RoutingRule.valid_to > on)
    )
    found: dict[str, list[RoutingRule]] = {}
    for row in session().scalars(query.order_by(RoutingRule.position, RoutingRule.version)):
        if row.valid_to is None or row.valid_to > row.valid_from:
            found.setdefault(row.code, []).append(row)
    return found


def _last_versions() -> dict[str, int]:
    query = select(RoutingRule.code, func.max(RoutingRule.version)).group_by(RoutingRule.code)
    return {row[0]: row[1] for row in session().execute(query)}


def _is_same(row: RoutingRule, values: Mapping[str, Any], on: date) -> bool:
    return row.valid_from <= on and all(getattr(row, name) == v for name, v in values.items())


def _tell(report: LoadReport, code: str, *, held: bool, same: bool) -> None:
    list_ = report.unchanged if same else report.updated if held else report.created
    list_.append(f"rule {code}")


def _close(row: RoutingRule, on: date) -> None:
    """End a row on this day; one that was still to begin never does."""
    row.valid_to = max(on, row.valid_from)


def _keep(rows: Sequence[RoutingRule], on: date, why: Why, now: datetime) -> None:
    number = (session().scalar(select(func.max(RuleSet.number))) or 0) + 1
    set_id = add(
        RuleSet,
        number=number,
        effective_on=on,
        rule_ids=[row.id for row in rows],
        made_at=now,
        actor=why.label,
        user_id=why.actor.user_id,
        remark_id=why.remark_id,
    )
    audit.record(
        Event.RULES_IN_FORCE,
        subject=("rule_set", set_id),
        actor=why.actor,
        now=now,
        remark_id=why.remark_id,
        number=number,
        on=on.isoformat(),
    )
