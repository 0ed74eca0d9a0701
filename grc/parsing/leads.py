"""Cheap leads in a text: case references, phone numbers, postcodes, our own tokens."""

import re
from collections.abc import Iterable

# The reference printed on our letters, D-2026-0000123-K, as people retype it.
_REFERENCE = re.compile(r"(?i)\bD[-‐‑–_ ]?(20\d{2})[-‐‑–_ ]?(\d{7,9})[-‐‑–_ ]?([0-9A-Z])\b")
_PHONE = re.compile(
    r"(?<![\d+])(?:(?:\+|00)33[ .]?(?:\(0\))?|0)[ .]?([1-9](?:[ .\-]?\d{2}){4})(?!\d)"
)
_POSTCODE = re.compile(r"(?<![\d.,])((?:92|78)[ ]?\d{3})(?![\d.,]?\d)")
_TOKEN = re.compile(r"(?<![\w.+-])(?i:reponse\+|grc\.)([A-Za-z0-9_-]{8,200})(?:\.\d{1,12})?@")
_MOST = 5


def references(text: str) -> list[str]:
    """Case references, written as we print them; their check character is not verified."""
    return _distinct(f"D-{m[1]}-{m[2]}-{m[3].upper()}" for m in _REFERENCE.finditer(text))


def phones(text: str) -> list[str]:
    """French phone numbers in E.164: +33612345678."""
    return _distinct("+33" + re.sub(r"\D", "", m[1]) for m in _PHONE.finditer(text))


def postcodes(text: str) -> list[str]:
    """Postcodes of the Hauts-de-Seine and the Yvelines."""
    return _distinct(m[1].replace(" ", "") for m in _POSTCODE.finditer(text))


def tokens(headers: Iterable[str]) -> list[str]:
    """Our tokens, not verified, in header values as received: `reponse+TOKEN@…` in
    addresses, `grc.TOKEN.N@…` in message identifiers. Their case is kept."""
    return _distinct(match[1] for value in headers for match in _TOKEN.finditer(value))


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))[:_MOST]
