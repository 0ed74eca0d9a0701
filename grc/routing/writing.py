"""Rules as routing.toml: what `files.read` reads back as the same rules. Pure."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from grc.routing.rule import NORMAL_PRIORITY, Rule
from grc.routing.stored import DAYS, written


def to_toml(rules: Iterable[Rule]) -> str:
    """The rules in their order. The keywords that a rule once borrowed are written out."""
    return "\n".join(line for rule in rules for line in _lines(rule))


def _lines(rule: Rule) -> Iterator[str]:
    values = written(rule)
    yield "[[rules]]"
    yield _line("code", values["code"])
    yield _line("label", values["label"])
    yield "[rules.when]"
    yield from _table(values["conditions"])
    yield "[rules.then]"
    yield from _table({k: v for k, v in values["outcome"].items() if not _is_usual(k, v)})
    yield ""


def _is_usual(name: str, value: Any) -> bool:
    return name == "priority" and value == NORMAL_PRIORITY


def _table(values: Mapping[str, Any]) -> Iterator[str]:
    return (_line(name, value) for name, value in values.items())


def _line(name: str, value: Any) -> str:
    """JSON spells strings, numbers and lists of strings as TOML does, but for one character; a
    day stands bare."""
    if name in DAYS:
        return f"{name} = {value}"
    spelled = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"{name} = {spelled}"
