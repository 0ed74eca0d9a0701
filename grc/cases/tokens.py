"""Signed tokens that bring an answer back to its case. Pure.

`<case id in base 36>-<80 bits of HMAC-SHA-256 in base 32>`, lower case, safe in the local
part of an address and in a Message-ID. The first key signs, all verify, so keys can turn.

The *secret* of a reference opens its follow-up page: 128 bits nobody can guess and no table
holds, in groups of four that can be copied from paper. The token of an *entry* says that who
wrote held that secret; it is kept with what she wrote.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence

_MISREAD = str.maketrans("0189", "oibg")  # no secret has these digits
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


def secret(reference: str, keys: Sequence[str]) -> str:
    """The secret of a public reference: six groups of four letters and digits, and two."""
    text = _long_mac("grc-follow-up", reference, keys[0])
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4)).upper()


def opens(reference: str, typed: str, keys: Sequence[str]) -> bool:
    """True when `typed` is the secret of this reference. Takes the same time whatever is
    wrong, and asks no table: an unknown reference cannot be told from a wrong secret."""
    plain = re.sub(r"[\s\-–—.]", "", typed).lower().translate(_MISREAD).encode()
    expected = [_long_mac("grc-follow-up", reference, key).encode() for key in keys]
    return sum(hmac.compare_digest(plain, one) for one in expected) > 0  # no short cut


def sign_entry(case_id: int, keys: Sequence[str]) -> str:
    """What shows that an addition was written by who held the secret of this case."""
    body = _base36(case_id)
    return f"{body}-{_long_mac('grc-entry', body, keys[0])}"


def verify_entry(token: str, keys: Sequence[str]) -> int | None:
    """The case id of a genuine token of an entry, else None."""
    return _number("grc-entry", token, keys)


def sign_person(citizen_id: int, keys: Sequence[str]) -> str:
    """What shows that an agent who sees this person said that it is she."""
    body = _base36(citizen_id)
    return f"{body}-{_long_mac('grc-person', body, keys[0])}"


def verify_person(token: str, keys: Sequence[str]) -> int | None:
    """The citizen id of a genuine token of a person, else None."""
    return _number("grc-person", token, keys)


def _number(purpose: str, token: str, keys: Sequence[str]) -> int | None:
    body, _, mac = token.partition("-")
    if not body or not body.isascii() or not body.isalnum() or len(body) > 13:
        return None
    expected = [_long_mac(purpose, body, key).encode() for key in keys]
    genuine = any([hmac.compare_digest(mac.encode(), one) for one in expected])  # noqa: C419
    return int(body, 36) if genuine else None


def _long_mac(purpose: str, body: str, key: str) -> str:
    digest = hmac.new(key.encode(), f"{purpose}:{body}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:16]).decode().rstrip("=").lower()


def _mac(body: str, key: str) -> str:
    digest = hmac.new(key.encode(), f"grc-case:{body}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:10]).decode().lower()


def _base36(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text or "0"
