"""Public references, derived from the row id: `D-2026-0012345-K`. Pure.

The last character is the ISO 7064 MOD 37,36 check of the digits and letters before it:
it detects every single typing error and nearly all swaps.
"""

import re
from dataclasses import dataclass
from typing import Literal

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SHAPE = re.compile(
    r"^\s*([BDELRUV])\s*[-–— ]?\s*(\d{4})\s*[-–— ]?\s*(\d{7,12})\s*[-–— ]?\s*([0-9A-Z])\s*$"
)
# B: bordereau (hand-over); D: demande (case); E: élément reçu (item);
# L: lettre (ours); R: rendez-vous (appointment); U: usager (citizen); V: visite
Kind = Literal["B", "D", "E", "L", "R", "U", "V"]


@dataclass(frozen=True)
class Parsed:
    """A reference taken apart; `valid` is False when the check character disagrees."""

    kind: str
    year: int
    number: int
    valid: bool


def check_character(text: str) -> str:
    """ISO 7064 MOD 37,36 check character of letters and digits."""
    product = 36
    for character in text:
        total = (product + ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return ALPHABET[(37 - product) % 36]


def reference(kind: Kind, year: int, number: int) -> str:
    """The reference of a row: kind, year of opening, id, check character."""
    body = f"{kind}{year:04d}{number:07d}"
    return f"{kind}-{year:04d}-{number:07d}-{check_character(body)}"


def parse(text: str) -> Parsed | None:
    """Read a typed reference, spaces and dashes forgiven; None when it is none at all."""
    match = _SHAPE.match(text.upper())
    if not match:
        return None
    kind, year, number, check = match.groups()
    valid = check_character(f"{kind}{year}{number}") == check
    return Parsed(kind, int(year), int(number), valid)
