"""The figures of queues in words, as lines of numbers each with the list behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from grc.catalogue.queries import snapshot as catalogue
from grc.core.clock import paris_date
from grc.core.i18n import N_
from grc.organisation.queries import snapshot as organisation
from grc.web import steered
from grc.web.filters import day as written
from grc.web.present import locale
from grc.web.steered import Asked
from grc.web.words import _
from grc.work.figures import AGES, COUNTED, NONE, OWN, Counted, Day, Figure

LINES = 20  # a page: each holds a dozen links
BY = ("unit", "territory", "type")
COLUMNS = (
    Figure.OPEN,
    Figure.NEW,
    Figure.LATE,
    Figure.SOON,
    Figure.FREE,
    Figure.US,
    Figure.CITIZEN,
    Figure.THIRD,
    Figure.REOPENED,
    Figure.SECOND,
    Figure.MORE,
)
TONES = {Figure.LATE: "late", Figure.SOON: "soon"}
TEAM = OWN


_LABELS: Mapping[Figure, str] = {
    Figure.OPEN: N_("Ouvertes"),
    Figure.NEW: N_("Reçues aujourd’hui"),
    Figure.LATE: N_("En retard"),
    Figure.SOON: N_("À rendre sous 7 j"),
    Figure.FREE: N_("Sans agent"),
    Figure.US: N_("Attendent le service"),
    Figure.CITIZEN: N_("Attendent l’usager"),
    Figure.THIRD: N_("Attendent un tiers"),
    Figure.REOPENED: N_("Rouvertes"),
    Figure.SECOND: N_("2ᵉ contact"),
    Figure.MORE: N_("3ᵉ contact et plus"),
    Figure.AGE_7: N_("0 à 7 jours"),
    Figure.AGE_15: N_("8 à 15 jours"),
    Figure.AGE_30: N_("16 à 30 jours"),
    Figure.AGE_60: N_("31 à 60 jours"),
    Figure.OLDER: N_("plus de 60 jours"),
    Figure.IN: N_("Reçues"),
    Figure.OUT: N_("Terminées"),
}


def label(figure: Figure) -> str:
    """The head of its column."""
    return _(_LABELS[figure])


def groups() -> list[str]:
    """What each three columns of the table are about, the age of the oldest among them."""
    return [_("La file"), _("À faire d’abord"), _("Qui est attendu"), _("Ce qui revient")]


def by_label(by: str) -> str:
    """What the lines are."""
    return {"unit": _("Service"), "territory": _("Territoire"), "type": _("Nature de demande")}[by]


@dataclass(frozen=True)
class Number:
    """A number and the list behind it; without one when it is nought."""

    value: int
    url: str | None
    label: str
    tone: str | None = None


@dataclass(frozen=True)
class Line:
    """One line of the table; `oldest` is in days, with the list that begins with it."""

    name: str
    url: str | None
    numbers: Sequence[Number]
    oldest: Number | None


def title(asked: Asked) -> str:
    """What a list behind a figure is called."""
    told = [label(asked.figure)]
    if asked.day:
        told.append(written(asked.day))
    if asked.unit:
        told.append(organisation().unit(asked.unit).name)
    if asked.scope.territory:
        told.append(name_of("territory", asked.scope.territory))
    if asked.scope.request_type:
        told.append(name_of("type", asked.scope.request_type))
    return _(" · ").join(told)


def name_of(by: str, key: Any) -> str:
    """A unit (id), a territory or a request type (codes), as it is called."""
    if key in (None, NONE):
        return _("Sans territoire") if by == "territory" else _("Sans nature")
    if by == "unit":
        return organisation().unit_by_id(key).name
    if by == "territory":
        found = organisation().territory(key)
        return found.name if found else str(key)
    kind = catalogue().types.get(key)
    return kind.label(locale()) if kind else str(key)


def line(
    name: str,
    counted: Counted,
    now: datetime,
    named: Mapping[str, Any],
    *,
    columns: Iterable[Figure] = COLUMNS,
    page_url: str | None = None,
) -> Line:
    """One line; `named` is what its lists are narrowed to, see `steered.url`."""
    numbers = [_number(figure, counted, named) for figure in columns]
    return Line(name, page_url, numbers, _oldest(counted, now, named))


def _number(figure: Figure, counted: Counted, named: Mapping[str, Any]) -> Number:
    value = counted.numbers[figure]
    url = steered.url(figure, **named) if value else None
    return Number(value, url, label(figure), TONES.get(figure) if value else None)


def _oldest(counted: Counted, now: datetime, named: Mapping[str, Any]) -> Number | None:
    if counted.oldest is None:
        return None
    days = (paris_date(now) - counted.oldest).days
    return Number(days, steered.url(Figure.OPEN, **named) + "&sort=age", _("Plus ancienne"))


def lines(by: str, found: Mapping[Any, Counted], unit: str | None, now: datetime) -> list[Line]:
    """Every line of a table, by name."""
    told = ((name_of(by, key), key, counted) for key, counted in found.items())
    ordered = sorted(told, key=lambda one: one[0].casefold())
    return [_line(by, name, key, one, unit, now) for name, key, one in ordered]


def _line(by: str, name: str, key: Any, one: Counted, unit: str | None, now: datetime) -> Line:
    if by == "unit":
        code = organisation().unit_by_id(key).code
        return line(name, one, now, {"unit": code}, page_url=steered.page_url(unit=code))
    return line(name, one, now, {"unit": unit, by: key or NONE})


def free(counted: Counted | None, unit: str) -> Number | None:
    """What is entrusted to nobody in one unit, with its list; None when nothing is."""
    found = _number(Figure.FREE, counted, {"unit": unit}) if counted else None
    return found if found and found.value else None


def of_agent(name: str, user_id: int, counted: Counted | None, unit: str, now: datetime) -> Line:
    """The line of one person in one unit."""
    found = counted or Counted(dict.fromkeys(COUNTED, 0), None)
    return line(name, found, now, {"unit": unit, "agent": user_id}, columns=TEAM)


@dataclass(frozen=True)
class Shown:
    """One figure on a wall."""

    name: str
    label: str
    value: str
    tone: str


def on_wall(counted: Counted, now: datetime) -> list[Shown]:
    """The figures of a screen on a wall, the age of the oldest last."""
    shown = [
        Shown(f"wall.{figure}", label(figure), str(number), TONES.get(figure, "none"))
        for figure, number in counted.numbers.items()
    ]
    oldest = _oldest(counted, now, {})
    days = _("%(days)s j", days=oldest.value) if oldest else "–"
    return [*shown, Shown("wall.oldest", _("Plus ancienne"), days, "none")]


def of_mine(counted: Counted) -> list[Number]:
    """A person's own figures, each with her list."""
    return [
        Number(value, url_for("work.mine", f=figure.value) if value else None, label(figure))
        for figure in TEAM
        for value in (counted.numbers[figure],)
    ]


def ages(counted: Counted, unit: str | None) -> list[Number]:
    """The picture of ages."""
    return [_number(figure, counted, {"unit": unit}) for figure in AGES]


def days(found: Sequence[Day], unit: str | None) -> list[dict[str, Any]]:
    """What came and what left, day by day, each with its list."""
    return [
        {
            "on": one.on,
            "came": _of_day(Figure.IN, one.came, one, unit),
            "left": _of_day(Figure.OUT, one.left, one, unit),
        }
        for one in found
    ]


def _of_day(figure: Figure, value: int, one: Day, unit: str | None) -> Number:
    url = steered.url(figure, unit=unit, day=one.on.isoformat()) if value else None
    return Number(value, url, label(figure))
