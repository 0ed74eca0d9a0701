"""Reading the figures of queues from their sums: as right as the lists behind them, now.

The sums are those of the last counting, a minute ago or less. Cases that the journal names since,
and cases that name the person who asks, are taken out of them and looked at as they stand, under
the reading rule and the conditions of the lists. When these are too many, or nothing was ever
counted, everything is read from the queues themselves, as before there were sums.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, select, union

from grc.cases.models import Case, CaseAccess, Handling
from grc.cases.queries import visible_handling
from grc.core import verify
from grc.core.actor import Actor
from grc.core.audit import AuditRow, AuditSeal
from grc.core.clock import paris_date
from grc.core.db import among, fetch, planned_for_its_values, session
from grc.staff.policy import CONTENT
from grc.supervision.standing import statements
from grc.supervision.standing.keeping import AXES, STAND, stand
from grc.supervision.standing.marks import AGE, Mark, figures_of, marks
from grc.supervision.statistics.models import FigureState
from grc.work import figures
from grc.work.figures import COUNTED, Counted, Day, Figure, Scope

MOST = 1500  # cases looked at as they stand; of more, the queues are read themselves
Numbers = dict[Any, Counter[Figure]]


@dataclass(frozen=True)
class _Asked:
    """One question; `apart` are the cases that are taken out of the sums."""

    scope: Scope
    by: str
    actor: Actor
    now: datetime
    apart: Sequence[int]

    @property
    def today(self) -> date:
        """In Paris."""
        return paris_date(self.now)

    @property
    def units(self) -> list[int]:
        """Those whose cases she reads for her role; of others only what names her, apart."""
        return sorted(self.scope.units & self.actor.units(*CONTENT))

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of the statements."""
        return statements.given(self.units, self.apart)

    def live(self) -> list[tuple[Any, Mark]]:
        """What the cases apart add to each line as they stand, as far as she may read them."""
        query = select(*STAND).join(Case, Case.id == Handling.case_id)
        query = query.where(
            among(Handling.case_id, self.apart), visible_handling(self.actor, self.now)
        )
        here = [row for row in session().execute(query) if row.unit_id in self.scope.units]
        name = AXES[self.by] or "unit_id"
        return [(getattr(mark, name), mark) for row in here for mark in marks(stand(row))]


@dataclass(frozen=True)
class Shown:
    """The figures of a page: its lines by their key, and what came and what left, day by day."""

    lines: Mapping[Any, Counted]
    days: Sequence[Day]


def read(scope: Scope, by: str, actor: Actor, now: datetime) -> Shown:
    """What is open by "unit", "territory" or "type" and the flow: what `figures.table` and
    `figures.flow` find in the queues."""
    apart = _apart(actor) if _is_kept(scope, by) else None
    if apart is None:
        return Shown(figures.table(scope, by, actor, now), figures.flow(scope, actor, now))
    asked = _Asked(scope, by, actor, now, apart)
    live = asked.live() if apart else []
    return Shown(_lines(asked, live), _days(asked, live))


def lines(scope: Scope, by: str, actor: Actor, now: datetime) -> Mapping[Any, Counted]:
    """The same lines alone, without what came and what left."""
    apart = _apart(actor) if _is_kept(scope, by) else None
    if apart is None:
        return figures.table(scope, by, actor, now)
    asked = _Asked(scope, by, actor, now, apart)
    return _lines(asked, asked.live() if apart else [])


def _lines(asked: _Asked, live: Sequence[tuple[Any, Mark]]) -> Mapping[Any, Counted]:
    numbers, oldest = _numbers(asked, live), _oldest(asked, live)
    return {
        key or None: Counted({figure: counts[figure] for figure in COUNTED}, oldest.get(key))
        for key, counts in numbers.items()
        if counts[Figure.OPEN]
    }


def _days(asked: _Asked, live: Sequence[tuple[Any, Mark]]) -> list[Day]:
    days = figures.last_days(asked.now)
    told = session().execute(statements.flow(days[0], days[-1]), asked.values)
    found = Counter({(kind, on): int(count) for kind, on, count in told})
    found.update((mark.kind, mark.on_date) for _key, mark in live)
    return [Day(on, found[Figure.IN.value, on], found[Figure.OUT.value, on]) for on in days]


def _is_kept(scope: Scope, by: str) -> bool:
    """Sums are kept of units along one axis."""
    return by in AXES and scope == Scope(scope.units)


def _apart(actor: Actor) -> list[int] | None:
    """The cases to be looked at themselves; None when there are too many, or no sums."""
    state = fetch(_STATE).one_or_none()
    if state is None:
        return None
    since = (state.sealed or 0) - verify.LATE
    values = {"position": state.position, "since": since, "user": actor.user_id, "most": MOST + 1}
    with planned_for_its_values():
        told = fetch(_AND_LISTED if actor.is_listed else _TOLD_SINCE, values).scalars().all()
    found = [one for one in told if one is not None]
    return found if len(found) <= MOST else None


_STATE = select(
    FigureState.position, select(func.max(AuditSeal.audit_id)).scalar_subquery().label("sealed")
)
_SINCE = (
    select(AuditRow.case_id)
    .join(AuditSeal, AuditSeal.audit_id == AuditRow.id)
    .where(AuditSeal.position > bindparam("position")),
    select(AuditRow.case_id).where(
        AuditRow.id > bindparam("since"), ~exists().where(AuditSeal.audit_id == AuditRow.id)
    ),
)
_LISTED = select(CaseAccess.case_id).where(CaseAccess.user_id == bindparam("user"))
_TOLD_SINCE: Any = union(*_SINCE).limit(bindparam("most"))
_AND_LISTED: Any = union(*_SINCE, _LISTED).limit(bindparam("most"))


def _numbers(asked: _Asked, live: Sequence[tuple[Any, Mark]]) -> Numbers:
    """The figures of each line, "" for none: sums less what is apart, and that as it stands."""
    found: Numbers = defaultdict(Counter)
    steps = statements.steps(asked.today)
    query = statements.numbers(asked.by, asked.today)
    for key, kind, number, count in session().execute(query, asked.values):
        for figure in figures_of(kind, steps[number], asked.today):
            found[key][figure] += int(count)
    for key, mark in live:
        if mark.kind not in statements.FLOW:
            found[key].update(figures_of(mark.kind, mark.on_date, asked.today))
    return found


def _oldest(asked: _Asked, live: Sequence[tuple[Any, Mark]]) -> Mapping[Any, date]:
    """When the oldest of each line was received."""
    told = session().execute(statements.first_days(asked.by), asked.values)
    days = [(key, on) for key, on in told if on is not None]
    found: dict[Any, date] = {}
    for key, on in (*days, *((key, mark.on_date) for key, mark in live if mark.kind == AGE)):
        found[key] = min(on, found.get(key, on))
    return found
