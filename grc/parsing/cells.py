"""What a cell typed by people or exported by a program means: dates, numbers, addresses.

Each reader gives the value or None when the cell cannot be believed; nothing is guessed.
A spreadsheet eats the zeros at the start of numbers: those of a length that only a lost zero
explains are given back, and said so.
"""

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from grc.parsing.addresses import emails

ORDERS = ("dmy", "mdy", "ymd")
PARIS = ZoneInfo("Europe/Paris")
_NOON = time(12)  # of a day without an hour: no change of zone or season leaves the day
_OLDEST, _PIVOT = 1880, 70  # "70" is 1970, "69" is 2069
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_ORDERED = re.compile(r"(\d{1,4})[/.\- ](\d{1,2})[/.\- ](\d{1,4})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(
    r"[T ]+(?:à +)?(\d{1,2})[:h](\d{2})?(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?\Z"
)
_MONTHS = (
    "janv", "fevr", "mars", "avri", "mai", "juin", "juil", "aout", "sept", "octo", "nove", "dece",
)  # fmt: skip
_WORDED = re.compile(r"(?:[a-z]+ )?(\d{1,2})(?:er)?[ -]([a-zéûè]{3,9})\.?[ -](\d{4}|\d{2})", re.I)
_ACCENTS = str.maketrans("éèûùàâêô", "eeuuaaeo")
_PHONE = re.compile(r"(?:(?:\+|00)33 ?(?:\(0\))?|0)?([1-9]\d{8})")


def day(cell: str, order: str = "dmy", *, latest: int = 2099) -> date | None:
    """The civil date of a cell; `order` is that of an ambiguous 03/04/24."""
    found = moment(cell, order, latest=latest)
    return found.astimezone(PARIS).date() if found else None


def moment(cell: str, order: str = "dmy", *, latest: int = 2099) -> datetime | None:
    """An aware date and hour; noon in Paris when the cell has a date only."""
    text = cell.strip()
    at = _TIME.search(text)
    on = _date(text[: at.start()] if at else text, order)
    if on is None or not _OLDEST <= on.year <= latest:
        return None
    try:
        return _at(on, at)
    except (ValueError, OverflowError):
        return None


def has_hour(cell: str) -> bool:
    """True when a cell ends with an hour, believable or not."""
    return _TIME.search(cell.strip()) is not None


def _at(on: date, at: re.Match[str] | None) -> datetime:
    if at is None:
        return datetime.combine(on, _NOON, PARIS)
    hour, minute, second = (int(part or 0) for part in at.group(1, 2, 3))
    if at[4]:
        zone = "+00:00" if at[4] == "Z" else f"{at[4][:3]}:{at[4][-2:]}"
        return datetime.fromisoformat(f"{on.isoformat()}T{hour:02}:{minute:02}:{second:02}{zone}")
    return datetime.combine(on, time(hour, minute, second), PARIS)


def _date(text: str, order: str) -> date | None:
    if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return _valid(int(found[1]), int(found[2]), int(found[3]))
    if found := _ORDERED.fullmatch(text):
        return _ordered(found.groups(), order)
    if found := _WORDED.fullmatch(text):
        month = _month(found[2])
        return _valid(_year(found[3]), month, int(found[1])) if month else None
    return None


def _ordered(parts: tuple[str | None, ...], order: str) -> date | None:
    texts = [part or "" for part in parts]
    if len(texts[0]) == 4:
        order = "ymd"
    by_letter = dict(zip(order, texts, strict=True))
    if len(by_letter["y"]) not in (2, 4) or len(by_letter["d"]) > 2:
        return None
    return _valid(_year(by_letter["y"]), int(by_letter["m"]), int(by_letter["d"]))


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (1900 if year >= _PIVOT else 2000)


def _valid(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _month(word: str) -> int:
    """From 1; 0 when it is none. "fév." and "févr" are February."""
    plain = word.lower().translate(_ACCENTS)
    found = [n for n, name in enumerate(_MONTHS, 1) if name.startswith(plain[:4])]
    return found[0] if len(found) == 1 and len(plain) >= 3 else 0


def phone(cell: str) -> tuple[str | None, bool]:
    """A French number in E.164, and whether its zero had been lost."""
    digits = re.sub(r"[\s.\-/()_]", "", cell.replace("(0)", ""))
    if digits.startswith("+") and not digits.startswith("+33"):
        foreign = digits[1:].isdigit() and 8 <= len(digits) <= 16
        return (digits if foreign else None), False
    found = _PHONE.fullmatch(digits)
    if not found or not digits.lstrip("+").isdigit():
        return None, False
    return f"+33{found[1]}", len(digits) == 9


def postcode(cell: str) -> tuple[str | None, bool]:
    """Five digits, and whether the first, a zero, had been lost."""
    digits = cell.replace(" ", "")
    if re.fullmatch(r"[1-9]\d{3}", digits):
        return f"0{digits}", True
    return (digits if re.fullmatch(r"\d{5}", digits) else None), False


def email(cell: str) -> str | None:
    """One bare address in lower case."""
    found = emails([cell])
    return found[0] if len(found) == 1 else None
