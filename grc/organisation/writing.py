"""The organisation as organisation.toml: what `files.read` reads back as the same. Pure."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from grc.organisation.tables import Organisation
from grc.organisation.territory import Range


def to_toml(here: Organisation) -> str:
    """All of it, in the order of its tables."""
    tables = {
        "communes": [_without(asdict(one), "department") for one in here.communes],
        "units": [asdict(one) for one in here.units],
        "territories": [
            asdict(one) | {"ranges": [_range(r) for r in here.ranges if r.territory == one.code]}
            for one in here.territories
        ],
        "sites": [asdict(one) for one in here.sites],
        "closed_days": [asdict(one) for one in here.closed_days],
        "visit_reasons": [asdict(one) for one in here.visit_reasons],
        "administrations": [asdict(one) for one in here.administrations],
        "mailboxes": [_mailbox(asdict(one)) for one in here.mailboxes],
    }
    lines = [line for name, rows in tables.items() for line in _tables(name, rows)]
    if here.taken_at is not None:
        lines.insert(0, line("taken_at", here.taken_at) + "\n")
    return "\n".join(lines)


def _without(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


def _range(one: Range) -> dict[str, Any]:
    return _without(asdict(one), "territory") | {"commune": one.insee, "insee": None}


def _mailbox(values: dict[str, Any]) -> dict[str, Any]:
    """What is fetched is a table of its own, as `mail_folders.folder` reads it."""
    return _without(values, "fetched_from") | {"fetch": values["fetched_from"]}


def _tables(name: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        yield f"[[{name}]]"
        yield from (line(key, value) for key, value in row.items() if _is_said(key, value))
        for key, inner in row.items():
            if key == "ranges":
                yield from _tables(f"{name}.ranges", inner)
            if key == "fetch" and inner:
                yield f"[{name}.fetch]"
                yield from (line(one, value) for one, value in inner.items() if value != "")
        yield ""


def _is_said(key: str, value: Any) -> bool:
    """What is empty is left out, as is what goes without saying; tables are written below."""
    if key == "active":
        return not value
    if key == "valid_from":
        return bool(value != date.min)
    return key not in ("ranges", "fetch") and value not in (None, "", (), [])


def line(name: str, value: Any) -> str:
    """One field. JSON spells all but dates as TOML does, and one character."""
    if isinstance(value, date):
        return f"{name} = {value.isoformat()}"
    spelled = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"{name} = {spelled}"
