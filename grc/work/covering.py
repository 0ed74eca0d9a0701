"""What a person looks after for colleagues who are absent. It gives no right: she sees what she
may read anyway, found in one place."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from grc.cases.models import Case, Handling, case_reference
from grc.cases.queries import visible_handling, visible_to
from grc.cases.seen import lists
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import session
from grc.staff import absences
from grc.staff.absences import Away
from grc.staff.policy import GRANTS, Permission
from grc.work import mentions
from grc.work.mentions import Named
from grc.work.models import Task
from grc.work.queries import Where, counts

_SHOWN = 20


@dataclass(frozen=True)
class Waiting:
    """A task, a call to make among them, about a case of somebody absent."""

    reference: str
    subject: str
    kind: str
    due_at: datetime


@dataclass(frozen=True)
class About:
    """Her own absence, and what she covers today."""

    away: Away | None
    covered: Sequence[Away] = ()
    cases: int = 0  # both stop at 1,000
    unread: int = 0
    tasks: Sequence[Waiting] = ()
    named: Sequence[Named] = ()


def about(actor: Actor, now: datetime) -> About:
    """All of it. One statement for who is neither absent nor covers anybody."""
    found = absences.concerning(actor.user_id, paris_date(now))
    away = next((one for one in found if one.user_id == actor.user_id), None)
    covered = [one for one in found if one.cover_id == actor.user_id]
    if not covered:
        return About(away)
    people = {one.user_id for one in covered}
    cases, unread = counts(_cases(people, actor, now), _unread(people, actor, now))
    tasks, named = _tasks(people, actor, now), mentions.unread(actor, now, people=people)
    return About(away, covered, cases, unread, tasks, named)


def where(actor: Actor, now: datetime, *, unread: bool = False) -> Where:
    """The open cases of those she covers today; only those with a new message if `unread`."""
    found = absences.concerning(actor.user_id, paris_date(now))
    people = {one.user_id for one in found if one.cover_id == actor.user_id}
    return _unread(people, actor, now) if unread else _cases(people, actor, now)


def _cases(people: Collection[int], actor: Actor, now: datetime) -> tuple[Any, ...]:
    mine = (Handling.assignee_id.in_(people), Handling.is_open)
    return (*mine, visible_handling(actor, now))


def _unread(people: Collection[int], actor: Actor, now: datetime) -> tuple[Any, ...]:
    return (*_cases(people, actor, now), Handling.case_id == Case.id, Case.unread)


def _tasks(people: Collection[int], actor: Actor, now: datetime) -> list[Waiting]:
    entrusted = select(Handling.case_id).where(Handling.assignee_id.in_(people), Handling.is_open)
    query = (
        select(Task.kind, Task.due_at, Case.id, Case.opened_at, Case.subject, Case.level)
        .join(Case, Case.id == Task.case_id)
        .where(
            Task.done_at.is_(None),
            Task.unit_id.in_(actor.units(*GRANTS[Permission.CASE_WRITE])),
            Task.case_id.in_(entrusted),
            visible_to(actor, now),
        )
        .order_by(Task.due_at, Task.id)
        .limit(_SHOWN)
    )
    found = session().execute(query).all()
    for row in found:
        lists(row.id, row.level)
    return [
        Waiting(case_reference(row.id, row.opened_at), row.subject, row.kind, row.due_at)
        for row in found
    ]
