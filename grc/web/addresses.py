"""Addresses inside this application: where one may be sent after signing in, numbers in them."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from werkzeug.routing import IntegerConverter

HOME = "/"
FIRST_YEAR = 2000  # nothing was counted before
LARGEST = 2**63 - 1  # what a key of the database holds


class Number(IntegerConverter):
    """`<int:…>` of our addresses: a number that no key can be leads nowhere (404)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max": LARGEST, **kwargs})


def key_number(text: str) -> int:
    """A number in a parameter. Raises ValueError for what no key can be: Flask's `type=` then
    takes the default."""
    found = int(text)
    if not 0 <= found <= LARGEST:
        raise ValueError(text)
    return found


def safe_next(wanted: str | None) -> str:
    """The address when it is a path of ours, the home page otherwise.

    `//evil`, `\\evil`, `javascript:…` and control characters all lead home.
    """
    text = wanted or ""
    odd = "\\" in text or any(ord(character) < 33 or ord(character) == 127 for character in text)
    if odd or not text.startswith("/") or text.startswith("//"):
        return HOME
    try:
        parts = urlsplit(text)
    except ValueError:
        return HOME
    return HOME if parts.scheme or parts.netloc else text


def day(asked: str | None, today: date) -> date | None:
    """The day written 2026-11-22 in a parameter; None when it is none, or of no counted year."""
    try:
        found = date.fromisoformat(asked or "")
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= today.year else None
