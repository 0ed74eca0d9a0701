"""Reading the figures: one statement over the sums, and one over what few may know of.

A whole month, or week, is read as one row a cell, so that a year costs twelve and not three
hundred; the days before the first and after the last are read beside it, each part from its own
range.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, and_, func, select, union_all

from grc.cases.models import Case
from grc.cases.queries import visible_to
from grc.core.actor import Actor
from grc.core.db import fetch, is_postgresql, session
from grc.core.i18n import N_
from grc.organisation.queries import snapshot
from grc.staff.policy import Level, Role
from grc.supervision.statistics.folding import ALL, AXES, DAY, EVERY, MONTH, WEEK
from grc.supervision.statistics.measures import Cells, Numbers, total
from grc.supervision.statistics.models import DayFigure, Figure
from grc.supervision.statistics.periods import Days, Grain, start, starts, whole


class By(StrEnum):
    """What the lines of a table are."""

    PERIOD = "periode"
    CHANNEL = "canal"
    SITE = "site"
    TERRITORY = "territoire"
    CANTON = "canton"
    TYPE = "nature"
    UNIT = "service"


BY: Mapping[By, str] = {
    By.PERIOD: N_("Période"),
    By.CHANNEL: N_("Canal"),
    By.SITE: N_("Site"),
    By.TERRITORY: N_("Territoire"),
    By.CANTON: N_("Canton"),
    By.TYPE: N_("Nature de demande"),
    By.UNIT: N_("Service"),
}
_AXES = {
    By.CHANNEL: "channel",
    By.SITE: "site",
    By.TERRITORY: "territory",
    By.CANTON: "commune",
    By.TYPE: "type",
}


@dataclass(frozen=True)
class Question:
    """Which figures. `units` None: all of the département, which only those may ask who answer
    for all of it. `is_outside`: to be published, so without what few may know of."""

    days: Days
    by: By = By.PERIOD
    grain: Grain = Grain.MONTH
    units: frozenset[int] | None = None
    is_outside: bool = False


@dataclass(frozen=True)
class Figures:
    """The lines by their key: a first day, a code, a unit's id; and all together."""

    rows: Mapping[Any, Numbers]
    total: Numbers


def supervised(actor: Actor) -> frozenset[int]:
    """The units whose figures this person reads."""
    return actor.units(Role.SUPERVISOR)


def answers_for_all(actor: Actor) -> bool:
    """Does she supervise every unit? Those that nobody above sees into are not asked of her."""
    here = snapshot().units_by_id.values()
    asked = {
        unit.id
        for unit in here
        if unit.is_active and (unit.above is not None or unit.id == unit.department_id)
    }
    return bool(asked) and asked <= supervised(actor)


def figures(asked: Question, actor: Actor, now: datetime) -> Figures:
    """The figures that this person may read."""
    found: dict[Any, Numbers] = {}
    if asked.by is By.PERIOD:
        found = {on: Numbers() for on in starts(asked.days, asked.grain)}
    _fill(found, asked, _sums(asked))
    if actor.is_listed and not asked.is_outside:
        _fill(found, asked, _named(asked, actor, now))
    return Figures(found, total(found.values()))


def _fill(found: dict[Any, Numbers], asked: Question, rows: Iterable[Any]) -> None:
    """Put cells where they belong. There may be a hundred thousand: each is touched once."""
    lines: dict[Any, Cells] = {}
    for told, lists in rows:
        cells = lines.setdefault(told, {})
        for measure, bucket, count in zip(*lists, strict=True):
            there = cells.get(measure)
            if there is None:
                there = cells[measure] = {}
            there[bucket] = there.get(bucket, 0) + count
    for told, cells in lines.items():
        found.setdefault(_key(asked, told), Numbers()).add(cells)


def _key(asked: Question, told: Any) -> Any:
    if asked.by is By.PERIOD:
        return start(told, asked.grain)
    if asked.by is By.CANTON:
        commune = snapshot().commune(told)
        return commune.canton if commune else ""
    return told


def _sums(asked: Question) -> Any:
    key: Any = {By.PERIOD: DayFigure.on_date, By.UNIT: DayFigure.unit_id}.get(
        asked.by, DayFigure.value
    )
    here = DayFigure.axis == _AXES.get(asked.by, ALL), _whose(asked)
    by = (DayFigure.unit_id, DayFigure.on_date, DayFigure.value)
    told = (key.label("key"), _lists(DayFigure.measure, DayFigure.bucket, DayFigure.count))
    parts = [select(*told).where(*here, part).group_by(*by) for part in _when(asked)]
    return fetch(union_all(*parts))


def _lists(*columns: Any) -> Any:
    """What a group has in each column, as lists. Grouped in the order of the key nothing is
    sorted, and a hundred thousand cells come as a thousand rows: to sum each on its own costs
    the database twice as much, and as much again to hand over."""
    if is_postgresql():
        return func.json_build_array(*map(func.json_agg, columns), type_=JSON)
    return func.json_array(*map(func.json_group_array, columns), type_=JSON)


def _whose(asked: Question) -> Any:
    """All units together are a sum of their own, which does not grow with them. Line by line
    each is named: "all but the sum" would be the whole axis, of all years."""
    if asked.units is None and asked.by is not By.UNIT:
        return DayFigure.unit_id == EVERY
    units = snapshot().units_by_id if asked.units is None else asked.units
    return DayFigure.unit_id.in_(sorted(units))


def _when(asked: Question) -> list[Any]:
    """The parts of the days, three at most, each one range of the primary key: either engine
    would read a whole axis, of all years, for what lies in one of several."""
    grain = asked.grain if asked.by is By.PERIOD else Grain.MONTH
    if grain is Grain.DAY:
        return [_between(DAY, asked.days)]
    span, part = (WEEK, Grain.WEEK) if grain is Grain.WEEK else (MONTH, Grain.MONTH)
    edges, middle = whole(asked.days, part)
    parts = [_between(DAY, one) for one in edges]
    return [*parts, _between(span, middle)] if middle else parts


def _between(span: str, days: Days) -> Any:
    return and_(DayFigure.span == span, DayFigure.on_date.between(days.first, days.last))


def _named(asked: Question, actor: Actor, now: datetime) -> Any:
    """Cases read by a list of people are in no sum: those that name her are added for her."""
    units = supervised(actor) if asked.units is None else asked.units
    axis = _AXES.get(asked.by)
    key: Any = Figure.unit_id if asked.by is By.UNIT else Figure.on_date
    if axis is not None:
        key = getattr(Figure, AXES[axis])
    query = select(key, _lists(Figure.measure, Figure.bucket, Figure.count))
    query = query.join(Case, Case.id == Figure.case_id)
    query = query.where(
        Figure.is_named,
        Figure.unit_id.in_(units),
        Figure.on_date.between(asked.days.first, asked.days.last),
        Case.level == Level.NAMED,
        visible_to(actor, now),
    )
    return session().execute(query.group_by(key))
