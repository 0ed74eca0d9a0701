"""Rights that were checked, asked, obtained or refused for somebody: actions of family RIGHT."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from grc.cases import service as cases
from grc.cases.models import Case
from grc.core import audit
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add, session
from grc.core.errors import InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.recovery.amounts import MOST, cents, euros
from grc.recovery.catalogue import ANSWERED_IN, ORGANISMS, RIGHTS, STANDINGS, Standing
from grc.recovery.models import RecoveryAction
from grc.staff.policy import Permission

FAMILY = "RIGHT"
_NOT_LISTED = N_("Ce choix n'est pas dans la liste.")


@dataclass(frozen=True)
class Right:
    """Where a right stands. `on` is the day it was checked, asked, or answered."""

    code: str
    organism: str
    standing: str
    on: date
    amount_cents: int | None = None  # a month; of what was obtained


def checked(right: Right, today: date) -> Right:
    """The right itself. Raises InvalidInput naming the field that is wrong."""
    for field, value, known in (
        ("right", right.code, RIGHTS),
        ("organism", right.organism, ORGANISMS),
        ("standing", right.standing, STANDINGS),
    ):
        if value not in known:
            raise InvalidInput(_NOT_LISTED, field=field)
    if right.on > today:
        raise InvalidInput(N_("Cette date est à venir."), field="on")
    if right.amount_cents is None:
        return right
    if right.standing != Standing.OBTAINED:
        raise InvalidInput(N_("Un montant se note quand le droit est obtenu."), field="amount")
    if not 0 <= right.amount_cents <= MOST:
        raise InvalidInput(N_("Ce montant est trop grand."), field="amount")
    return right


def typed(code: str, organism: str, standing: str, on: date, amount: str) -> Right:
    """A right as it was typed; of its usual organism when none was said. Raises InvalidInput
    for an amount that cannot be read."""
    found = cents(amount) if amount.strip() else None
    if found is None and amount.strip():
        raise InvalidInput(N_("Ce montant ne se lit pas : écrivez-le 635,70."), field="amount")
    usual = RIGHTS[code].organism if code in RIGHTS else ""
    return Right(code, organism or usual, standing, on, found)


def note(
    case_id: int, unit_id: int, right: Right, *, owner_id: int, actor: Actor, now: datetime
) -> int:
    """Write a right on a case, for who has already been allowed to; the id of its action."""
    told = checked(right, paris_date(now))
    action_id = add(
        RecoveryAction,
        case_id=case_id,
        unit_id=unit_id,
        family=FAMILY,
        code=told.code,
        owner_id=owner_id,
        created_at=now,
        **_columns(told),
    )
    _record(Event.RIGHT_NOTED, case_id, action_id, actor, now, told)
    return action_id


def record(case: Case, right: Right, *, actor: Actor, now: datetime) -> int:
    """Note a right from the page of a case."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    unit_id = cases.handling_of(case, actor).unit_id
    owner_id = actor.user_id or 0  # a person: `demand` has seen to it
    return note(case.id, unit_id, right, owner_id=owner_id, actor=actor, now=now)


def change(case: Case, action_id: int, right: Right, *, actor: Actor, now: datetime) -> None:
    """Say where a right stands now. The day it was asked stays known; the journal keeps the rest.
    Saying it again changes nothing."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    action = session().get(RecoveryAction, action_id, with_for_update=True)
    if action is None or action.case_id != case.id or action.family != FAMILY:
        raise InvalidInput(N_("Ce droit n'est pas de cette demande."))
    told = checked(right, paris_date(now))
    if action.asked_on and told.standing != Standing.ASKED and told.on < action.asked_on:
        raise InvalidInput(N_("Cette date est avant celle de la demande."), field="on")
    if told.code != action.code:
        raise InvalidInput(_NOT_LISTED, field="right")
    if told == right_of(action):
        return
    for name, value in (_columns(told) | _asked(action, told)).items():
        setattr(action, name, value)
    session().flush()
    _record(Event.RIGHT_CHANGED, case.id, action_id, actor, now, told)


def right_of(action: RecoveryAction) -> Right:
    """Where the right of an action stands."""
    standing = action.result or Standing.ASKED.value
    on = action.done_on or action.asked_on or action.promised_on
    return Right(action.code, action.organism or "", standing, on, action.amount_cents)


def _columns(right: Right) -> dict[str, Any]:
    waits = right.standing == Standing.ASKED
    return {
        "organism": right.organism,
        "promised_on": right.on + timedelta(days=ANSWERED_IN) if waits else right.on,
        "done_on": None if waits else right.on,
        "result": None if waits else str(right.standing),
        "asked_on": right.on if waits else None,
        "amount_cents": right.amount_cents,
    }


def _asked(action: RecoveryAction, right: Right) -> dict[str, Any]:
    """What an answer keeps of what was asked."""
    if right.standing == Standing.ASKED or action.asked_on is None:
        return {}
    return {"asked_on": action.asked_on, "promised_on": action.promised_on}


def words(right: Right) -> Text:
    """Where a right stands, and how much it brings."""
    standing = Text(STANDINGS[right.standing])
    if right.amount_cents is None:
        return standing
    parts = {"standing": standing, "amount": euros(right.amount_cents)}
    return Text(N_("%(standing)s, %(amount)s par mois"), parts)


def _record(
    event: Event, case_id: int, action_id: int, actor: Actor, now: datetime, right: Right
) -> None:
    audit.record(
        event,
        subject=("action", action_id),
        case_id=case_id,
        actor=actor,
        now=now,
        right=RIGHTS[right.code].name,
        organism=Text(ORGANISMS[right.organism]),
        standing=words(right),
        on=right.on.isoformat(),
    )
