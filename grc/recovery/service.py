"""Recording recovery actions: promised, then done with a result."""

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
from grc.recovery.catalogue import RESULTS, TYPES
from grc.recovery.models import RecoveryAction
from grc.staff.policy import Permission


def promise(
    case: Case,
    code: str,
    *,
    promised_on: date | None = None,
    why: str = "",
    actor: Actor,
    now: datetime,
) -> int:
    """Promise a recovery action on a case, by default for the catalogue's day."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    action = TYPES.get(code)
    if action is None:
        raise InvalidInput(N_("Cette action n'existe pas : %(code)s."), field="code", code=code)
    today = paris_date(now)
    day = promised_on or today + timedelta(days=action.days)
    if day < today:
        raise InvalidInput(
            N_("Une action se promet pour aujourd'hui ou plus tard."), field="promised_on"
        )
    handling = cases.handling_of(case, actor)
    action_id = add(
        RecoveryAction,
        case_id=case.id,
        unit_id=handling.unit_id,
        family=action.family,
        code=code,
        reason_id=audit.remark(why, now=now),
        owner_id=actor.user_id,
        promised_on=day,
        created_at=now,
    )
    _record(Event.ACTION_PLANNED, case, action_id, actor, now, code=Text(action.label))
    return action_id


def finish(
    case: Case, action_id: int, result: str, *, why: str = "", actor: Actor, now: datetime
) -> None:
    """Record that an action was done, and its result. Doing it again changes nothing."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    action = session().get(RecoveryAction, action_id)
    if action is None or action.case_id != case.id:
        raise InvalidInput(N_("Cette action n'est pas de cette demande."))
    if action.code not in TYPES:
        raise InvalidInput(N_("Un droit a ses propres résultats."))
    if result not in RESULTS:
        raise InvalidInput(N_("Dites le résultat de l'action."), field="result")
    if action.done_on is not None:
        return
    action.done_on, action.result = paris_date(now), result
    action.result_id = audit.remark(why, now=now)
    session().flush()
    label = Text(TYPES[action.code].label)
    _record(
        Event.ACTION_DONE, case, action_id, actor, now, code=label, result=Text(RESULTS[result])
    )


def _record(
    event: Event, case: Case, action_id: int, actor: Actor, now: datetime, **data: Any
) -> None:
    audit.record(
        event, subject=("action", action_id), case_id=case.id, actor=actor, now=now, **data
    )
