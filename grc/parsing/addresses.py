"""Addresses of `From`, `To`, `Cc`… as people's mail programs write them.

The standard library recurses on comments and fails on groups; this is one linear pass.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from grc.parsing.charset import wash_name
from grc.parsing.headers import decode_words

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*+"?|\\.|[(),:;<>]|[^"\\(),:;<>]+', re.DOTALL)
_USABLE = re.compile(r"[^\s@<>(),;:\"]{1,64}@[^\s@<>(),;:\"]{1,255}\Z")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Address(NamedTuple):
    """A display name and a bare address in lower case; either may be None."""

    name: str | None
    email: str | None


def parse_addresses(value: str) -> list[Address]:
    """The addresses of a header value. Groups are flattened, comments become the name when
    there is no other, an unusable address gives `email=None`."""
    addresses = []
    name, route, comment = "", "", ""
    depth, inside = 0, False
    for piece in [*_PIECE.findall(value), ","]:
        if piece in "()" or depth:
            depth = max(0, depth + {"(": 1, ")": -1}.get(piece, 0))
            comment += piece if piece not in "()" else ""
        elif piece == "<":
            inside, route = True, ""
        elif piece == ">":
            inside = False
        elif inside and piece != ",":
            route += piece
        elif piece == ":":
            name = ""  # the name of a group
        elif piece in ",;":
            addresses.append(_address(name, route, comment))
            name, route, comment, inside = "", "", "", False
        else:
            name += piece
    return [address for address in addresses if address != (None, None)]


def emails(values: Iterable[str]) -> tuple[str, ...]:
    """The distinct bare addresses of header values, in order."""
    addresses = parse_addresses(",".join(values))
    return tuple(dict.fromkeys(address.email for address in addresses if address.email))


def _address(name: str, route: str, comment: str) -> Address:
    if not route and "@" in name:
        name, route = comment, name
    email = route.rpartition(":")[2].strip().strip("\"'").lower()
    return Address(
        name=_display(name) or _display(comment) or None,
        email=email if _USABLE.match(email) and email.isprintable() else None,
    )


def _display(text: str) -> str:
    text = text.strip()
    if text.startswith('"'):
        text = _ESCAPED.sub(r"\1", text[1:].removesuffix('"'))
    return wash_name(decode_words(text)).strip("\"'")
