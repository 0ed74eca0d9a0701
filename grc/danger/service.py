"""Somebody is in danger: handing a case over, saying who deals with it, giving it back."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from grc.cases import service as cases
from grc.cases.models import Case
from grc.catalogue.danger import unit_on_duty
from grc.core import audit, steps
from grc.core.actor import SYSTEM, Actor
from grc.core.db import add, execute, fetch, session
from grc.core.errors import Conflict, Forbidden, InvalidInput, NotFound, Unavailable
from grc.core.events import Event
from grc.core.i18n import N_
from grc.correspondence import acknowledging, leaving
from grc.danger import duty, mistake, moving
from grc.danger.models import Alert
from grc.intake.models import Item
from grc.organisation.queries import snapshot
from grc.outbox import service as outbox
from grc.staff.models import User
from grc.staff.policy import Permission, allowed
from grc.work import service as work

NO_ALERT = N_("Aucun danger n'attend sur cette demande.")
WRITTEN = N_(
    "Depuis la transmission, on y a écrit ou un autre service l'a rejointe : la rendre montrerait "
    "tout à ceux d'avant. Changez sa confidentialité ou réaffectez-la."
)
_WAITING = select(Alert.id).where(Alert.item_id == bindparam("item"), Alert.case_id.is_(None))


def hand_over(case: Case, why: str, *, actor: Actor, now: datetime) -> int:
    """Hand a case that one may read to the unit on duty; returns the alert. One that waits
    already is the same alert: nobody who cries twice is refused. Where the unit on duty has it
    already in secret it rings anew, and nothing that was done there is undone."""
    _demand(actor)
    cases.alone(case)
    waiting = _latest(case.id)
    if waiting is not None and waiting.taken_at is None:
        return waiting.id
    cases.demand(case, actor, Permission.CASE_READ, now)
    alert_id = _raise(actor, now, case=case, why=why)
    _bring(session().get_one(Alert, alert_id), case, actor, now)
    return alert_id


def raise_on(item_id: int, *, actor: Actor, now: datetime) -> int:
    """Say it of what was just typed: it rings now, and its case is handed over as soon as there
    is one."""
    _demand(actor)
    alert_id = _raise(actor, now, item_id=item_id)
    key = f"hand_over:alert:{alert_id}"
    steps.plan("hand_over", ("alert", alert_id), key=key, now=now)
    return alert_id


def born(item_id: int, *, now: datetime) -> None:
    """Hand over the case of an item of which danger was said, in the transaction that opens it:
    nobody but the unit on duty ever sees it, and nothing ever hears of it."""
    if session().get_one(Item, item_id).case_id is None:
        return
    for alert_id in fetch(_WAITING, {"item": item_id}).scalars().all():
        follow(alert_id, now=now)


def follow(alert_id: int, *, now: datetime) -> None:
    """Hand over the case that was opened on an item. Raises Unavailable while there is none."""
    alert = session().get_one(Alert, alert_id)
    if alert.case_id is not None or alert.returned_at is not None:
        return
    item = session().get_one(Item, alert.item_id)
    if item.case_id is None:
        raise Unavailable(N_("Ce qui a été tapé n'est pas encore une demande."))
    case = session().get_one(Case, item.case_id)
    cases.alone(case)
    alert.case_id = case.id
    session().flush()
    _bring(alert, case, SYSTEM, now)


def _demand(actor: Actor) -> None:
    if not allowed(actor, Permission.DANGER):
        raise Forbidden(N_("Votre compte ne permet pas d'ouvrir cette page."))


def _raise(
    actor: Actor,
    now: datetime,
    *,
    case: Case | None = None,
    item_id: int | None = None,
    why: str = "",
) -> int:
    unit = unit_on_duty()
    alert_id = add(
        Alert,
        case_id=case.id if case else None,
        item_id=item_id,
        unit_id=unit.id,
        raised_by=actor.user_id,
        raised_at=now,
    )
    audit.record(
        Event.ALERT_RAISED,
        subject=("alert", alert_id),
        case_id=case.id if case else None,
        actor=actor,
        now=now,
        remark_id=audit.remark(why, now=now),
        unit=unit.name,
    )
    return alert_id


def _bring(alert: Alert, case: Case, actor: Actor, now: datetime) -> None:
    if not mistake.stands_handed(case, alert.unit_id):
        _move(alert, case, actor, now)


def _move(alert: Alert, case: Case, actor: Actor, now: datetime) -> None:
    """To the unit on duty alone; nothing that was planned leaves."""
    unit = snapshot().unit_by_id(alert.unit_id)
    people = duty.called(unit.id, now)
    was = snapshot().unit_by_id(cases.handling_of(case, actor).unit_id).name
    alert.before = moving.to_duty(case, unit, people, actor=actor, now=now)
    session().flush()
    outbox.withhold(case.id, actor=actor, now=now)
    acknowledging.withdraw(case.id, actor=actor, now=now)
    leaving.set_apart(case.id, is_apart=True)
    audit.record(
        Event.CASE_HANDED_OVER,
        subject=("case", case.id),
        case_id=case.id,
        actor=actor,
        now=now,
        unit=unit.name,
        unit_was=was,
    )


def _latest(case_id: int) -> Alert | None:
    """The last alert about a case that was not given back, as it is now."""
    query = select(Alert).where(Alert.case_id == case_id, Alert.returned_at.is_(None))
    query = query.order_by(Alert.id.desc()).limit(1).execution_options(populate_existing=True)
    return session().scalar(query)


def take(alert_id: int, *, actor: Actor, now: datetime) -> None:
    """Say "I am dealing with it": one name, and the alarm stops. Hers already: nothing.
    Another's: Conflict says whose. Raises NotFound for who may not know of it."""
    alert = session().get(Alert, alert_id)
    if alert is None or alert.returned_at is not None:
        raise NotFound(NO_ALERT)
    case = _demand_taking(alert, actor, now)
    free = (Alert.id == alert_id, Alert.taken_at.is_(None), Alert.returned_at.is_(None))
    claimed = execute(update(Alert).where(*free).values(taken_by=actor.user_id, taken_at=now))
    session().refresh(alert)
    if claimed.rowcount != 1:
        _taken_already(alert, actor)
        return
    _tell(Event.ALERT_TAKEN, alert, actor, now, who=_name(alert.taken_by))
    if case is not None and cases.handling_of(case, actor).assignee_id is None:
        work.take(case, actor=actor, now=now)


def _demand_taking(alert: Alert, actor: Actor, now: datetime) -> Case | None:
    """Its case, for who may write there; without one, the people of the unit on duty."""
    if alert.case_id is None:
        if alert.unit_id not in duty.answers_for(actor, now):
            raise NotFound(NO_ALERT)
        return None
    case = session().get_one(Case, alert.case_id)
    facts = cases.facts_for(case, actor, now)
    if not allowed(actor, Permission.CASE_READ, facts):
        raise NotFound(NO_ALERT)
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    return case


def _taken_already(alert: Alert, actor: Actor) -> None:
    if alert.returned_at is not None:
        raise NotFound(NO_ALERT)
    if alert.taken_by != actor.user_id:
        raise Conflict(N_("%(who)s s'en occupe déjà."), who=_name(alert.taken_by))


def send_back(case: Case, why: str, *, actor: Actor, now: datetime) -> None:
    """It was handed over by mistake: everything as it stood, and the alarm stops. What had been
    written and was to leave stays with who wrote it. Raises Conflict once anybody has written
    there in secret."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    alert = mistake.handed(case.id)
    if alert is None or alert.before is None:
        raise Conflict(NO_ALERT)
    if not mistake.may_return(case, alert):
        raise Conflict(WRITTEN)
    remark_id = audit.remark(why, now=now)
    if remark_id is None:
        raise InvalidInput(N_("Dites pourquoi la demande est rendue."), field="reason")
    moving.back(case, alert.before, actor=actor, now=now)
    leaving.set_apart(case.id, is_apart=False)
    _settle(case.id, alert.id, remark_id, actor, now)


def _settle(case_id: int, first: int, remark_id: int, actor: Actor, now: datetime) -> None:
    """Stop the alert that moved a case, and those that rang after it."""
    since = (Alert.case_id == case_id, Alert.id >= first, Alert.returned_at.is_(None))
    for alert in session().scalars(select(Alert).where(*since).order_by(Alert.id)):
        alert.returned_at = now
        audit.record(
            Event.ALERT_RETURNED,
            subject=("alert", alert.id),
            case_id=case_id,
            actor=actor,
            now=now,
            remark_id=remark_id,
        )
    session().flush()


def _tell(event: Event, alert: Alert, actor: Actor, now: datetime, **data: Any) -> None:
    subject = ("alert", alert.id)
    audit.record(event, subject=subject, case_id=alert.case_id, actor=actor, now=now, **data)


def _name(user_id: int | None) -> str:
    found = session().get(User, user_id) if user_id is not None else None
    return found.name if found else "?"
