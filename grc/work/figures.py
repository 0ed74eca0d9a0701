"""The figures of queues. Each is one condition, under which it is counted on the page of
supervisors and under which the list behind it is read: they cannot differ.

Cases somebody may not read are not counted for her: everything starts from the reading rule.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from grc.cases.models import Case, Handling
from grc.cases.queries import visible_handling
from grc.cases.states import Status
from grc.core.actor import Actor
from grc.core.clock import paris_date, start_of
from grc.core.db import among, fetch, session
from grc.staff.policy import Level

SOON = 7  # days: what is to be answered soon
FLOW = 30  # days of which what came and what left is told
NONE = "-"  # the territory, or the request type, of what has none


class Figure(StrEnum):
    """What is counted; all but IN and OUT among the open handlings."""

    OPEN = "open"
    NEW = "new"  # received today
    LATE = "late"
    SOON = "soon"
    FREE = "free"  # entrusted to nobody
    US = "us"  # they wait for us
    CITIZEN = "citizen"
    THIRD = "third"
    REOPENED = "reopened"
    SECOND = "second"  # the citizen has contacted us twice about it
    MORE = "more"  # more than twice
    AGE_7 = "age7"
    AGE_15 = "age15"
    AGE_30 = "age30"
    AGE_60 = "age60"
    OLDER = "older"
    IN = "in"  # received on one day, ended since or not
    OUT = "out"  # ended on one day, and not reopened


AGES: Mapping[Figure, tuple[int, int | None]] = {  # days since it was received, both included
    Figure.AGE_7: (0, 7),
    Figure.AGE_15: (8, 15),
    Figure.AGE_30: (16, 30),
    Figure.AGE_60: (31, 60),
    Figure.OLDER: (61, None),
}
WALL = (
    Figure.LATE,
    Figure.SOON,
    Figure.FREE,
    Figure.NEW,
    Figure.OPEN,
    Figure.CITIZEN,
    Figure.THIRD,
)
OWN = (Figure.OPEN, Figure.LATE, Figure.SOON, Figure.US, Figure.CITIZEN, Figure.THIRD)
_OF_CASES = frozenset({Figure.SECOND, Figure.MORE})  # told by the case, not by its handling
COUNTED: tuple[Figure, ...] = tuple(
    figure for figure in Figure if figure not in {Figure.IN, Figure.OUT}
)
_BY: Mapping[str, InstrumentedAttribute[Any]] = {
    "unit": Handling.unit_id,
    "territory": Case.territory,
    "type": Case.request_type,
}


@dataclass(frozen=True)
class Scope:
    """Whose handlings: those of these units, and among them of one territory (code), one
    request type (code; `NONE`: of none), one agent (id)."""

    units: frozenset[int]
    territory: str | None = None
    request_type: str | None = None
    assignee_id: int | None = None


@dataclass(frozen=True)
class Counted:
    """The figures of one line; `oldest` is the day, in Paris, the oldest open one was received."""

    numbers: Mapping[Figure, int]
    oldest: date | None


@dataclass(frozen=True)
class Day:
    """What was received on a civil day, and what was ended."""

    on: date
    came: int
    left: int


def where(
    figure: Figure, scope: Scope, actor: Actor, now: datetime, day: date | None = None
) -> Sequence[Any]:
    """The list behind a figure, as `queries.page` takes it; `day` is that of IN or OUT, today
    when none is given."""
    today = paris_date(now)
    if figure in {Figure.IN, Figure.OUT}:
        return (*_of(scope, actor, now), *_flow(figure, day or today, day or today))
    whose = _of(scope, actor, now, in_order=figure is not Figure.NEW)
    joined = [Handling.case_id == Case.id] if figure in _OF_CASES else []
    return (*whose, *joined, Handling.is_open, meets(figure, today))


@lru_cache(maxsize=256)  # a page asks it of each of its lines
def meets(figure: Figure, today: date) -> ColumnElement[bool]:
    """The condition of a figure on an open handling, and its case."""
    if figure in AGES:
        return _aged(*AGES[figure], today)
    conditions: Mapping[Figure, Any] = {
        Figure.OPEN: Handling.is_open,
        Figure.NEW: Handling.received_at >= start_of(today),
        Figure.LATE: Handling.due_on < today,
        Figure.SOON: Handling.due_on.between(today, today + timedelta(days=SOON)),
        Figure.FREE: Handling.assignee_id.is_(None),
        Figure.US: Handling.status.in_([Status.RECEIVED, Status.IN_PROGRESS]),
        Figure.CITIZEN: Handling.status == Status.WAITING_CITIZEN,
        Figure.THIRD: Handling.status == Status.WAITING_THIRD,
        Figure.REOPENED: Handling.reopened_at.is_not(None),
        Figure.SECOND: Case.contacts == 2,
        Figure.MORE: Case.contacts > 2,
    }
    found: ColumnElement[bool] = conditions[figure]
    return found


def _aged(least: int, most: int | None, today: date) -> ColumnElement[bool]:
    before = Handling.received_at < start_of(today - timedelta(days=least - 1))
    if most is None:
        return before
    after = Handling.received_at >= start_of(today - timedelta(days=most))
    return after if least == 0 else before & after


def _of(scope: Scope, actor: Actor, now: datetime, *, in_order: bool = False) -> list[Any]:
    """Its handlings, joined to their cases when something is asked of these. `in_order`: what
    is found is everywhere in the order of the list, so that is read until there is enough."""
    in_order = in_order and len(scope.units) > 1
    unit = Handling.unit_id + 0 if in_order else Handling.unit_id  # see `visible_handling`
    found: list[Any] = [
        among(unit, sorted(scope.units)),
        visible_handling(actor, now, in_order=in_order),
    ]
    if scope.assignee_id is not None:
        found.append(Handling.assignee_id == scope.assignee_id)
    named = ((Case.territory, scope.territory), (Case.request_type, scope.request_type))
    for column, code in named:
        if code is not None:
            found.append(column.is_(None) if code == NONE else column == code)
    if scope.territory is not None or scope.request_type is not None:
        found.append(Handling.case_id == Case.id)
    return found


def _flow(figure: Figure, first: date, last: date) -> list[Any]:
    """Received, or ended, from the first of these days to the last."""
    column = Handling.received_at if figure is Figure.IN else Handling.resolved_at
    # Both states, so that the index by unit, state and date is taken.
    either = [Handling.is_open.in_([True, False])] if figure is Figure.IN else []
    return [*either, column >= start_of(first), column < start_of(last + timedelta(days=1))]


def mine(figure: Figure, actor: Actor, now: datetime) -> Sequence[Any]:
    """The list behind one of a person's own figures, whatever the unit."""
    return (
        *([Handling.case_id == Case.id] if figure in _OF_CASES else []),
        Handling.assignee_id == actor.user_id,
        Handling.is_open,
        visible_handling(actor, now),
        meets(figure, paris_date(now)),
    )


def own(actor: Actor, now: datetime) -> Counted:
    """A person's own figures, which nobody else asks here."""
    return _counted(mine(Figure.OPEN, actor, now), OWN, now)


def _counted(which: Sequence[Any], wanted: Sequence[Figure], now: datetime) -> Counted:
    query = select(func.min(Handling.received_at), *_numbers(wanted, paris_date(now))).where(*which)
    row = fetch(query).one()
    return Counted(dict(zip(wanted, row[1:], strict=True)), _day(row[0]))


@lru_cache(maxsize=16)  # built anew, they cost more than they take to be counted
def _numbers(wanted: Sequence[Figure], today: date) -> Sequence[Any]:
    """How many meet each figure, as columns of one statement."""
    return tuple(func.count().filter(meets(figure, today)) for figure in wanted)


def _day(at: datetime | None) -> date | None:
    return paris_date(at) if at else None


def table(scope: Scope, by: str, actor: Actor, now: datetime) -> dict[Any, Counted]:
    """Every figure of what is open by "unit", "territory" or "type" (ids or codes, None
    for none). One statement, which reads what is open in these units and nothing else."""
    today = paris_date(now)
    numbers, key = _numbers(COUNTED, today), _BY[by]
    query = select(key, func.min(Handling.received_at), *numbers).select_from(Handling, Case)
    query = query.where(*_of(scope, actor, now), Handling.case_id == Case.id, Handling.is_open)
    query = query.group_by(key)
    return {
        row[0]: Counted(dict(zip(COUNTED, row[2:], strict=True)), _day(row[1]))
        for row in session().execute(query)
    }


def team(unit_id: int, actor: Actor, now: datetime) -> dict[int, Counted]:
    """The `OWN` figures of each person who has something open in a unit. Reads what they have;
    no case, and not what nobody has."""
    today = paris_date(now)
    numbers = _numbers(OWN, today)
    query = select(Handling.assignee_id, func.min(Handling.received_at), *numbers).where(
        *_of(Scope(frozenset({unit_id})), actor, now),
        Handling.is_open,
        Handling.assignee_id.is_not(None),
    )
    rows: Any = session().execute(query.group_by(Handling.assignee_id))
    return {
        int(who or 0): Counted(dict(zip(OWN, numbers, strict=True)), _day(oldest))
        for who, oldest, *numbers in rows
    }


def total(lines: Collection[Counted]) -> Counted:
    """Several lines as one."""
    numbers = {figure: sum(line.numbers[figure] for line in lines) for figure in COUNTED}
    return Counted(numbers, min((line.oldest for line in lines if line.oldest), default=None))


def flow(scope: Scope, actor: Actor, now: datetime) -> list[Day]:
    """What came and what left, day by day, the last one today."""
    days = last_days(now)
    came, left = (_by_day(figure, days, scope, actor, now) for figure in (Figure.IN, Figure.OUT))
    return [Day(on, came.get(n, 0), left.get(n, 0)) for n, on in enumerate(days)]


def last_days(now: datetime) -> list[date]:
    """The days of which the flow is told, the last one today."""
    today = paris_date(now)
    return [today - timedelta(days=ago) for ago in reversed(range(FLOW))]


def _by_day(
    figure: Figure, days: Sequence[date], scope: Scope, actor: Actor, now: datetime
) -> dict[int, int]:
    """How many on each of these days, by its place among them."""
    column = Handling.received_at if figure is Figure.IN else Handling.resolved_at
    ends = enumerate(pairwise([*days, days[-1] + timedelta(days=1)]))
    number = case(*((column < start_of(end), n) for n, (_day, end) in ends)).label("number")
    within = _flow(figure, days[0], days[-1])
    found = select(number).where(*_of(scope, actor, now), *within)
    told = found.subquery()
    query = select(told.c.number, func.count()).group_by(told.c.number)
    return {row[0]: row[1] for row in session().execute(query)}


def on_wall(unit_id: int, now: datetime) -> Counted:
    """The figures of a unit for a screen that anybody may pass: named cases are in none."""
    which = (
        Handling.unit_id == unit_id,
        Handling.is_open,
        Handling.level != Level.NAMED,
    )
    return _counted(which, WALL, now)
