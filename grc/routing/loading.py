"""Load the routing rules: a new version for each rule that changed."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.organisation.loading import LoadReport, finish, sync_versions
from grc.routing.models import RoutingRule
from grc.routing.rule import Rule


def load_rules(rules: Iterable[Rule], *, actor: Actor, now: datetime) -> LoadReport:
    """Make the current rules say what the file says, inside the caller's transaction.

    The same file again changes nothing; a rule that left the file ends today.
    """
    report = sync_versions(RoutingRule, "rule", map(_row, rules), paris_date(now))
    return finish("routing", report, actor=actor, now=now)


def _row(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "label": rule.label,
        "position": rule.order,
        "conditions": _written(asdict(rule.when)),
        "outcome": _written(asdict(rule.then)),
    }


def _written(values: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON reads it back (lists, no empty condition), so that versions compare equal."""
    lists = {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}
    return {key: value for key, value in lists.items() if value not in ([], "")}
