"""Recording recovery actions: promised, then done with a result; what the program proposes."""

from collections.abc import Sequence
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
from grc.recovery import proposals
from grc.recovery.catalogue import RESULTS, TYPES
from grc.recovery.models import RecoveryAction, RecoveryProposal
from grc.staff.policy import Permission
from grc.staff.queries import colleagues


def promise(
    case: Case,
    code: str,
    *,
    promised_on: date | None = None,
    why: str = "",
    owner_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Promise a recovery action on a case, by default for the catalogue's day and by who asks;
    `owner_id`: by a colleague of the unit. What the program proposes of this kind is settled by
    it, and gives its reason where none is given."""
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
    if owner_id not in {None, actor.user_id, *dict(colleagues({handling.unit_id}))}:
        raise InvalidInput(N_("Cette personne n'est pas de ce service."), field="owner")
    asked = proposals.asking(case.id, code)
    why = why or _reason(asked[:1])
    action_id = add(
        RecoveryAction,
        case_id=case.id,
        unit_id=handling.unit_id,
        family=action.family,
        code=code,
        reason_id=audit.remark(why, now=now),
        owner_id=owner_id or actor.user_id,
        promised_on=day,
        created_at=now,
    )
    for proposal in asked:
        proposals.settle(proposal, proposals.RECORDED, now, action_id=action_id)
    _record(Event.ACTION_PLANNED, case, action_id, actor, now, code=Text(action.label))
    return action_id


def _reason(asked: Sequence[RecoveryProposal]) -> str:
    """Why the program proposes it, as a remark; empty for what it does not propose."""
    return "".join(str(Text.from_json(one.reason)).capitalize() for one in asked)


def finish(
    case: Case, action_id: int, result: str, *, why: str = "", actor: Actor, now: datetime
) -> None:
    """Record that an action was done, and its result. Doing it again changes nothing."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    action = _of(case, action_id)
    if result not in RESULTS:
        raise InvalidInput(N_("Dites le résultat de l'action."), field="result")
    if action.done_on is not None or action.withdrawn_at is not None:
        return
    action.done_on, action.result = paris_date(now), result
    action.result_id = audit.remark(why, now=now)
    session().flush()
    said = {"code": _label(action), "result": Text(RESULTS[result])}
    _record(Event.ACTION_DONE, case, action_id, actor, now, **said)


def reopen(case: Case, action_id: int, *, actor: Actor, now: datetime) -> None:
    """Undo `finish`: it is still to be done. The journal keeps what was said."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    action = _of(case, action_id)
    if action.done_on is None:
        return
    action.done_on = action.result = action.result_id = None
    session().flush()
    _record(Event.ACTION_REOPENED, case, action_id, actor, now, code=_label(action))


def withdraw(case: Case, action_id: int, *, actor: Actor, now: datetime) -> None:
    """Undo `promise`: it was recorded by mistake and counts nowhere. What the program had
    proposed waits again."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    action = _of(case, action_id)
    if action.done_on is not None:
        raise InvalidInput(N_("Cette action est faite : remettez-la d'abord à faire."))
    if action.withdrawn_at is not None:
        return
    action.withdrawn_at = now
    session().flush()
    proposals.take_back(action_id)
    _record(Event.ACTION_WITHDRAWN, case, action_id, actor, now, code=_label(action))


def accept(case: Case, proposal_id: int, *, actor: Actor, now: datetime) -> int:
    """Record what the program proposed, by who accepts it; the id of the action. Accepting it
    again changes nothing. Raises Conflict for what was dismissed or is no longer so."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    proposal = proposals.held(case.id, proposal_id)
    if proposal.action_id is not None:
        return proposal.action_id
    proposals.demand_waiting(proposal)
    why = _reason([proposal])
    return promise(case, proposal.code, why=why, actor=actor, now=now)


def dismiss(case: Case, proposal_id: int, why: str, *, actor: Actor, now: datetime) -> None:
    """Say that a proposal is of no use, and why: the same fact is not proposed again."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    proposal = proposals.held(case.id, proposal_id)
    if proposal.settled == proposals.DISMISSED:
        return
    proposals.demand_waiting(proposal)
    remark_id = audit.remark(why, now=now)
    if remark_id is None:
        raise InvalidInput(N_("Dites-le en une phrase."), field="reason")
    proposals.settle(proposal, proposals.DISMISSED, now, remark_id=remark_id)
    proposals.tell(Event.PROPOSAL_DISMISSED, proposal, actor, now, remark_id)


def restore(case: Case, proposal_id: int, *, actor: Actor, now: datetime) -> None:
    """Undo `dismiss`: it waits again."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    proposal = proposals.held(case.id, proposal_id)
    if proposal.settled != proposals.DISMISSED:
        return
    proposals.wait(proposal)
    code = Text(TYPES[proposal.code].label)
    audit.record(
        Event.PROPOSAL_RESTORED,
        subject=("proposal", proposal.id),
        case_id=case.id,
        actor=actor,
        now=now,
        code=code,
    )


def _of(case: Case, action_id: int) -> RecoveryAction:
    """An action of this case that is no right. Raises InvalidInput."""
    action = session().get(RecoveryAction, action_id)
    if action is None or action.case_id != case.id:
        raise InvalidInput(N_("Cette action n'est pas de cette demande."))
    if action.code not in TYPES:
        raise InvalidInput(N_("Un droit a ses propres résultats."))
    return action


def _label(action: RecoveryAction) -> Text:
    return Text(TYPES[action.code].label)


def _record(
    event: Event, case: Case, action_id: int, actor: Actor, now: datetime, **data: Any
) -> None:
    audit.record(
        event, subject=("action", action_id), case_id=case.id, actor=actor, now=now, **data
    )
