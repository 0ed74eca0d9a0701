"""Signed tokens that bring an answer back to its case. Pure.

`<case id in base 36>-<80 bits of HMAC-SHA-256 in base 32>`, lower case, safe in the local
part of an address and in a Message-ID. The first key signs, all verify, so keys can turn.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def sign(case_id: int, keys: Sequence[str]) -> str:
    """The token of a case under the first key."""
    body = _base36(case_id)
    return f"{body}-{_mac(body, keys[0])}"


def verify(token: str, keys: Sequence[str]) -> int | None:
    """The case id of a genuine token; None when it is forged, mistyped or foreign."""
    body, _, mac = token.lower().partition("-")
    if not body or not body.isascii() or not body.isalnum() or len(body) > 13:
        return None
    if any(hmac.compare_digest(mac.encode(), _mac(body, key).encode()) for key in keys):
        return int(body, 36)
    return None


def _mac(body: str, key: str) -> str:
    digest = hmac.new(key.encode(), f"grc-case:{body}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:10]).decode().lower()


def _base36(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text or "0"
