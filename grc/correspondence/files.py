"""letters.toml: types of letter and delegations of signature. Pure.

`read` gives valid values or raises `InvalidFile` with every mistake.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from grc.catalogue import placeholders
from grc.core.i18n import N_
from grc.core.toml_source import Row, Source
from grc.correspondence.states import Purpose

MOST_VISAS = 3
_TABLES = ("types", "delegations")


@dataclass(frozen=True)
class Type:
    """A type of letter."""

    code: str
    label_fr: str
    label_en: str
    purpose: str
    visas: int
    registered: bool
    text: str


@dataclass(frozen=True)
class Delegated:
    """A delegation: `login` may sign for `unit` and those below. `until` is the first day after."""

    code: str
    login: str
    name: str
    quality: str
    unit: str
    types: tuple[str, ...]
    since: date
    until: date
    act: str


@dataclass(frozen=True)
class Letters:
    """What the file says, valid together."""

    types: tuple[Type, ...]
    delegations: tuple[Delegated, ...]


@dataclass(frozen=True)
class Known:
    """The names the file may use."""

    units: Collection[str]
    logins: Collection[str]


def read(text: str, known: Known, name: str = "letters.toml") -> Letters:
    """The letters of a TOML text. Raises InvalidFile with every mistake."""
    source = Source(name, text)
    types = tuple(map(_type, source.tables("types")))
    codes = {one.code for one in types}
    delegations = tuple(_delegated(row, codes, known) for row in source.tables("delegations"))
    source.refuse_unknown(_TABLES)
    for table, found in (("types", types), ("delegations", delegations)):
        source.unique(table, "code", (one.code for one in found))
    source.raise_problems()
    return Letters(types, delegations)


def typed(values: Mapping[str, Any]) -> Type:
    """The type of letter that somebody typed, judged as a line of a file is. Raises InvalidFile."""
    source = Source("", "")
    found = _type(Row(source, (), dict(values)))
    source.raise_problems()
    return found


def _type(row: Row) -> Type:
    automatic = Purpose.ACKNOWLEDGEMENT  # written by the program alone
    found = Type(
        code=row.text("code"),
        label_fr=row.text("label_fr"),
        label_en=row.text("label_en"),
        purpose=row.choice("purpose", [one.value for one in Purpose if one is not automatic]),
        visas=row.whole("visas", 0, maximum=MOST_VISAS),
        registered=row.flag("registered", False),
        text=row.text("text", ""),
    )
    for name in placeholders.unknown(found.text):
        row.note(
            "text",
            N_("« %(name)s » n'est pas un mot à remplir ; il y a : %(known)s"),
            name=name,
            known=", ".join(placeholders.NAMES),
        )
    return found


def _delegated(row: Row, codes: Collection[str], known: Known) -> Delegated:
    found = Delegated(
        code=row.text("code"),
        login=row.text("login"),
        name=row.text("name"),
        quality=row.text("quality"),
        unit=row.text("unit"),
        types=_among(row, "types", codes, N_("« %(value)s » n'est pas un type de lettre")),
        since=_day(row, "valid_from"),
        until=_day(row, "valid_to"),
        act=row.text("act"),
    )
    if found.login not in known.logins:
        row.note("login", N_("« %(value)s » n'est pas un compte connu"), value=found.login)
    if found.unit not in known.units:
        row.note("unit", N_("« %(value)s » n'est pas un service connu"), value=found.unit)
    if found.until <= found.since:
        row.note("valid_to", N_("la fin doit être après le début"))
    return found


def _day(row: Row, key: str) -> date:
    found = row.day(key)
    if found is None and not row.has(key):
        row.note(key, N_("champ obligatoire absent"))
    return found or date.max


def _among(row: Row, key: str, known: Collection[str], msgid: str) -> tuple[str, ...]:
    found = row.texts(key)
    for number, value in enumerate(found):
        row.source.expect((*row.path, key, number), value, known, msgid)
    return found
