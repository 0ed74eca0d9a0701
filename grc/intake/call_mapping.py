"""MAP.toml of a call log: which column is what, and what its words mean. Pure."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from grc.channels.row_cells import fold
from grc.core.i18n import N_
from grc.core.toml_source import Row, Source
from grc.intake.mapping_file import Mapping, written
from grc.parsing.cells import ORDERS

FIELDS = ("call", "began", "caller", "line", "answered", "talked", "duration", "direction")
_WORDS = {
    "answered": {"answered": "yes", "missed": "no"},
    "direction": {"incoming": "in", "outgoing": "out"},
}


def read(text: str, name: str = "MAP.toml") -> Mapping:
    """The mapping a TOML text describes. Raises InvalidFile with every mistake."""
    source = Source(name, text)
    top = Row(source, (), source.data)
    words = top.row("words")
    guide = {
        "system": "",
        "dates": top.choice("dates", ORDERS, "dmy"),
        "zone": _zone(top),
        **written(top),
        "columns": dict(_columns(top.row("columns"))),
        "others": "" if words.has("missed") else "no",
        "values": {field: _meanings(words, lists) for field, lists in _WORDS.items()},
        "always": _always(top.row("always")),
    }
    words.refuse_unknown()
    _check(top, guide)
    top.refuse_unknown()
    source.raise_problems()
    return Mapping(guide)


def _zone(top: Row) -> str:
    name = top.text("zone", "Europe/Paris")
    try:
        return ZoneInfo(name).key
    except (LookupError, ValueError, OSError):
        msgid = N_("« %(value)s » n'est pas un fuseau : Europe/Paris, UTC…")
        top.note("zone", msgid, value=name)
        return "Europe/Paris"


def _columns(columns: Row) -> Iterator[tuple[str, list[str]]]:
    """The titles of each field; a date and an hour may be in two columns."""
    for name in FIELDS:
        if columns.has(name):
            several = name == "began" and columns.is_list(name)
            yield name, list(columns.texts(name)) if several else [columns.text(name)]
    columns.refuse_unknown()


def _meanings(words: Row, lists: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, meaning in lists.items():
        for word in map(fold, words.texts(name)):
            if found.setdefault(word, meaning) != meaning:
                words.note(name, N_("« %(value)s » est dans deux listes"), value=word)
    return found


def _always(row: Row) -> dict[str, str]:
    """The line, when the whole log is of one."""
    found = {"line": row.text("line")} if row.has("line") else {}
    row.refuse_unknown()
    return found


def _check(top: Row, guide: dict[str, Any]) -> None:
    columns, values = guide["columns"], guide["values"]
    for name in ("began", "caller"):
        if not columns.get(name):
            top.note("columns", N_("la colonne « %(name)s » manque"), name=name)
    if "answered" not in columns and "talked" not in columns:
        msgid = N_("dites ce qui a été répondu : une colonne « answered », ou « talked »")
        top.note("columns", msgid)
    if "answered" in columns and "yes" not in values["answered"].values():
        top.note("words", N_("la colonne « answered » demande les mots « answered » de [words]"))
    if "direction" in columns and {"in", "out"} != set(values["direction"].values()):
        msgid = N_("la colonne « direction » demande les mots « incoming » et « outgoing »")
        top.note("words", msgid)
    for field, known in values.items():
        if known and field not in columns:
            msgid = N_("des mots pour « %(name)s », qui n'a pas de colonne")
            top.note("words", msgid, name=field)
