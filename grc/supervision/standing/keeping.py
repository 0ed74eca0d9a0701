"""Keeping the sums: what some cases add now, less what they added before.

Called by the folding of statistics for the cases that the journal names, in its transaction and
under its lock: the mark of how far one has counted is the same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Executable, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from grc.cases.models import Case, Handling
from grc.core.clock import paris_date
from grc.core.db import add_all, among, execute, is_postgresql, session
from grc.staff.policy import Level
from grc.supervision.standing.marks import UNDATED, Mark, Stand, marks
from grc.supervision.standing.models import Standing, StandingSum

AXES: Mapping[str, str | None] = {  # axis -> the column of a mark
    "unit": None,
    "territory": "territory",
    "type": "request_type",
}
DAY, MONTH = "day", "month"
KEY = ("axis", "unit_id", "kind", "span", "on_date", "value")
STAND = (
    *(Handling.id, Handling.case_id, Handling.unit_id, Handling.level, Handling.is_open),
    *(Handling.status, Handling.assignee_id, Handling.reopened_at, Handling.due_on),
    *(Handling.received_at, Handling.resolved_at),
    *(Case.territory, Case.request_type, Case.contacts),
)
Marks = set[Mark]
Cell = tuple[str, int, str, str, date, str]  # the key of `StandingSum`, in its order


def recount(case_ids: Sequence[int]) -> int:
    """Look at some cases anew and put right what they add; returns how many had changed."""
    before, found = kept(case_ids), present(case_ids)
    changed = [one for one in case_ids if before[one] != found[one]]
    if not changed:
        return 0
    execute(delete(Standing).where(among(Standing.case_id, changed)))
    add_all(
        Standing, [{"case_id": one, **mark._asdict()} for one in changed for mark in found[one]]
    )
    cells: Counter[Cell] = Counter()
    for one in changed:
        cells.update(cell for mark in found[one] for cell in _cells(mark))
        cells.subtract([cell for mark in before[one] for cell in _cells(mark)])
    _add(cells)
    return len(changed)


def present(case_ids: Sequence[int]) -> Mapping[int, Marks]:
    """What the handlings of each case add as they stand now."""
    query = select(*STAND).join(Case, Case.id == Handling.case_id)
    found: dict[int, Marks] = defaultdict(set)
    for row in session().execute(query.where(among(Handling.case_id, case_ids))):
        found[row.case_id].update(marks(stand(row)))
    return found


def stand(row: Any) -> Stand:
    """How a handling stands, of a row of `STAND`."""
    return Stand(
        handling_id=row.id,
        unit_id=row.unit_id,
        territory=row.territory or "",
        request_type=row.request_type or "",
        is_named=row.level == Level.NAMED,
        is_open=row.is_open,
        status=row.status,
        is_free=row.assignee_id is None,
        is_reopened=row.reopened_at is not None,
        contacts=row.contacts,
        due_on=row.due_on,
        received_on=paris_date(row.received_at),
        ended_on=paris_date(row.resolved_at) if row.resolved_at else None,
    )


def kept(case_ids: Sequence[int]) -> Mapping[int, Marks]:
    """What each case was counted for."""
    columns = [getattr(Standing, name) for name in Mark._fields]
    found: dict[int, Marks] = defaultdict(set)
    query = select(Standing.case_id, *columns).where(among(Standing.case_id, case_ids))
    for case_id, *mark in session().execute(query):
        found[case_id].add(Mark(*mark))
    return found


def _cells(mark: Mark) -> Iterator[Cell]:
    """A named one is in no sum. What has no day has no month either."""
    if mark.is_named:
        return
    spans = [(DAY, mark.on_date)]
    if mark.on_date != UNDATED:
        spans.append((MONTH, mark.on_date.replace(day=1)))
    for axis, column in AXES.items():
        value = getattr(mark, column) if column else ""
        for span, on in spans:
            yield axis, mark.unit_id, mark.kind, span, on, value


def _add(cells: Counter[Cell]) -> None:
    told = sorted((*cell, count) for cell, count in cells.items() if count)
    if told:
        rows = [dict(zip((*KEY, "count"), one, strict=True)) for one in told]
        execute(_more(is_postgresql()), rows)
        execute(delete(StandingSum).where(StandingSum.count == 0))


@cache
def _more(on_postgresql: bool) -> Executable:
    """Add to a sum, or begin it."""
    row = (postgresql if on_postgresql else sqlite).insert(StandingSum)
    more: Executable = row.on_conflict_do_update(
        index_elements=list(KEY),
        set_={"count": StandingSum.count + row.excluded.count},
    )
    return more
