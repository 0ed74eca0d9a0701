"""A rule as JSON, as rows, drafts and versions keep it, and back. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from grc.routing.rule import Rule, Then, When

DAYS = frozenset({"since", "until"})  # the conditions that are a day
Written = dict[str, Any]  # code, label, conditions, outcome


def written(rule: Rule) -> Written:
    """The rule without its place and version: what makes two rules say the same."""
    return {
        "code": rule.code,
        "label": rule.label,
        "conditions": _said(asdict(rule.when)),
        "outcome": _said(asdict(rule.then)),
    }


def read(values: Mapping[str, Any], *, version: int = 0, order: int = 0) -> Rule:
    """The rule that `written` wrote."""
    return Rule(
        code=values["code"],
        label=values["label"],
        when=When(**{name: _read(name, said) for name, said in values["conditions"].items()}),
        then=Then(**values["outcome"]),
        version=version,
        order=order,
    )


def read_all(rows: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """Rules in their order, counted from 1."""
    return tuple(read(row, order=order) for order, row in enumerate(rows, 1))


def digest(rules: Iterable[Rule]) -> str:
    """SHA-256 of an ordered list of rules, versions left out: the same rules in the same order
    give the same, so that a dry run is known to be one of exactly these."""
    spelled = json.dumps([written(rule) for rule in rules], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(spelled.encode()).hexdigest()


def _read(name: str, said: Any) -> Any:
    return date.fromisoformat(said) if name in DAYS else tuple(said)


def _said(values: Mapping[str, Any]) -> Written:
    """As JSON reads it back (lists, days spelled, no empty condition), so that versions compare
    equal."""
    spelled = {name: _spelled(value) for name, value in values.items()}
    return {name: value for name, value in spelled.items() if value not in ([], "", None)}


def _spelled(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
