"""Reading alerts: a person finds those she may answer, and that others wait unanswered."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, text, true

from grc.cases.models import Case
from grc.cases.queries import visible_to
from grc.core.actor import Actor
from grc.core.db import session
from grc.danger import duty
from grc.danger.models import WAITING, Alert
from grc.staff.policy import CONTENT, GRANTS, Permission, Role, allowed

MOST = 50
RECEIPT = timedelta(days=7)  # how long who cried may follow what became of it


class Waiting(NamedTuple):
    """An alert nobody has answered; `case` only for who may read it; `is_ours` for the people of
    its unit and for those on duty there."""

    alert: Alert
    case: Case | None
    is_ours: bool


def _may_answer(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """Whoever reads its case; without a case yet, the people of the unit, and those on duty."""
    mine = duty.units_on_duty(actor.user_id, now)
    own = or_(Alert.unit_id.in_(actor.units(*CONTENT)), Alert.unit_id.in_(mine))
    return or_(and_(Alert.case_id.is_(None), own), visible_to(actor, now))


def _may_know(actor: Actor) -> ColumnElement[bool]:
    """Supervisors of the unit know that it waits, not what it is; administrators too when it
    rings for nobody."""
    supervised = Alert.unit_id.in_(actor.units(*GRANTS[Permission.DUTY]))
    unanswered = Alert.unanswered if actor.units(Role.ADMINISTRATOR) else false()
    return or_(supervised, unanswered) if not actor.is_machine else true()


def waiting(actor: Actor, now: datetime) -> Select[int]:
    """The ids of the alerts that wait and that this person must know of, to be counted."""
    query = select(Alert.id).outerjoin(Case, Case.id == Alert.case_id)
    return query.where(text(WAITING), or_(_may_answer(actor, now), _may_know(actor)))


def listed(actor: Actor, now: datetime) -> list[Waiting]:
    """They themselves, the oldest first."""
    visible = and_(Case.id.is_not(None), visible_to(actor, now))
    ids = waiting(actor, now).order_by(Alert.raised_at, Alert.id).limit(MOST)
    query = select(Alert, Case).outerjoin(Case, and_(Case.id == Alert.case_id, visible))
    query = query.where(Alert.id.in_(ids)).order_by(Alert.raised_at, Alert.id)
    found = session().execute(query).all()
    ours = duty.answers_for(actor, now) if found else frozenset()
    return [Waiting(alert, case, alert.unit_id in ours) for alert, case in found]


def answers(actor: Actor, found: Waiting) -> bool:
    """True for who may say that she deals with it."""
    if not allowed(actor, Permission.CASE_WRITE):
        return False
    return found.case is not None or (found.alert.case_id is None and found.is_ours)


def receipt(alert_id: int, actor: Actor, now: datetime) -> Alert | None:
    """An alert for who raised it, some days long, and for who reads its case: whoever else has
    the address of its receipt learns nothing."""
    hers = and_(Alert.raised_by == actor.user_id, Alert.raised_at > now - RECEIPT)
    read = and_(Case.id.is_not(None), visible_to(actor, now))
    query = select(Alert).outerjoin(Case, Case.id == Alert.case_id)
    return session().scalar(query.where(Alert.id == alert_id, or_(hers, read)))


def of_case(case_id: int) -> Alert | None:
    """The last alert about a case that was not given back."""
    query = select(Alert).where(Alert.case_id == case_id, Alert.returned_at.is_(None))
    return session().scalar(query.order_by(Alert.id.desc()).limit(1))
