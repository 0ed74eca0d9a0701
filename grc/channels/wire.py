"""Requests as JSON and bytes, to cross from the reader process to ours.

Only the frozen dataclasses of the protocol are known, so what a hostile message can build
on our side is a `Request` and nothing else.
"""

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from grc.channels.past import Key, Past, Person
from grc.channels.protocol import Attachment, Bounce, Call, Fact, Hint, Request, Sender, Unopened

_RECORDS = (Request, Sender, Attachment, Fact, Hint, Bounce, Past, Person, Key, Call, Unopened)


def encode(requests: tuple[Request, ...]) -> tuple[list[Any], list[bytes]]:
    """JSON values, and the attachments' bytes they point to by position."""
    blobs: list[bytes] = []
    return [_encode(request, blobs) for request in requests], blobs


def decode(values: list[Any], blobs: list[bytes]) -> tuple[Request, ...]:
    """The inverse of `encode`."""
    return tuple(_decode(Request, value, blobs) for value in values)


def _encode(value: Any, blobs: list[bytes]) -> Any:
    if is_dataclass(value):
        return [_encode(getattr(value, field.name), blobs) for field in fields(value)]
    if isinstance(value, tuple):
        return [_encode(item, blobs) for item in value]
    if isinstance(value, bytes):
        blobs.append(value)
        return len(blobs) - 1
    if isinstance(value, date):  # and datetime
        return value.isoformat()
    return value


def _decode(kind: Any, value: Any, blobs: list[bytes]) -> Any:
    """Build what the type `kind` of a field asks for."""
    if get_origin(kind) is UnionType:
        if value is None:
            return None
        kind = next(option for option in get_args(kind) if option is not NoneType)
    if kind in _RECORDS:
        pairs = zip(_field_types(kind), value, strict=True)
        return kind(*(_decode(type_, item, blobs) for type_, item in pairs))
    if get_origin(kind) is tuple:
        return tuple(_decode(get_args(kind)[0], item, blobs) for item in value)
    if kind is bytes:
        return blobs[value]
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    return kind(value) if issubclass(kind, Enum) else value


@cache
def _field_types(kind: Any) -> list[Any]:
    """Field types in order; every field of the protocol is positional."""
    hints = get_type_hints(kind)
    return [hints[field.name] for field in fields(kind)]
