"""What one handling adds to the figures of queues, on which days. Pure.

It follows from how the handling stands, and from nothing that happened before. A date is kept as
it is: whether it is late is for whoever reads to say, so that nothing has to run at midnight.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from grc.cases.states import Status
from grc.work.figures import AGES, SOON, Figure

UNDATED = date(1970, 1, 1)  # the day of what has none
DUE, AGE = "due", "age"  # told by their day
OLD = 60  # days after which no figure asks for the day, only the oldest case
_WAITING = {
    Status.RECEIVED: Figure.US,
    Status.IN_PROGRESS: Figure.US,
    Status.WAITING_CITIZEN: Figure.CITIZEN,
    Status.WAITING_THIRD: Figure.THIRD,
}
PLAIN = (Figure.OPEN, Figure.FREE, Figure.US, Figure.CITIZEN, Figure.THIRD, Figure.REOPENED,
         Figure.SECOND, Figure.MORE)  # fmt: skip


class Mark(NamedTuple):
    """One thing to count. Its order is that of the columns of `Standing`."""

    handling_id: int
    kind: str
    on_date: date
    unit_id: int
    territory: str
    request_type: str
    is_named: bool


@dataclass(frozen=True)
class Stand:
    """How a handling stands. Days are civil days in Paris; empty words: it has none."""

    handling_id: int
    unit_id: int
    territory: str
    request_type: str
    is_named: bool
    is_open: bool
    status: str
    is_free: bool
    is_reopened: bool
    contacts: int
    due_on: date
    received_on: date
    ended_on: date | None


def marks(stand: Stand) -> Iterator[Mark]:
    """All that it adds, each kind once."""
    where = (stand.unit_id, stand.territory, stand.request_type, stand.is_named)
    for kind, on in _told(stand):
        yield Mark(stand.handling_id, kind, on, *where)


def _told(stand: Stand) -> Iterator[tuple[str, date]]:
    yield Figure.IN.value, stand.received_on
    if stand.ended_on is not None:
        yield Figure.OUT.value, stand.ended_on
    if stand.is_open:
        yield DUE, stand.due_on
        yield AGE, stand.received_on
        for figure in _plain(stand):
            yield figure.value, UNDATED


def _plain(stand: Stand) -> Iterator[Figure]:
    yield Figure.OPEN
    yield _WAITING[Status(stand.status)]
    if stand.is_free:
        yield Figure.FREE
    if stand.is_reopened:
        yield Figure.REOPENED
    if stand.contacts > 1:
        yield Figure.SECOND if stand.contacts == 2 else Figure.MORE


def figures_of(kind: str, on: date, today: date) -> tuple[Figure, ...]:
    """The figures of a day in which a mark is counted."""
    if kind == DUE:
        return _due(on, today)
    if kind == AGE:
        days = (today - on).days
        age = next((f for f, (_least, most) in AGES.items() if most is None or days <= most))
        return (Figure.NEW, age) if days <= 0 else (age,)
    return (Figure(kind),)


def _due(on: date, today: date) -> tuple[Figure, ...]:
    if on < today:
        return (Figure.LATE,)
    return (Figure.SOON,) if on <= today + timedelta(days=SOON) else ()
