"""Days as they are typed with one hand: 12/06/2026, 120626, 1206. Pure."""

import re
from datetime import date

_TYPED = re.compile(
    r"(\d{1,2})[/. -](\d{1,2})(?:[/. -](\d{4}|\d{2}))?|(\d{2})(\d{2})(\d{4}|\d{2})?"
)


def day(typed: str, today: date) -> date | None:
    """The day that was meant, never after `today`: without a year, its last occurrence.

    None when there is no such day, or when it is still to come.
    """
    typed = typed.strip()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", typed):
        typed = "/".join(reversed(typed.split("-")))
    found = _TYPED.fullmatch(typed)
    if not found:
        return None
    days, months, year = (found[1] or found[4]), (found[2] or found[5]), (found[3] or found[6])
    years = [_whole(year)] if year else [today.year, today.year - 1]
    meant = (_date(one, int(months), int(days)) for one in years)
    return next((one for one in meant if one and one <= today), None)


def _whole(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
