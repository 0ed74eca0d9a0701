"""What an agent typed to find a person, read in every way it can be meant. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from grc.citizens.matching import plain_name
from grc.parsing.phones import e164

LONGEST = 200  # characters that are read
_WORDS = 6  # of a name; nobody types more
_MONTHS = (
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split()  # noqa: SIM905
)
_NO_NAMES = frozenset("m mr mme mlle monsieur madame ne nee le la de du".split())  # noqa: SIM905
_DAY = re.compile(
    r"\b(?P<d>\d{1,2})(?P<sep>[/. -])(?P<m>\d{1,2})(?P=sep)(?P<y>\d{4}|\d{2})\b"
    r"|\b(?P<y2>\d{4})-(?P<m2>\d{1,2})-(?P<d2>\d{1,2})\b"
    r"|\b(?P<d3>\d{2})(?P<m3>\d{2})(?P<y3>\d{4})\b"
    r"|\b(?P<d4>\d{1,2})(?:er)?\s+(?P<month>[^\W\d_]{3,9})\.?\s+(?P<y4>\d{4})\b"
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_PHONE = re.compile(r"\+?[\d\s.()/-]{9,25}")


@dataclass(frozen=True)
class Asked:
    """The leads in what was typed; whoever answers to one of `points` or `numbers`, or to all
    the words of `name` and one of `births`, may be meant."""

    points: tuple[tuple[str, str], ...] = ()  # (email or phone, in normal form)
    births: tuple[date, ...] = ()
    name: tuple[str, ...] = ()  # plain words
    numbers: tuple[str, ...] = ()  # ways to write a number another administration gave

    @property
    def phone(self) -> str:
        """The telephone number that was typed; empty for none."""
        return next((value for kind, value in self.points if kind == "phone"), "")


def read(typed: str, today: date) -> Asked:
    """Read what was typed; nothing in it is nobody. No birth is after `today`."""
    typed = " ".join(typed[:LONGEST].split())
    if _EMAIL.fullmatch(typed):
        return Asked(points=(("email", typed.lower()),))
    numbers = tuple(dict.fromkeys(_numbers(typed)))
    if number := e164(typed) if _PHONE.fullmatch(typed) else None:
        return Asked(points=(("phone", number),), numbers=numbers)
    found = _DAY.search(typed.lower())
    births = tuple(_births(found, today)) if found else ()
    rest = _DAY.sub(" ", typed.lower(), count=1) if births else typed
    return Asked(
        births=births,
        name=tuple(_name(rest)),
        numbers=numbers,
    )


def _name(typed: str) -> list[str]:
    """The words by which a person is called; the small ones would only slow the search."""
    words = [word for word in plain_name(typed).split() if not word.isdigit()][:_WORDS]
    telling = [word for word in words if len(word) > 1 and word not in _NO_NAMES]
    return telling or words


def _births(found: re.Match[str], today: date) -> Iterator[date]:
    """The days that were meant: with two figures, 48 is 1948, and 12 may be 1912 or 2012."""
    day = found["d"] or found["d2"] or found["d3"] or found["d4"]
    month = found["m"] or found["m2"] or found["m3"] or _month(found["month"])
    year = found["y"] or found["y2"] or found["y3"] or found["y4"]
    for whole in [year] if len(year) == 4 else [f"20{year}", f"19{year}"]:
        try:
            born = date(int(whole), int(month), int(day))
        except ValueError:
            continue
        if born <= today:
            yield born


def _month(name: str) -> int:
    """The month of a name or of its beginning; 0 for none."""
    plain = plain_name(name)
    found = [number for number, month in enumerate(_MONTHS, 1) if month.startswith(plain)]
    return found[0] if len(found) == 1 else 0


def _numbers(typed: str) -> Iterator[str]:
    """A number with the name of who gave it before it ("CAF 123 456") or without."""
    if not any(one.isdigit() for one in typed):
        return
    yield typed
    yield "".join(typed.split())
    first, _, rest = typed.partition(" ")
    if rest and first.isalpha():
        yield rest
        yield "".join(rest.split())
