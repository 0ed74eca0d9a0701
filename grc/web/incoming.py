"""What a browser sends, without the characters that no keyboard types.

Texts copied from elsewhere bring control characters along. PostgreSQL refuses NUL, spreadsheets
refuse the others, and nobody sees any of them: they are left out where parameters and fields are
read, so that no view has to think of it. Lines, tabs and accents stay as they were sent.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.routing import UnicodeConverter

from grc.parsing.charset import printable


class _Fields(ImmutableMultiDict[str, Any]):
    """Parameters or fields. Files are here too, as they are: their names are washed where they
    are kept."""

    def __init__(self, given: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None) -> None:
        pairs = MultiDict(given).items(multi=True)
        super().__init__([(printable(name), _clean(value)) for name, value in pairs])


def _clean(value: Any) -> Any:
    return printable(value) if isinstance(value, str) else value


class Incoming(Request):
    """A request whose parameters and fields hold nothing but text."""

    parameter_storage_class = _Fields


class Segment(UnicodeConverter):
    """`<name>` of our addresses: with a control character in it, it leads nowhere (404)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.regex = self.regex.replace("[^/]", r"[^/\x00-\x1f\x7f]")
