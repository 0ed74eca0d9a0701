"""Queues: lists of handlings by keyset, and counts that stop at 1,000.

Every list starts from the reading rule; every page costs the same at any depth.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    ScalarSelect,
    Select,
    func,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from grc.cases.models import THANKED, Case, Handling, Party, case_reference
from grc.cases.queries import visible_handling, visible_to
from grc.citizens.models import Citizen
from grc.core.actor import Actor
from grc.core.db import fetch, session
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.staff.models import User
from grc.staff.policy import CONTENT
from grc.work import cursors
from grc.work.models import Task

PAGE = 30
CAP = 1000
# Spelled as in its partial index and with a range, or SQLite reads all the unit ever had; what
# has ended waits for nobody, and is not told by `is_open`, whose indexes would be taken instead.
_TO_ROUTE = (
    text("handling.to_route"),
    Handling.received_at > datetime(1970, 1, 1, tzinfo=UTC),
    Handling.resolved_at.is_(None),
)
# Of cases by another name, so that its index is asked first: few are in it.
_KNOWN = select(aliased(Case).id).where(text(THANKED))
SORTS: Mapping[str, tuple[InstrumentedAttribute[Any], ...]] = {
    "due": (Handling.due_on, Handling.id),
    "age": (Handling.received_at, Handling.id),
    "priority": (Handling.priority, Handling.due_on, Handling.id),
}


@dataclass(frozen=True)
class QueueRow:
    """One line of a queue."""

    reference: str
    subject: str
    who: str
    channel: str
    commune: str | None
    request_type: str | None
    received_at: datetime
    due_on: date
    priority: int
    status: str
    level: str
    unit_id: int
    assignee: str | None
    contacts: int
    unread: bool
    words_to_read: str | None = None  # those that ask to be read twice, see `danger_words`


@dataclass(frozen=True)
class Queue:
    """A page of a list; `newer` and `older` are cursors, None at the ends."""

    rows: tuple[QueueRow, ...]
    newer: str | None
    older: str | None


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; None means any."""

    status: str | None = None
    request_type: str | None = None
    priority: int | None = None
    unassigned: bool = False
    late_on: date | None = None  # only what is late that day


Where = Sequence[Any]  # SQL conditions
_ROWS: Any = (  # built once: each list adds its conditions
    select(
        Handling.id,
        Handling.case_id,
        Handling.unit_id,
        Handling.status,
        Handling.due_on,
        Handling.priority,
        Handling.received_at,
        Handling.level,
        Case.opened_at,
        Case.subject,
        Case.channel,
        Case.commune,
        Case.request_type,
        Case.contacts,
        Case.unread,
        Case.words_to_read,
        Citizen.name.label("citizen"),
        User.name.label("assignee"),
    )
    .join(Case, Case.id == Handling.case_id)
    .outerjoin(Citizen, Citizen.id == Case.citizen_id)
    .outerjoin(User, User.id == Handling.assignee_id)
)


def mine(actor: Actor, now: datetime) -> Where:
    """Open handlings entrusted to this person."""
    return (Handling.assignee_id == actor.user_id, Handling.is_open, visible_handling(actor, now))


def thanked(actor: Actor, now: datetime) -> Where:
    """Ended handlings of this person whose citizen has thanked since, and nobody has read it."""
    return (
        Handling.assignee_id == actor.user_id,
        Handling.case_id.in_(_KNOWN),
        visible_handling(actor, now),
    )


def of_unit(actor: Actor, unit_id: int, now: datetime) -> Where:
    """Open handlings of one unit of this person."""
    return (Handling.unit_id == unit_id, Handling.is_open, visible_handling(actor, now))


def to_route(actor: Actor, unit_ids: Collection[int], now: datetime) -> Where:
    """Handlings of these units that wait for a person to say where they belong."""
    return (Handling.unit_id.in_(unit_ids), *_TO_ROUTE, visible_handling(actor, now))


def since(where: Where, moment: datetime) -> Where:
    """What came into a list after a moment."""
    return (*where, or_(Handling.routed_at > moment, Handling.taken_at > moment))


def due_before(day: date) -> ColumnElement[bool]:
    """The condition of being late on a day."""
    return Handling.due_on < day


def count(where: Where) -> int:
    """How many, stopping at 1,000: more is never counted, nor shown."""
    return counts(where)[0]


def counts(*lists: Where) -> tuple[int, ...]:
    """How many in each list, in one statement, each stopping at 1,000."""
    found = (capped(select(Handling.id).where(*where)) for where in lists)
    return tuple(fetch(select(*found)).one())


def capped(ids: Select[int] | CompoundSelect[int], cap: int = CAP) -> ScalarSelect[int]:
    """How many rows a query of ids finds, stopping at `cap`; one column of a statement."""
    return select(func.count()).select_from(ids.limit(cap).subquery()).scalar_subquery()


def page(where: Where, *, sort: str, filters: Filters, cursor: str | None) -> Queue:
    """One page of a list. A cursor that makes no sense shows the first page."""
    columns = SORTS.get(sort, SORTS["due"])
    backwards, position = cursors.decode(cursor, columns)
    query = _ROWS.where(*where, *_narrow(filters))
    order = [column.desc() if backwards else column for column in columns]
    if position is not None:
        here = tuple_(*columns)
        there = tuple_(*position)
        query = query.where(here < there if backwards else here > there)
    found = list(fetch(query.order_by(*order).limit(PAGE + 1)))
    more, shown = len(found) > PAGE, found[:PAGE]
    if backwards:
        shown.reverse()
    has_newer = more if backwards else position is not None
    has_older = position is not None if backwards else more
    return Queue(
        tuple(_rows(shown)),
        newer=cursors.encode("<", shown[0], columns) if shown and has_newer else None,
        older=cursors.encode(">", shown[-1], columns) if shown and has_older else None,
    )


def references(where: Where, filters: Filters, most: int) -> list[str]:
    """The references of a whole list in the order of deadlines, at most so many."""
    query = select(Handling.case_id, Case.opened_at).join(Case, Case.id == Handling.case_id)
    query = query.where(*where, *_narrow(filters)).order_by(*SORTS["due"]).limit(most)
    return [case_reference(row.case_id, row.opened_at) for row in session().execute(query)]


def _narrow(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.status:
        conditions.append(Handling.status == filters.status)
    if filters.request_type:
        conditions.append(Case.request_type == filters.request_type)
    if filters.priority:
        conditions.append(Handling.priority == filters.priority)
    if filters.unassigned:
        conditions.append(Handling.assignee_id.is_(None))
    if filters.late_on:
        conditions.append(due_before(filters.late_on))
    return conditions


def _rows(found: Sequence[Any]) -> list[QueueRow]:
    nameless = [row.case_id for row in found if not row.citizen]
    names = _correspondents(nameless)
    return [
        QueueRow(
            reference=case_reference(row.case_id, row.opened_at),
            subject=row.subject,
            who=row.citizen or names.get(row.case_id) or "",
            channel=row.channel,
            commune=row.commune,
            request_type=row.request_type,
            received_at=row.received_at,
            due_on=row.due_on,
            priority=row.priority,
            status=row.status,
            level=row.level,
            unit_id=row.unit_id,
            assignee=row.assignee,
            contacts=row.contacts,
            unread=row.unread,
            words_to_read=row.words_to_read,
        )
        for row in found
    ]


def _correspondents(case_ids: Sequence[int]) -> dict[int, str]:
    if not case_ids:
        return {}
    query = select(Party.case_id, Party.name, Party.organisation).where(
        Party.case_id.in_(case_ids), Party.is_correspondent
    )
    found = fetch(query)
    return {row.case_id: row.organisation or row.name or "" for row in found}


def task_of(case_id: int, number: int) -> Task:
    """The task of this number in a case, the first being 1. Raises NotFound."""
    query = select(Task).where(Task.case_id == case_id).order_by(Task.id)
    found = session().scalars(query.offset(max(number, 1) - 1).limit(1)).first()
    if found is None or number < 1:
        raise NotFound(N_("Cette tâche n'existe pas."))
    return found


def waiting_tasks(actor: Actor, now: datetime) -> Select[int]:
    """The ids of the tasks that wait for this person's units, to be counted or listed."""
    return (
        select(Task.id)
        .join(Case, Case.id == Task.case_id)
        .where(
            Task.done_at.is_(None),
            Task.kind != "call_back",  # a list of its own: see work.call_backs
            Task.unit_id.in_(actor.units(*CONTENT)),
            visible_to(actor, now),
        )
    )


def tasks(actor: Actor, now: datetime, limit: int = 200) -> Sequence[Row[Task, Case]]:
    """The tasks of this person's units with their cases, the oldest first."""
    ids = waiting_tasks(actor, now).order_by(Task.due_at, Task.id).limit(limit)
    query = select(Task, Case).join(Case, Case.id == Task.case_id).where(Task.id.in_(ids))
    return session().execute(query.order_by(Task.due_at, Task.id)).all()
