"""Keeping the figures: what the journal says is new is counted, a little behind.

The seals of the journal number what is committed without a gap and in one order, so a position
is a sure mark of how far one has counted: whatever is committed later comes after it. Which
cases an act touched is all that is taken from it. Such a case is looked at anew; what it adds
now, less what it added before, goes into the sums, with the mark, in one transaction. A death
at any moment counts nothing twice and forgets nothing, and no act waits for a counter.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Executable, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from grc.appointments.models import Visit
from grc.core.audit import AuditRow, AuditSeal
from grc.core.crash import crash
from grc.core.db import add, add_all, among, execute, is_postgresql, lock, session
from grc.supervision.standing import keeping as standing
from grc.supervision.statistics.facts import Fact, facts
from grc.supervision.statistics.gathering import lives
from grc.supervision.statistics.models import DayFigure, Figure, FigureState
from grc.supervision.statistics.periods import Grain, start

BATCH = 2000  # seals at once
AXES: Mapping[str, str] = {  # axis -> the column of a fact
    "channel": "channel",
    "site": "site",
    "territory": "territory",
    "commune": "commune",
    "type": "request_type",
}
ALL = "all"
EVERY = 0  # in the place of a unit: all of them together
DAY, WEEK, MONTH = "day", "week", "month"
_ONLY = 1  # the id of the one row of state
_LOCK = 92_035
_COLUMNS = tuple(getattr(Figure, name) for name in Fact._fields)
Facts = Counter[Fact]


def fold(now: datetime, limit: int = BATCH) -> int:
    """Count the next acts that were sealed; returns how many seals were read, 0 at the end."""
    alone()
    state = session().get(FigureState, _ONLY)
    position = state.position if state else 0
    rows = _sealed(position, limit)
    if not rows:
        return 0
    recount(sorted(_touched(rows)))
    crash("fold:counted")
    _mark(state, rows[-1].position, now)
    return len(rows)


def alone() -> None:
    """Wait until nobody else changes the figures; ours until the transaction ends."""
    lock(_LOCK)


def counted_at() -> datetime | None:
    """When the figures were last brought up to date; None before the first time."""
    state = session().get(FigureState, _ONLY)
    return state.counted_at if state else None


def _sealed(position: int, limit: int) -> Sequence[Any]:
    told = (AuditSeal.position, AuditRow.case_id, AuditRow.subject_kind, AuditRow.subject_id)
    query = select(*told).join(AuditRow, AuditRow.id == AuditSeal.audit_id)
    query = query.where(AuditSeal.position > position).order_by(AuditSeal.position)
    return session().execute(query.limit(limit)).all()


def _touched(rows: Sequence[Any]) -> set[int]:
    """The cases these acts are about; a visit says of which case it is when asked."""
    found = {row.case_id for row in rows if row.case_id is not None}
    visits = [row.subject_id for row in rows if row.subject_kind == "visit" and not row.case_id]
    query = select(Visit.case_id).where(among(Visit.id, visits), Visit.case_id.is_not(None))
    return found | set(session().scalars(query)) if visits else found


def _mark(state: FigureState | None, position: int, now: datetime) -> None:
    if state is None:
        add(FigureState, id=_ONLY, position=position, counted_at=now)
    else:
        state.position, state.counted_at = position, now
        session().flush()


def recount(case_ids: Sequence[int]) -> int:
    """Look at some cases anew and put right what they add; returns how many had changed."""
    if not case_ids:
        return 0
    in_queues = standing.recount(case_ids)
    before, found = kept(case_ids), present(case_ids)
    changed = [one for one in case_ids if before.get(one, Facts()) != found.get(one, Facts())]
    if not changed:
        return in_queues
    execute(delete(Figure).where(among(Figure.case_id, changed)))
    add_all(Figure, [row for one in changed for row in _rows(one, found.get(one, Facts()))])
    crash("fold:replaced")
    _add(_differences(changed, before, found))
    return max(len(changed), in_queues)


def present(case_ids: Sequence[int]) -> dict[int, Facts]:
    """What each case adds as it stands now."""
    return {case_id: facts(life) for case_id, life in lives(case_ids).items()}


def kept(case_ids: Sequence[int]) -> dict[int, Facts]:
    """What each case was counted for."""
    found: dict[int, Facts] = {}
    query = select(Figure.case_id, Figure.count, *_COLUMNS)
    for case_id, count, *fact in session().execute(query.where(among(Figure.case_id, case_ids))):
        found.setdefault(case_id, Facts())[Fact(*fact)] = count
    return found


def _rows(case_id: int, told: Facts) -> Iterator[dict[str, Any]]:
    for fact, count in told.items():
        yield {"case_id": case_id, **fact._asdict(), "count": count}


def _differences(
    changed: Iterable[int], before: Mapping[int, Facts], found: Mapping[int, Facts]
) -> Facts:
    total = Facts()
    for one in changed:
        total.update(found.get(one, Facts()))
        total.subtract(before.get(one, Facts()))
    return total


def _add(differences: Facts) -> None:
    cells: Counter[tuple[Any, ...]] = Counter()
    for fact, count in differences.items():
        if count and not fact.is_named:
            for cell in _cells(fact):
                cells[cell] += count
    names = ("axis", "unit_id", "span", "on_date", "value", "measure", "bucket", "count")
    rows = [dict(zip(names, (*cell, count), strict=True)) for cell, count in cells.items() if count]
    if rows:
        execute(_more(is_postgresql()), sorted(rows, key=lambda row: tuple(map(str, row.values()))))


def _cells(fact: Fact) -> Iterator[tuple[Any, ...]]:
    values = {ALL: ""} | {axis: getattr(fact, column) for axis, column in AXES.items()}
    for span, on in ((DAY, fact.on_date), (MONTH, fact.on_date.replace(day=1))):
        for axis, value in values.items():
            for unit_id in (fact.unit_id, EVERY):
                yield axis, unit_id, span, on, value, fact.measure, fact.bucket
    monday = start(fact.on_date, Grain.WEEK)
    for unit_id in (fact.unit_id, EVERY):
        yield ALL, unit_id, WEEK, monday, "", fact.measure, fact.bucket


@cache
def _more(on_postgresql: bool) -> Executable:
    """Add to a sum, or begin it."""
    row = (postgresql if on_postgresql else sqlite).insert(DayFigure)
    more: Executable = row.on_conflict_do_update(
        index_elements=["axis", "unit_id", "span", "on_date", "value", "measure", "bucket"],
        set_={"count": DayFigure.count + row.excluded.count},
    )
    return more
