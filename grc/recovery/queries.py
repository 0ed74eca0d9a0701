"""Recovery actions as lists: promised and late, per unit."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Row, Select, func, select, tuple_

from grc.cases.models import Case
from grc.cases.queries import visible_to
from grc.core.actor import Actor
from grc.core.db import session
from grc.recovery.models import RecoveryAction
from grc.staff.models import User
from grc.staff.policy import CONTENT

_PENDING = (RecoveryAction.done_on.is_(None), RecoveryAction.withdrawn_at.is_(None))
Promised = Row[RecoveryAction, Case, str]


def of_case(case_id: int) -> list[tuple[RecoveryAction, str]]:
    """The actions of a case with their owner's name, oldest first."""
    query = (
        select(RecoveryAction, User.name)
        .join(User, User.id == RecoveryAction.owner_id)
        .where(RecoveryAction.case_id == case_id)
        .order_by(RecoveryAction.id)
    )
    return [(row[0], row[1]) for row in session().execute(query)]


def promised(
    actor: Actor,
    now: datetime,
    *,
    unit_id: int | None = None,
    owner_id: int | None = None,
    family: str | None = None,
    late_on: date | None = None,
    after: tuple[date, int] | None = None,
    limit: int | None = 500,
) -> Sequence[Promised]:
    """Actions not done yet, soonest first; only late ones before `late_on` when given.

    `after` is the (promised_on, id) of the last action of the page before. A machine
    (the command line) sees all; a person the units where she works.
    """
    query = (
        select(RecoveryAction, Case, User.name)
        .join(Case, Case.id == RecoveryAction.case_id)
        .join(User, User.id == RecoveryAction.owner_id)
        .where(*_PENDING)
        .order_by(RecoveryAction.promised_on, RecoveryAction.id)
        .limit(limit)
    )
    if not actor.is_machine:
        units = {unit_id} & actor.units(*CONTENT) if unit_id else actor.units(*CONTENT)
        query = query.where(RecoveryAction.unit_id.in_(units), visible_to(actor, now))
    elif unit_id is not None:
        query = query.where(RecoveryAction.unit_id == unit_id)
    if owner_id is not None:
        query = query.where(RecoveryAction.owner_id == owner_id)
    if family is not None:
        query = query.where(RecoveryAction.family == family)
    if after is not None:
        here = tuple_(RecoveryAction.promised_on, RecoveryAction.id)
        query = query.where(here > tuple_(*after))
    if late_on is not None:
        query = query.where(RecoveryAction.promised_on < late_on)
    return session().execute(query).all()


def late(actor: Actor, today: date, now: datetime) -> Select[int]:
    """The ids of the promises of this person's units that are late, to be counted."""
    return (
        select(RecoveryAction.id)
        .join(Case, Case.id == RecoveryAction.case_id)
        .where(
            *_PENDING,
            RecoveryAction.promised_on < today,
            RecoveryAction.unit_id.in_(actor.units(*CONTENT)),
            visible_to(actor, now),
        )
    )


def numbers(actions: Sequence[RecoveryAction]) -> dict[int, int]:
    """The place of each action among those of its case, the first being 1, by action id."""
    cases = {action.case_id for action in actions}
    rank = func.row_number().over(partition_by=RecoveryAction.case_id, order_by=RecoveryAction.id)
    query = select(RecoveryAction.id, rank).where(RecoveryAction.case_id.in_(cases))
    return {row[0]: row[1] for row in session().execute(query)}
