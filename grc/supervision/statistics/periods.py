"""Days, weeks, months, quarters, years: which one a day is of. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from grc.core.i18n import N_


class Grain(StrEnum):
    """How long one line of a table lasts."""

    DAY = "jour"
    WEEK = "semaine"
    MONTH = "mois"
    QUARTER = "trimestre"
    YEAR = "annee"


GRAINS: Mapping[Grain, str] = {
    Grain.DAY: N_("Jour"),
    Grain.WEEK: N_("Semaine"),
    Grain.MONTH: N_("Mois"),
    Grain.QUARTER: N_("Trimestre"),
    Grain.YEAR: N_("Année"),
}
_LONGEST = {Grain.DAY: 62, Grain.WEEK: 434, Grain.MONTH: 1900, Grain.QUARTER: 5700}  # days shown
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Days:
    """Days that follow each other, both ends included."""

    first: date
    last: date

    @property
    def length(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1


def start(on: date, grain: Grain) -> date:
    """The first day of the day's week, month… ; weeks begin on Monday."""
    if grain is Grain.WEEK:
        return on - timedelta(days=on.weekday())
    if grain is Grain.QUARTER:
        return on.replace(month=(on.month - 1) // 3 * 3 + 1, day=1)
    if grain is Grain.YEAR:
        return on.replace(month=1, day=1)
    return on.replace(day=1) if grain is Grain.MONTH else on


def after(first: date, grain: Grain) -> date:
    """The first day of what comes after the day, week… that begins then."""
    lengths = {Grain.DAY: 1, Grain.WEEK: 7, Grain.MONTH: 31, Grain.QUARTER: 92, Grain.YEAR: 366}
    return start(first + timedelta(days=lengths[grain]), grain)


def starts(days: Days, grain: Grain) -> Iterator[date]:
    """The first days of all that these days touch, in order."""
    on = start(days.first, grain)
    while on <= days.last:
        yield on
        on = after(on, grain)


def fitting(days: Days, wanted: Grain) -> Grain:
    """The grain asked for, or the next one by which these days are no endless table."""
    grains = list(Grain)
    for grain in grains[grains.index(wanted) :]:
        if days.length <= _LONGEST.get(grain, days.length):
            return grain
    return Grain.YEAR


def whole(days: Days, grain: Grain) -> tuple[list[Days], Days | None]:
    """The days beside the whole weeks, months…, and these from first to last day."""
    begun = start(days.first, grain)
    first = begun if begun == days.first else after(begun, grain)
    after_last = start(days.last + ONE, grain)
    if first >= after_last:
        return [days], None
    edges = [Days(days.first, first - ONE)] if days.first < first else []
    edges += [Days(after_last, days.last)] if after_last <= days.last else []
    return edges, Days(first, after_last - ONE)
