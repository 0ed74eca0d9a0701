"""MAP.toml: which column of a table is what, and what its codes mean here. Pure.

`read` gives a valid `Mapping` or raises `InvalidFile` with every mistake, its line and its
field. Its `guide` is what the adapter is told; the file itself is kept with the table.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grc.cases.states import ENDED, OUTCOME_LABELS, STATUS_LABELS, Status
from grc.channels.row_cells import fold
from grc.channels.table_row import DATES
from grc.core.i18n import N_
from grc.core.toml_source import Row, Source
from grc.parsing.cells import ORDERS

_PERSON = (
    "name",
    "first_name",
    "last_name",
    "email",
    "phone",
    "birth_date",
    "address",
    "postcode",
    "commune",
)
_PEOPLE = ("applicant", "beneficiary", "representative")
_CODED = ("state", "request_type", "unit")
_FIELDS = ("received", "reference", "subject", "text", "commune", *DATES, *_CODED)
_SEVERAL = ("reference", "text")
_STATES = tuple(status for status in STATUS_LABELS if status != Status.RESOLVED)
_KEY_LENGTH = 10


@dataclass(frozen=True)
class Mapping:
    """A mapping that can be used; `guide` is plain JSON."""

    guide: dict[str, Any]


def read(text: str, name: str = "MAP.toml") -> Mapping:
    """The mapping a TOML text describes. Raises InvalidFile with every mistake."""
    source = Source(name, text)
    top = Row(source, (), source.data)
    guide = {
        "system": top.text("system")[:40],
        "dates": top.choice("dates", ORDERS, "dmy"),
        **written(top),
        "columns": dict(_columns(top)),
        "values": {"state": _states(top), **_codes(top)},
        "always": _always(top),
    }
    _check(top, guide)
    top.refuse_unknown()
    source.raise_problems()
    return Mapping(guide)


def written(top: Row) -> dict[str, str]:
    """How the file is written, as far as a person says it."""
    encoding, separator = top.text("encoding", ""), top.raw_text("separator")
    if encoding and not _is_codec(encoding):
        top.note("encoding", N_("« %(value)s » n'est pas un encodage connu"), value=encoding)
    if separator and (len(separator) != 1 or separator in '\r\n"'):
        top.note("separator", N_("attendu : un seul caractère"))
    return {"encoding": encoding, "separator": separator, "sheet": top.text("sheet", "")}


def _is_codec(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding
    except (LookupError, ValueError):
        return False


def _columns(top: Row) -> Iterator[tuple[str, list[str]]]:
    columns = top.row("columns")
    for name in _FIELDS:
        if columns.has(name):
            yield name, _titles(columns, name, name in _SEVERAL)
    columns.refuse_unknown()
    for role in _PEOPLE:
        person = top.row(role)
        for name in _PERSON:
            if person.has(name):
                yield f"{role}.{name}", _titles(person, name, name == "address")
        yield from _keys(role, person)
        person.refuse_unknown()
    organisation = top.row("organisation")
    if organisation.has("name"):
        yield "organisation.name", _titles(organisation, "name", False)
    organisation.refuse_unknown()


def _keys(role: str, person: Row) -> Iterator[tuple[str, list[str]]]:
    """`keys.caf = "N° CAF"`: numbers by which others know a person."""
    if not person.has("keys"):
        return
    keys = person.row("keys")
    for kind in keys.names():
        if len(kind) > _KEY_LENGTH or not kind.isidentifier() or kind in ("name", "birth"):
            msgid = N_("un nom de numéro a au plus %(most)s lettres minuscules")
            keys.note(kind, msgid, most=_KEY_LENGTH)
        yield f"{role}.key.{kind}", _titles(keys, kind, False)


def _titles(row: Row, name: str, several: bool) -> list[str]:
    if several and row.is_list(name):
        return list(row.texts(name))
    return [row.text(name)]


def _states(top: Row) -> dict[str, str]:
    """`"Clos" = "closed/answered"`: our state, with the outcome of what has ended."""
    found: dict[str, str] = {}
    table = top.row("states")
    for word in table.names():
        value = table.text(word)
        status, _, outcome = value.partition("/")
        ended = status in ENDED
        if status not in _STATES or ended != (outcome in OUTCOME_LABELS) or (outcome and not ended):
            msgid = N_("« %(value)s » n'est pas un état : %(states)s, ou closed/ puis %(outcomes)s")
            states = ", ".join(state for state in _STATES if state not in ENDED)
            table.note(word, msgid, value=value, states=states, outcomes=", ".join(OUTCOME_LABELS))
        found[fold(word)] = value
    return found


def _codes(top: Row) -> dict[str, dict[str, str]]:
    """Tables from the words of the file to our codes; without one, codes are ours already."""
    found: dict[str, dict[str, str]] = {}
    for field, name in (("request_type", "request_types"), ("unit", "units")):
        if top.has(name):
            table = top.row(name)
            found[field] = {fold(word): table.text(word) for word in table.names()}
    return found


def _always(top: Row) -> dict[str, str]:
    """What is the same for every row."""
    row = top.row("always")
    names = (name for name in ("subject", "request_type", "unit", "commune") if row.has(name))
    found = {name: row.text(name) for name in names}
    row.refuse_unknown()
    return found


def _check(top: Row, guide: dict[str, Any]) -> None:
    columns = guide["columns"]
    if "received" not in columns:
        top.note("columns", N_("la colonne de la date de réception manque (received)"))
    if "state" in columns and not guide["values"]["state"]:
        top.note("columns", N_("la colonne « state » demande une table [states]"))
    people = [name for name in columns if name.split(".")[0] in _PEOPLE]
    if not people and "organisation.name" not in columns:
        top.note("columns", N_("il faut au moins une colonne qui dise qui demande ([applicant])"))
