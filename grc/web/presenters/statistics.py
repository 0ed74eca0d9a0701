"""Figures as a table, a picture and a file: columns, names of the lines, numbers as written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from grc.catalogue.queries import snapshot as catalogue
from grc.coverage.queries import Coverage
from grc.organisation.queries import snapshot as organisation
from grc.supervision.statistics.facts import Measure
from grc.supervision.statistics.periods import Days, Grain, after
from grc.supervision.statistics.publishing import MASKED, Line
from grc.supervision.statistics.queries import By
from grc.web.present import locale
from grc.web.presenters.marks import channel_label
from grc.web.words import _

SHARE, MEAN, COUNT, DAYS = "share", "mean", "count", "days"
COLUMNS: tuple[tuple[str, str], ...] = (
    (Measure.CONTACT, COUNT),
    (Measure.OPENED, COUNT),
    (Measure.HANDLED, COUNT),
    ("at_once_share", SHARE),
    ("contacts_each", MEAN),
    ("answered_median", DAYS),
    ("answered_p90", DAYS),
    ("handled_median", DAYS),
    ("handled_p90", DAYS),
    (Measure.TWICE, COUNT),
    (Measure.REOPENED, COUNT),
    ("on_time", SHARE),
)
FILE = (*COLUMNS, (Measure.AT_ONCE, COUNT), (Measure.DUE, COUNT), (Measure.KEPT, COUNT))
LATEST = 16  # lines that a picture can show


@dataclass(frozen=True)
class Row:
    """One line of the table; `cells` are (name of the column, words)."""

    name: str
    cells: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Tile:
    """One figure of all, with what stands beside it."""

    label: str
    value: str
    beside: str


def heads() -> dict[str, str]:
    """The names of all columns."""
    return {
        Measure.CONTACT: _("Contacts"),
        Measure.OPENED: _("Demandes"),
        Measure.HANDLED: _("Traitées"),
        Measure.AT_ONCE: _("Réglées au premier contact"),
        "at_once_share": _("Au premier contact"),
        "contacts_each": _("Contacts par demande"),
        "answered_median": _("Première réponse, médiane"),
        "answered_p90": _("Première réponse, 9 sur 10"),
        "handled_median": _("Traitement, médiane"),
        "handled_p90": _("Traitement, 9 sur 10"),
        Measure.TWICE: _("Réaffectées deux fois"),
        Measure.REOPENED: _("Rouvertes"),
        Measure.DUE: _("Actions promises"),
        Measure.KEPT: _("Actions faites à temps"),
        "on_time": _("Actions tenues"),
    }


def written(value: Any, kind: str) -> str:
    """A value as people read it; what may not be told is a star."""
    if value is None:
        return "–"
    if value == MASKED:
        return MASKED
    number = _number(value, kind, locale())
    return _("%(days)s j", days=number) if kind == DAYS else number


@lru_cache(maxsize=4096)  # a table has hundreds of numbers, most of them small and the same
def _number(value: float, kind: str, language: str) -> str:
    if kind == SHARE:
        return format_percent(round(value, 2), locale=language)
    if kind == MEAN:
        return format_decimal(round(value, 2), format="0.00", locale=language)
    return format_decimal(value, locale=language)


def row(line: Line, name: str, titles: Mapping[str, str]) -> Row:
    """A line of the table, whose columns are called so."""
    return Row(name, [(titles[code], written(line.values[code], kind)) for code, kind in COLUMNS])


def tiles(line: Line) -> list[Tile]:
    """The figures of all lines together."""

    def told(code: str, kind: str = COUNT) -> str:
        return written(line.values[code], kind)

    def delay(code: str) -> str:
        return _("médiane ; 9 sur 10 en %(days)s au plus", days=told(f"{code}_p90", DAYS))

    kept = _(
        "%(part)s à temps sur %(whole)s promises", part=told(Measure.KEPT), whole=told(Measure.DUE)
    )
    each = _("%(mean)s par demande traitée", mean=told("contacts_each", MEAN))
    titles = heads()
    return [
        Tile(titles[Measure.CONTACT], told(Measure.CONTACT), each),
        Tile(titles[Measure.OPENED], told(Measure.OPENED), _("reçues")),
        Tile(titles[Measure.HANDLED], told(Measure.HANDLED), _again(line)),
        Tile(titles[Measure.AT_ONCE], told("at_once_share", SHARE), _("des demandes traitées")),
        Tile(_("Première réponse"), told("answered_median", DAYS), delay("answered")),
        Tile(_("Traitement"), told("handled_median", DAYS), delay("handled")),
        Tile(titles[Measure.TWICE], told(Measure.TWICE), _("qui ont changé deux fois de service")),
        Tile(titles["on_time"], told("on_time", SHARE), kept),
    ]


def _again(line: Line) -> str:
    return _("%(num)s rouvertes", num=written(line.values[Measure.REOPENED], COUNT))


def names(by: By, grain: Grain, lines: Sequence[Line]) -> list[str]:
    """What each line is called."""
    return [name(by, grain, line.key) for line in lines]


def name(by: By, grain: Grain, key: Any) -> str:
    """What a line is called."""
    if by is By.PERIOD:
        return period(key, grain)
    if by is By.UNIT:
        return organisation().unit_by_id(key).name
    return _named(by, key) if key else _("Non précisé")


def _named(by: By, key: str) -> str:
    if by is By.CHANNEL:
        label = channel_label(key)
        return label[:1].upper() + label[1:]
    if by is By.TYPE:
        kind = catalogue().types.get(key)
        return kind.label(locale()) if kind else key
    if by is By.TERRITORY:
        territory = organisation().territory(key)
        return territory.name if territory else key
    sites: Mapping[str, str] = {one.code: one.name for one in organisation().sites.values()}
    return sites.get(key, key) if by is By.SITE else key


def period(first: date, grain: Grain) -> str:
    """A day, week, month, quarter or year, by its first day."""
    patterns = {
        Grain.DAY: "EEE d MMM y",
        Grain.MONTH: "MMMM y",
        Grain.QUARTER: "QQQ y",
        Grain.YEAR: "y",
    }
    if grain is Grain.WEEK:
        return _("semaine du %(day)s", day=format_date(first, "d MMM y", locale=locale()))
    return format_date(first, patterns[grain], locale=locale())


def marks(by: By, grain: Grain, lines: Sequence[Line]) -> list[str]:
    """What stands under each pair of bars: a short date, or the number of its line."""
    if by is not By.PERIOD:
        return [str(number) for number, _line in enumerate(lines, start=1)]
    patterns = {Grain.MONTH: "MMM", Grain.QUARTER: "QQQ", Grain.YEAR: "y"}
    pattern = patterns.get(grain, "d/M")
    return [format_date(line.key, pattern, locale=locale()) for line in lines]


def span(days: Days) -> str:
    """Some days, from the first to the last."""
    first, last = (format_date(on, "d MMM y", locale=locale()) for on in (days.first, days.last))
    return _("du %(first)s au %(last)s", first=first, last=last)


def shortcuts(today: date) -> Iterator[tuple[str, Days, Grain]]:
    """Days people ask for: their name, which they are, how long a line then lasts."""
    month = today.replace(day=1)
    year = today.replace(month=1, day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    yield _("Ce mois"), Days(month, today), Grain.DAY
    yield _("Mois dernier"), Days(before, after(before, Grain.MONTH) - timedelta(days=1)), Grain.DAY
    yield _("Cette année"), Days(year, today), Grain.MONTH
    last = year.replace(year=year.year - 1)
    yield _("Année dernière"), Days(last, year - timedelta(days=1)), Grain.MONTH


def pairs(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """What a picture shows of each line: came, handled; what may not be told is not drawn."""
    return [
        (_drawn(line.values[Measure.OPENED]), _drawn(line.values[Measure.HANDLED]))
        for line in lines
    ]


def hidden(lines: Sequence[Line]) -> list[tuple[bool, bool]]:
    """Of each pair of bars, those that are missing because their number may not be told."""
    told = (Measure.OPENED, Measure.HANDLED)
    return [(line.values[told[0]] == MASKED, line.values[told[1]] == MASKED) for line in lines]


def _drawn(value: Any) -> int:
    return value if isinstance(value, int) else 0


def file(lines: Sequence[tuple[str, Line]], first: str) -> tuple[list[str], list[list[Any]]]:
    """The titles and the rows of a file: numbers as they are, shares from 0 to 1."""
    titles = heads()
    rows = [[name, *(_cell(line.values[code]) for code, _kind in FILE)] for name, line in lines]
    return [first, *(titles[code] for code, _kind in FILE)], rows


def _cell(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value


def way(one: Coverage) -> dict[str, str]:
    """A way in: how much of what it counted was recorded."""
    told = {"name": _(one.way.name), "share": written(one.share, SHARE)}
    numbers = {"recorded": one.recorded, "counted": one.counted, "days": one.days}
    return told | {name: written(number, COUNT) for name, number in numbers.items()}
