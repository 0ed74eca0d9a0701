"""A filled form as bytes, and back. Pure.

The bytes are JSON in UTF-8, the same for the same answers: {"at": the instant it was sent,
"values": {name: answer}}. An answer is a text, true, or a file {"data": base64, "filename"};
a repeated field has a list of them. Files are inside, so that an item is complete in itself.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.channels import opening
from grc.channels.fields import Field, File, Kind, Value, Values, check
from grc.channels.protocol import Attachment, ChannelError, Peek
from grc.parsing.filetype import sniff
from grc.parsing.limits import DEFAULT, Limits
from grc.parsing.words import N_

_AT = re.compile(rb'\s*\{\s*"at"\s*:\s*"([^"\\]{1,40})"')


@dataclass(frozen=True)
class Filled:
    """A form as it was sent: when, and the answers of its fields."""

    at: datetime  # aware
    values: Values

    def text(self, name: str) -> str:
        """The answer of a field, its answers one per line when it is repeated, else empty."""
        return "\n".join(self.all(name))

    def all(self, name: str) -> tuple[str, ...]:
        """The answers of a repeated field."""
        return tuple(one for one in self._all(name) if isinstance(one, str))

    def yes(self, name: str) -> bool:
        """True when a box was ticked."""
        return self.values.get(name) is True

    def files(self, name: str) -> tuple[Attachment, ...]:
        """The files given, their type read from their bytes."""
        given = (one for one in self._all(name) if isinstance(one, File))
        return tuple(Attachment(one.filename, sniff(one.data), one.data) for one in given)

    def _all(self, name: str) -> tuple[Value, ...]:
        found = self.values.get(name, ())
        return found if isinstance(found, tuple) else (found,)


def write(values: Values, at: datetime) -> bytes:
    """The bytes of checked answers sent `at` that instant (aware)."""
    kept = {name: _kept(value) for name, value in values.items()}
    whole = {"at": at.isoformat(), "values": kept}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _kept(value: Value | tuple[Value, ...]) -> Any:
    if isinstance(value, tuple):
        return [_kept(one) for one in value]
    if isinstance(value, File):
        return {"data": base64.b64encode(value.data).decode(), "filename": value.filename}
    return value


def read(raw: bytes, fields: Sequence[Field], limits: Limits = DEFAULT) -> Filled:
    """The answers in these bytes, checked again.

    Raises ChannelError: `empty`, `too_large`, `not_a_form` for anything that `write` does not
    write, `bad_field` for an answer the form would have refused.
    """
    opening.demand(raw, limits)
    at, answers = _parts(_json(raw))
    by_name = {one.name: one for one in fields}
    for name in answers:
        if name not in by_name:
            text = N_("ce formulaire n'a pas de champ « %(field)s »")
            raise ChannelError("not_a_form", text, params={"field": _shown(name)})
    given = {name: _given(by_name[name], value) for name, value in answers.items()}
    checked = check(fields, given)
    for name in checked.problems:
        text = N_("le champ « %(field)s » n'est pas rempli comme il le faut")
        raise ChannelError("bad_field", text, params={"field": by_name[name].label})
    return Filled(at, checked.values)


def peek(head: bytes) -> Peek:
    """When the form was sent."""
    found = _AT.match(head)
    return Peek(_instant(found[1].decode("utf-8", "replace")) if found else None)


def _not_a_form() -> ChannelError:
    return ChannelError("not_a_form", N_("ce n'est pas un formulaire rempli"))


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise _not_a_form() from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a name given twice, nobody could say which is meant."""
    if len(dict(pairs)) < len(pairs):
        raise _not_a_form()
    return dict(pairs)


def _refuse(_constant: str) -> None:
    raise _not_a_form()


def _parts(whole: Any) -> tuple[datetime, Mapping[str, Any]]:
    if isinstance(whole, dict) and set(whole) == {"at", "values"}:
        at = _instant(whole["at"]) if isinstance(whole["at"], str) else None
        if at is not None and isinstance(whole["values"], dict):
            return at, whole["values"]
    raise _not_a_form()


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def _given(one: Field, value: Any) -> list[str | File]:
    """An answer as a browser would post it."""
    if one.repeated is not isinstance(value, list):
        raise _not_a_form()
    return [_answer(one, answer) for answer in (value if one.repeated else [value])]


def _answer(one: Field, answer: Any) -> str | File:
    if one.kind is Kind.YES_NO and answer is True:
        return "true"
    if one.kind is not Kind.FILE and isinstance(answer, str):
        return answer
    if one.kind is Kind.FILE and isinstance(answer, dict) and set(answer) == {"data", "filename"}:
        data, filename = answer["data"], answer["filename"]
        if isinstance(data, str) and isinstance(filename, str):
            return File(filename, _decoded(data))
    raise _not_a_form()


def _decoded(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _not_a_form() from error


def _shown(name: str) -> str:
    return name[:40] if name.isprintable() else "?"
