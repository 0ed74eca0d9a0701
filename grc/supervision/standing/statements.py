"""The statements over the sums, each built once a day: building one costs more than running it.

They take two parameters, see `given`: the units, and the cases apart whose marks are taken away.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, String, case, func, literal, select, union_all
from sqlalchemy.orm import aliased

from grc.core.db import among_given, is_postgresql, many
from grc.supervision.standing.keeping import AXES, DAY, MONTH
from grc.supervision.standing.marks import AGE, DUE, OLD, PLAIN
from grc.supervision.standing.models import Standing, StandingSum
from grc.work.figures import AGES, SOON, Figure

FLOW = (Figure.IN.value, Figure.OUT.value)
_PLAIN = tuple(figure.value for figure in PLAIN)
_built = lru_cache(maxsize=128)  # four statements, three axes, some days, two engines


def given(units: Sequence[int], apart: Sequence[int]) -> dict[str, Any]:
    """The parameters of every statement."""
    return {"units": many(units), "apart": many(apart)}


def steps(today: date) -> list[date]:
    """The last days of spans in which the same figures count, the very last for all to come."""
    ages = [most for _least, most in AGES.values() if most is not None]
    past = [today - timedelta(days=most + 1) for most in sorted(ages, reverse=True)]
    ahead = [today - timedelta(days=1), today, today + timedelta(days=SOON)]
    return [*past, *ahead, ahead[-1] + timedelta(days=1)]


def numbers(by: str, today: date) -> Select[Any]:
    """(line, kind, number of the step, count): sums, less what is apart."""
    return _numbers(by, today, is_postgresql())


def flow(first: date, last: date) -> Select[Any]:
    """(kind, day, count) of what came and what left, less what is apart."""
    return _flow(first, last, is_postgresql())


def first_days(by: str) -> Select[Any]:
    """(line, day): the first day of which something is left in the sums of a unit without what
    is apart, None when nothing is; a line once for each unit."""
    return _first_days(by, is_postgresql())


@_built
def _numbers(by: str, today: date, on_postgresql: bool) -> Select[Any]:
    """Sums and what is taken away in one statement: both as they are at one moment. Of what is
    older than any figure asks, months are read."""
    first = (today - timedelta(days=OLD)).replace(day=1)
    dated, ever = (AGE, DUE), (date.min, date.max)
    cells = union_all(
        _sums(by, on_postgresql, _PLAIN, DAY, *ever),
        _sums(by, on_postgresql, dated, DAY, first, date.max),
        _sums(by, on_postgresql, dated, MONTH, date.min, first - timedelta(days=1)),
        _kept(by, on_postgresql).where(Standing.kind.not_in(FLOW)),
    ).subquery()
    known = [(cells.c.on_date <= last, number) for number, last in enumerate(steps(today))]
    step = case(*known, else_=len(known) - 1).label("step")
    told = select(cells.c.key, cells.c.kind, step, func.sum(cells.c.count))
    return told.group_by("key", "kind", "step")


@_built
def _flow(first: date, last: date, on_postgresql: bool) -> Select[Any]:
    cells = union_all(
        _sums("unit", on_postgresql, FLOW, DAY, first, last),
        _kept("unit", on_postgresql).where(Standing.kind.in_(FLOW), Standing.on_date >= first),
    ).subquery()
    told = (cells.c.kind, cells.c.on_date)
    return select(*told, func.sum(cells.c.count)).group_by(*told)


@_built
def _first_days(by: str, on_postgresql: bool) -> Select[Any]:
    """Found in its first month or soon after, so that days of years are not read."""
    day, month = aliased(StandingSum), func.min(StandingSum.on_date).label("on")
    first = select(StandingSum.unit_id, StandingSum.value, month).where(
        *_of(by, on_postgresql), StandingSum.kind == AGE, StandingSum.span == MONTH
    )
    line = first.group_by(StandingSum.unit_id, StandingSum.value).subquery()
    gone = _gone(by, on_postgresql)
    same = (gone.c.unit_id == day.unit_id, gone.c.value == day.value)
    taken = select(gone.c.number).where(*same, gone.c.on_date == day.on_date).scalar_subquery()
    found = select(day.on_date).where(
        day.axis == by,
        day.unit_id == line.c.unit_id,
        day.kind == AGE,
        day.span == DAY,
        day.on_date >= line.c.on,
        day.value == line.c.value,
        day.count > func.coalesce(taken, 0),
    )
    key = line.c.unit_id if by == "unit" else line.c.value
    return select(key, found.order_by(day.on_date).limit(1).scalar_subquery())


def _gone(by: str, on_postgresql: bool) -> Any:
    """How many of each cell of ages are apart."""
    value = getattr(Standing, AXES[by] or "", literal("", String)).label("value")
    told = select(Standing.unit_id, value, Standing.on_date, func.count().label("number")).where(
        among_given(Standing.case_id, "apart", on_postgresql=on_postgresql),
        Standing.is_named.is_(False),
        Standing.kind == AGE,
    )
    return told.group_by(Standing.unit_id, "value", Standing.on_date).cte("gone")


def _sums(
    by: str, on_postgresql: bool, kinds: Sequence[str], span: str, first: date, last: date
) -> Any:
    """The sums of some kinds, from one range of their key each."""
    key = (StandingSum.unit_id if by == "unit" else StandingSum.value).label("key")
    told = (key, StandingSum.kind, StandingSum.on_date, StandingSum.count)
    return select(*told).where(
        *_of(by, on_postgresql),
        StandingSum.kind.in_(kinds),
        StandingSum.span == span,
        StandingSum.on_date.between(first, last),
    )


def _of(by: str, on_postgresql: bool) -> tuple[Any, Any]:
    units = among_given(StandingSum.unit_id, "units", on_postgresql=on_postgresql)
    return StandingSum.axis == by, units


def _kept(by: str, on_postgresql: bool) -> Any:
    """What the cases apart were counted for, to be taken away."""
    key = getattr(Standing, AXES[by] or "unit_id").label("key")
    told = (key, Standing.kind, Standing.on_date, literal(-1).label("count"))
    return select(*told).where(
        among_given(Standing.case_id, "apart", on_postgresql=on_postgresql),
        Standing.is_named.is_(False),
        among_given(Standing.unit_id, "units", on_postgresql=on_postgresql),
    )
