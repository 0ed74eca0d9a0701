"""Recovery actions as lists: promised and late, per unit."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Row, select

from grc.cases.models import Case
from grc.cases.queries import visible_to
from grc.core.actor import Actor
from grc.core.db import session
from grc.recovery.models import RecoveryAction
from grc.staff.models import User
from grc.staff.policy import CONTENT

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
    actor: Actor, now: datetime, *, unit_id: int | None = None, late_on: date | None = None
) -> Sequence[Promised]:
    """Actions not done yet, soonest first; only late ones before `late_on` when given.

    A machine (the command line) sees all; a person the units where she works.
    """
    query = (
        select(RecoveryAction, Case, User.name)
        .join(Case, Case.id == RecoveryAction.case_id)
        .join(User, User.id == RecoveryAction.owner_id)
        .where(RecoveryAction.done_on.is_(None))
        .order_by(RecoveryAction.promised_on, RecoveryAction.id)
        .limit(500)
    )
    if not actor.is_machine:
        units = {unit_id} & actor.units(*CONTENT) if unit_id else actor.units(*CONTENT)
        query = query.where(RecoveryAction.unit_id.in_(units), visible_to(actor, now))
    if late_on is not None:
        query = query.where(RecoveryAction.promised_on < late_on)
    return session().execute(query).all()
