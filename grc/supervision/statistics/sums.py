"""The sums of a month from what its cases were counted for, in SQL: written again, or compared."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, Date, String, delete, func, insert, literal, select

from grc.core.crash import crash
from grc.core.db import execute, session
from grc.supervision.statistics.folding import ALL, AXES, DAY, EVERY, MONTH, WEEK
from grc.supervision.statistics.models import DayFigure, Figure
from grc.supervision.statistics.periods import Days, Grain, start, starts

Cell = tuple[str, int, str, date, str, str, int]  # the key of `DayFigure`, in its order
_KEY = ("axis", "unit_id", "span", "on_date", "value", "measure", "bucket")


def months() -> list[date]:
    """The first days of all months in which anything is counted."""
    days: set[date] = set()
    for column in (Figure.on_date, DayFigure.on_date):
        days |= set(session().scalars(select(column).distinct()))
    days |= {start(day, Grain.WEEK) for day in days}  # a week is of the month of its Monday
    return sorted({day.replace(day=1) for day in days})


def write(month: date) -> None:
    """Write the sums of a month again."""
    execute(delete(DayFigure).where(DayFigure.on_date.between(month, last_day(month))))
    crash("sums:deleted")
    for query in _statements(month):
        execute(insert(DayFigure).from_select([*_KEY, "count"], query))


def differences(month: date) -> Iterator[tuple[Cell, int, int]]:
    """The cells of a month that are not as they should be: (cell, kept, right)."""
    right: Counter[Cell] = Counter()
    for query in _statements(month):
        for *cell, count in session().execute(query):
            right[_cell(cell)] = int(count)
    columns = [getattr(DayFigure, name) for name in _KEY]
    rows = select(*columns, DayFigure.count).where(
        DayFigure.on_date.between(month, last_day(month))
    )
    kept = Counter({_cell(cell): count for *cell, count in session().execute(rows)})
    for one in sorted(right.keys() | kept.keys()):
        if right[one] != kept[one]:
            yield one, kept[one], right[one]


def _cell(told: list[Any]) -> Cell:
    axis, unit_id, span, on, value, measure, bucket = told
    return axis, unit_id, span, on, value, measure, bucket


def last_day(month: date) -> date:
    """The last day of the month that begins on this day."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _statements(month: date) -> Iterator[Any]:
    for axis, column in {ALL: None, **AXES}.items():
        value = getattr(Figure, column) if column else None
        for span in (DAY, MONTH):
            for unit in (Figure.unit_id, None):
                yield _statement(Days(month, last_day(month)), axis, value, span, unit)
    for monday in starts(Days(month, last_day(month)), Grain.WEEK):
        if monday >= month:
            week = Days(monday, monday + timedelta(days=6))
            for unit in (Figure.unit_id, None):
                yield _statement(week, ALL, None, WEEK, unit)


def _statement(days: Days, axis: str, column: Any, span: str, unit: Any) -> Any:
    """One row a cell. A constant has a type: PostgreSQL takes none on trust."""
    by: list[Any] = [Figure.measure, Figure.bucket]
    by += [] if unit is None else [unit]
    by += [Figure.on_date] if span == DAY else []
    by += [] if column is None else [column]
    told = (
        literal(axis, String).label("axis"),
        literal(EVERY, BigInteger).label("unit_id") if unit is None else unit,
        literal(span, String).label("span"),
        Figure.on_date if span == DAY else literal(days.first, Date).label("on_date"),
        literal("", String).label("value") if column is None else column.label("value"),
        Figure.measure,
        Figure.bucket,
        func.sum(Figure.count),
    )
    here = Figure.on_date.between(days.first, days.last), Figure.is_named.is_(False)
    return select(*told).where(*here).group_by(*by)
