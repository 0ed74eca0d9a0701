"""The sums from what the handlings were counted for, in SQL: written again, or compared."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Date, String, cast, delete, func, insert, literal, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute

from grc.core.db import execute, is_postgresql, session
from grc.supervision.standing.keeping import AXES, DAY, KEY, MONTH, Cell, kept, present
from grc.supervision.standing.marks import UNDATED, Mark
from grc.supervision.standing.models import Standing, StandingSum


def write() -> None:
    """Write every sum again."""
    execute(delete(StandingSum))
    for query in _statements():
        execute(insert(StandingSum).from_select([*KEY, "count"], query))


def differences() -> Iterator[tuple[Cell, int, int]]:
    """The sums that are not as they should be: (cell, kept, right)."""
    right: Counter[Any] = Counter()
    for query in _statements():
        right.update({tuple(cell): int(count) for *cell, count in session().execute(query)})
    columns = [getattr(StandingSum, name) for name in KEY]
    rows = session().execute(select(*columns, StandingSum.count))
    there = Counter({tuple(cell): int(count) for *cell, count in rows})
    for one in sorted(right.keys() | there.keys()):
        if right[one] != there[one]:
            yield one, there[one], right[one]


def wrong_marks(case_ids: Sequence[int]) -> Iterator[tuple[int, Mark, int, int]]:
    """What some cases were wrongly counted for: (case, mark, kept, right)."""
    before, found = kept(case_ids), present(case_ids)
    for one in case_ids:
        for mark in sorted(before[one] ^ found[one]):
            yield one, mark, int(mark in before[one]), int(mark in found[one])


def _statements() -> Iterator[Any]:
    for axis, column in AXES.items():
        value = getattr(Standing, column) if column else None
        for span in (DAY, MONTH):
            yield _statement(axis, value, span)


def _statement(axis: str, column: InstrumentedAttribute[str] | None, span: str) -> Any:
    """One row a cell. A constant has a type: PostgreSQL takes none on trust."""
    on: Any = Standing.on_date if span == DAY else _month()
    value = literal("", String).label("value") if column is None else column.label("value")
    key = (literal(axis, String).label("axis"), Standing.unit_id, Standing.kind)
    told = (*key, literal(span, String).label("span"), on.label("on_date"), value, func.count())
    here: list[Any] = [Standing.is_named.is_(False)]
    here += [Standing.on_date > UNDATED] if span == MONTH else []
    by: list[Any] = [Standing.unit_id, Standing.kind, on]
    by += [] if column is None else [column]
    return select(*told).where(*here).group_by(*by)


def _month() -> Any:
    if is_postgresql():
        return cast(func.date_trunc(literal_column("'month'"), Standing.on_date), Date)
    return func.date(Standing.on_date, literal_column("'start of month'"), type_=Date)
