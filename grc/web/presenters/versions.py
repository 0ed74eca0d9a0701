"""Versions of reference data as their pages show them: who, since when, what differs."""

from collections.abc import Callable
from typing import Any

from grc.catalogue.silence import LABELS as SILENCES
from grc.organisation import versions
from grc.organisation.queries import snapshot as organisation
from grc.organisation.versions import Kind
from grc.staff.policy import LEVEL_LABELS
from grc.staff.queries import names
from grc.web.words import _

Thing = dict[str, Any]


def lines(known: list[Any], url: Callable[[int], str] | None, shown: int | None) -> list[Thing]:
    """The versions of a code: number, since (a day), at, by, url, is_shown."""
    people = names(versions.codes_of(known))
    return [
        {
            "number": row.version,
            "since": row.valid_from,
            "at": row.written_at,
            "by": author(row, people),
            "url": url(row.version) if url else None,
            "is_shown": row.version == shown,
        }
        for row in known
    ]


def author(row: Any, people: dict[int, str]) -> str:
    """Who wrote a version."""
    return people.get(row.author_id, "?") if row.author_id else _("un fichier")


def changed(kind: Kind, old: Any, new: Any) -> list[tuple[str, str, str]]:
    """The columns that differ, but the text: (what, old, new)."""
    return [
        (_(label), spelled(name, getattr(old, name)), spelled(name, getattr(new, name)))
        for name, label in kind.columns.items()
        if name != "text" and getattr(old, name) != getattr(new, name)
    ]


def spelled(name: str, value: Any) -> str:
    """A value of a column in words."""
    if name == "unit_code":
        return unit(value)
    if name == "level":
        return _(LEVEL_LABELS.get(value, value))
    if name == "silence":
        return _(SILENCES.get(value, value))
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, list):
        return ", ".join(value) or "–"
    return "–" if value in (None, "") else str(value)


def unit(code: str) -> str:
    """A unit by its code, "territory" among them; empty is all of them."""
    if not code:
        return _("tous")
    found = organisation().units_by_code.get(code)
    return found.name if found else _("le service du territoire") if code == "territory" else code
