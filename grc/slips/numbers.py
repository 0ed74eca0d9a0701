"""What is printed on a slip: a short number to type, a code to scan. Pure.

The short number is the slip's id and four signed characters: `F-000123-K7QM`. The code holds
an address of ours with that number, and site, rank and day under 80 signed bits. The first key
signs, all verify: slips wait in drawers for longer than keys live.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is misread in handwriting
_SHORT = re.compile(
    rf"(?<![A-Z0-9])F\s*[-–— ]?\s*(\d{{6,12}})\s*[-–— ]?\s*([{ALPHABET}]{{4}})(?![A-Z0-9])"
)
_LONG = re.compile(r"[?&]fiche=([a-z0-9_-]{1,64})\.(\d{1,9})\.(\d{8})\.([a-z2-7]{16})(?![\w.])")


@dataclass(frozen=True)
class Slip:
    """What makes a slip this one: its id, the code of its site, its rank there, its day."""

    number: int
    site: str
    serial: int
    on: date


@dataclass(frozen=True)
class Read:
    """What was typed or scanned; `long` only when the whole code was."""

    number: int
    sign: str
    long: tuple[str, int, str, str] | None = None  # site, serial, yyyymmdd, signed


def short(slip: Slip, keys: Sequence[str]) -> str:
    """The number people type."""
    return f"F-{slip.number:06d}-{_letters(slip, keys[0])}"


def code(slip: Slip, keys: Sequence[str], base_url: str) -> str:
    """What the QR code holds."""
    signed = _bits(slip, keys[0])
    told = f"{slip.site}.{slip.serial}.{slip.on:%Y%m%d}.{signed}"
    return f"{base_url}/fiches-papier/{short(slip, keys)}?fiche={told}"


def read(typed: str) -> Read | None:
    """The number in what was typed or scanned, wherever our address was then; None: there is
    none."""
    found = _SHORT.search(typed.upper())
    if found is None:
        return None
    long = _LONG.search(typed)
    parts = (long[1], int(long[2]), long[3], long[4]) if long else None
    return Read(int(found[1]), found[2], parts)


def is_genuine(told: Read, slip: Slip, keys: Sequence[str]) -> bool:
    """True when one of our keys made it, for this very slip."""
    return any([_agrees(told, slip, key) for key in keys])  # noqa: C419 - as long for each


def _agrees(told: Read, slip: Slip, key: str) -> bool:
    signed = hmac.compare_digest(told.sign, _letters(slip, key))
    if told.long is None:
        return signed
    whole = (slip.site, slip.serial, f"{slip.on:%Y%m%d}", _bits(slip, key))
    return signed and told.long == whole


def _letters(slip: Slip, key: str) -> str:
    number, text = int.from_bytes(_digest(slip, key)[16:]), ""
    for _ in range(4):
        number, rest = divmod(number, len(ALPHABET))
        text += ALPHABET[rest]
    return text


def _bits(slip: Slip, key: str) -> str:
    return base64.b32encode(_digest(slip, key)[:10]).decode().lower()


def _digest(slip: Slip, key: str) -> bytes:
    told = f"grc-slip:{slip.number}:{slip.site}:{slip.serial}:{slip.on.isoformat()}"
    return hmac.new(key.encode(), told.encode(), hashlib.sha256).digest()
