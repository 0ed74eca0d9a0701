"""What a person typed and could not be carried out: kept, and given back. Never lost.

The text travels inside the page (sealed when it has to go through the login form), so that
this works with the database down and the session gone.
"""

from dataclasses import dataclass

from flask import request

from grc.core.seals import Seal

TECHNICAL = frozenset({"csrf_token", "form_key", "version", "seen", "password", "kept"})
WRITTEN = ("text", "reason", "other")
_LONGEST_KEPT = 400_000
_SEAL = Seal("grc-kept")


@dataclass(frozen=True)
class Typed:
    """The fields of a form as posted; `text` is what a person wrote, to be read again."""

    path: str
    fields: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """The name of the field that holds the text: one of those we write in, else the
        longest."""
        written = [name for name, _value in self.fields if name in WRITTEN]
        longest = max(self.fields, key=lambda field: len(field[1]), default=("text", ""))
        return written[0] if written else longest[0]

    @property
    def text(self) -> str:
        """The text itself; empty when nothing was typed."""
        return dict(self.fields).get(self.name, "")

    @property
    def others(self) -> dict[str, str]:
        """Every other field, to be sent again unseen."""
        return {name: value for name, value in self.fields if name != self.name}


def typed() -> Typed:
    """What this request brought, without what belongs to the page rather than the person."""
    fields = request.form.items(multi=True)
    return Typed(request.path, tuple((n, v) for n, v in fields if n not in TECHNICAL))


def seal(what: Typed, user_id: int) -> str:
    """The form as one string only this application can have written; empty when too long."""
    text = _SEAL.close([user_id, what.path, [list(field) for field in what.fields]])
    return text if len(text) < _LONGEST_KEPT else ""


def unseal(sealed: str, user_id: int) -> Typed | None:
    """The form back, for the person who had typed it and nobody else."""
    try:
        owner, path, fields = _SEAL.open(sealed)
    except (ValueError, TypeError):
        return None
    if owner != user_id:
        return None
    return Typed(path, tuple((name, value) for name, value in fields))
