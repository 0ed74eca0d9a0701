"""A postal address as machines of the post read it (NF Z 10-011, La Poste). Pure.

Six lines at most, of 38 characters: who, where in the building, the building, number and street,
place or box, postcode and town. The last three in capitals; from the street on, no punctuation.
A line that would be empty is left out. A seventh names the country when it is another.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grc.core.i18n import N_, Text

MOST_LINES, LONGEST = 6, 38
CAPITALS = 3  # lines, the last ones
_TOWN = re.compile(r"^(\d{5})\s+(\S.*)$")
_MARKS = re.compile(r"[.,;:/()\"«»_]+|\s[-–—]+\s")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True)
class Address:
    """The lines as they are printed, and what is wrong with them, in words."""

    lines: tuple[str, ...]
    problems: tuple[Text, ...] = ()


def written(typed: str) -> Address:
    """What was typed, one line under the other, as it is printed."""
    given = [_BLANKS.sub(" ", line).strip(" ,;") for line in typed.splitlines()]
    lines = [line for line in given if line]
    town = next((n for n in range(len(lines) - 1, -1, -1) if _TOWN.match(lines[n])), None)
    last = len(lines) if town is None else town + 1
    capitals = range(max(1, last - CAPITALS), len(lines))
    kept = tuple(_plain(one) if number in capitals else one for number, one in enumerate(lines))
    return Address(kept, tuple(_problems(kept, town)))


def _plain(line: str) -> str:
    return _BLANKS.sub(" ", _MARKS.sub(" ", line)).strip().upper()


def _problems(lines: Sequence[str], town: int | None) -> Iterator[Text]:
    if not lines:
        yield Text(N_("il manque l'adresse postale"))
        return
    if town is None:
        yield Text(N_("il manque la ligne du code postal et de la ville"))
    elif town < 2:
        yield Text(_lacks(lines[:town]))
    last = len(lines) if town is None else town + 1
    if last > MOST_LINES:
        yield Text(N_("six lignes au plus, ville comprise"))
    if len(lines) - last > 1:
        yield Text(N_("une seule ligne, le pays, peut suivre la ville"))
    for line in lines:
        if len(line) > LONGEST:
            words = N_("« %(line)s » a plus de %(most)s caractères : abrégez")
            yield Text(words, {"line": line, "most": str(LONGEST)})


def _lacks(before: Sequence[str]) -> str:
    """What an address lacks that has so little before its town."""
    if not before:
        return N_("il manque le nom, le numéro et la voie")
    if before[0][:1].isdigit():
        return N_("il manque le nom")
    return N_("il manque la ligne du numéro et de la voie")
