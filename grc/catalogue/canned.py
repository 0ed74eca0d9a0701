"""replies/*.toml: the canned replies ("réponses types"). Pure.

`read` gives valid replies or raises `InvalidFile` with every mistake of the first wrong file.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from grc.catalogue.placeholders import NAMES, unknown
from grc.core.i18n import N_
from grc.core.toml_source import Row, Source

LANGUAGES = ("fr", "en")


@dataclass(frozen=True)
class Canned:
    """One reply. `unit_code` empty: of all units; no `request_types`: of all."""

    code: str
    label: str
    language: str
    unit_code: str
    request_types: tuple[str, ...]
    text: str


def read(
    texts: Mapping[str, str], *, units: Collection[str], request_types: Collection[str]
) -> tuple[Canned, ...]:
    """The replies of some files: {name: TOML text}. Raises InvalidFile."""
    found: dict[str, Canned] = {}
    for name, text in texts.items():
        source = Source(name, text)
        for row in source.tables("replies"):
            reply = _reply(row, units, request_types)
            if reply.code in found:
                row.note("code", N_("« %(value)s » est déjà utilisé"), value=reply.code)
            found[reply.code] = reply
        source.refuse_unknown(("replies",))
        source.raise_problems()
    return tuple(found.values())


_UNIT = N_("« %(value)s » n'est pas un service connu")
_TYPE = N_("« %(value)s » n'est pas une nature de demande connue")


def typed(
    values: Mapping[str, Any], *, units: Collection[str], request_types: Collection[str]
) -> Canned:
    """The reply that somebody typed, judged as a line of a file is. Raises InvalidFile."""
    source = Source("", "")
    reply = _reply(Row(source, (), dict(values)), units, request_types)
    source.raise_problems()
    return reply


def _reply(row: Row, units: Collection[str], request_types: Collection[str]) -> Canned:
    reply = Canned(
        code=row.text("code"),
        label=row.text("label"),
        language=row.choice("language", LANGUAGES, "fr"),
        unit_code=row.text("unit", ""),
        request_types=row.texts("request_types"),
        text=row.text("text"),
    )
    for name in unknown(reply.text):
        row.note(
            "text",
            N_("« %(name)s » n'est pas un mot à remplir ; il y a : %(known)s"),
            name=name,
            known=", ".join(NAMES),
        )
    row.source.expect((*row.path, "unit"), reply.unit_code, units, _UNIT)
    for kind in reply.request_types:
        row.source.expect((*row.path, "request_types"), kind, request_types, _TYPE)
    return reply
