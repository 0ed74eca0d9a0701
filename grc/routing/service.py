"""Routing a case (affectation), confirming it, re-routing it by hand. Always explained."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update

from grc.cases import fields
from grc.cases import service as cases
from grc.cases.listing import readable_level
from grc.cases.models import Case, Handling
from grc.cases.states import Status
from grc.catalogue.queries import current_type
from grc.core import audit
from grc.core.actor import SYSTEM, Actor
from grc.core.db import add_later, amend, execute, session
from grc.core.errors import Conflict, InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_
from grc.organisation.queries import UnitView
from grc.organisation.queries import snapshot as organisation
from grc.routing import by_hand, due, standing
from grc.routing.inputs import inputs_of
from grc.routing.models import RoutingDecision
from grc.routing.queries import context, rules
from grc.routing.rules import Decision, RoutingInputs, decide, strictest
from grc.staff.policy import Permission

_SEEN = (
    "channel", "source", "request_type", "commune", "territory", "sender_domain", "given_unit",
)  # fmt: skip


def route(case_id: int, *, now: datetime) -> None:
    """Route a case that was just opened. Routing it again changes nothing; one that a person
    has placed, as a secret split from another, stays there and gets its deadline."""
    case = session().get_one(Case, case_id)
    handling, *others = cases.all_handlings(case)
    if handling.routed_at is not None:
        due.ensure_deadline(case, now)
        return
    inputs = inputs_of(case, now, unit_id=handling.unit_id)
    decision = decide(inputs, rules(inputs.on), context())
    unit = organisation().unit(decision.unit_code)
    wanted = "restricted" if decision.is_fallback else strictest(decision.level, _medical(case))
    level = readable_level(wanted, case.id, {unit.id, *(row.unit_id for row in others)})
    kind = _kind(decision.request_type_code)
    was = standing.before(case, handling)
    amend(case, priority=decision.priority, level=level, **kind)
    due_on = due.first_deadline(case, now)
    _place(
        case,
        handling,
        unit,
        others,
        to_route=decision.is_fallback,
        level=case.level,
        due_on=due_on,
        routed_at=now,
    )
    if others:  # a copy in another mailbox came first: its unit keeps the same secret
        same = {"level": case.level, "priority": case.priority, "due_on": due_on}
        execute(update(Handling).where(Handling.case_id == case.id), same)
    _keep(case, unit, decision, inputs, now)
    _tell(case, unit, decision, was | standing.after(case, due_on), now)


def route_anew(case: Case, *, now: datetime) -> None:
    """Ask the rules again about a case that waits to be routed, now that a person has told
    more of it; it stays where it is when they still do not know."""
    handling, *others = cases.all_handlings(case)
    if handling.routed_at is None or not handling.to_route:
        return
    inputs = inputs_of(case, now, unit_id=handling.unit_id)
    decision = decide(inputs, rules(inputs.on), context())
    if decision.is_fallback:
        return
    unit, before = organisation().unit(decision.unit_code), case.request_type
    was, due_on = standing.before(case, handling), handling.due_on
    amend(case, priority=decision.priority, **_kind(decision.request_type_code))
    _place(case, handling, unit, others, to_route=False, routed_at=now)
    if case.request_type != before:
        due.new_deadline(case, now)
    level = strictest(decision.level, _least_level(case))
    cases.set_level(case, level, actor=SYSTEM, now=now)
    cases.publish_status(case, now)
    _keep(case, unit, decision, inputs, now)
    own = {name: was[f"{name}_was"] for name in ("level", "due")}  # told by acts of their own
    _tell(case, unit, decision, was | standing.after(case, due_on) | own, now)


def _kind(code: str) -> dict[str, Any]:
    """What a case says of its nature of request; nothing when that is unknown."""
    kind = current_type(code) if code else None
    if kind is None:
        return {}
    return {
        "request_type": kind.code,
        "request_type_version": kind.version,
        "nature": kind.nature,
    }


def _place(
    case: Case, handling: Handling, unit: UnitView, others: Sequence[Handling], **values: Any
) -> Handling:
    """Put a handling in a unit; one the unit already has, among the others of the case, takes
    its place."""
    values["priority"] = case.priority
    if handling.unit_id == unit.id:
        cases.change(handling, **values)
        return handling
    there = next((row for row in others if row.unit_id == unit.id), None)
    if there is None:
        moved = {"unit_id": unit.id, "department_id": unit.department_id, "assignee_id": None}
        cases.change(handling, **moved, **values)
        return handling
    session().delete(handling)
    session().flush()
    cases.change(there, **values)
    return there


def put(case: Case, handling: Handling, unit: UnitView, **values: Any) -> Handling:
    """Put a part of a case in another unit, or join the part that this unit has."""
    return _place(case, handling, unit, cases.all_handlings(case), **values)


def _keep(
    case: Case, unit: UnitView, decision: Decision, inputs: RoutingInputs, now: datetime
) -> None:
    seen = {name: value for name in _SEEN if (value := getattr(inputs, name))}
    kept = decision.as_json()
    add_later(
        RoutingDecision,
        case_id=case.id,
        unit_id=unit.id,
        rule_code=decision.rule_code,
        rule_version=decision.rule_version,
        inputs=seen,
        reasons=kept["reasons"],
        rejected=kept["rejected"],
        actor=SYSTEM.label,
        decided_at=now,
    )


def _tell(
    case: Case, unit: UnitView, decision: Decision, stood: dict[str, Any], now: datetime
) -> None:
    event = Event.CASE_TO_ROUTE if decision.is_fallback else Event.CASE_ROUTED
    data: dict[str, Any] = {"unit": unit.name, **stood}
    if not decision.is_fallback:
        data["rule"] = decision.rule_label
    audit.record(event, subject=("case", case.id), case_id=case.id, actor=SYSTEM, now=now, **data)


def confirm(case: Case, *, level: str, expected: int | None, actor: Actor, now: datetime) -> None:
    """A person confirms the unit of a case that no sure rule had routed."""
    cases.demand(case, actor, Permission.CASE_ROUTE, now)
    handling = cases.at_version(cases.handling_of(case, actor), expected)
    if not handling.to_route:
        raise Conflict(N_("Le service de cette demande est déjà confirmé."))
    cases.change(handling, to_route=False)
    least = strictest(_known_level(level), _least_level(case))
    cases.set_level(case, least, actor=actor, now=now)
    _confirmed(case, organisation().unit_by_id(handling.unit_id), actor, now)


def _confirmed(case: Case, unit: UnitView, actor: Actor, now: datetime) -> None:
    audit.record(
        Event.CASE_ROUTE_CONFIRMED,
        subject=("case", case.id),
        case_id=case.id,
        actor=actor,
        now=now,
        unit=unit.name,
    )


def _least_level(case: Case) -> str:
    """What a person may not go below: the nature's level, and a case already named."""
    kind = current_type(case.request_type) if case.request_type else None
    named = "named" if case.level == "named" else ""
    return strictest(kind.level if kind else "", named, _medical(case))


def _medical(case: Case) -> str:
    return "restricted" if case.is_medical else ""


def _known_level(level: str) -> str:
    if level not in {"normal", "restricted", "named"}:
        raise InvalidInput(N_("Ce niveau de confidentialité n'existe pas."), field="level")
    return level


def reroute(
    case: Case,
    unit_code: str,
    why: str,
    *,
    expected: int | None,
    actor: Actor,
    now: datetime,
    request_type: str | None = None,
) -> None:
    """Send a case to another unit of ours, by hand; the reason is kept with the decision."""
    cases.demand(case, actor, Permission.CASE_ROUTE, now)
    unit = organisation().find_unit(unit_code)
    if unit is None:
        raise InvalidInput(
            N_("Le service « %(unit)s » n'existe pas."), field="unit", unit=unit_code
        )
    if case.is_medical and unit.kind != "medical":
        raise InvalidInput(N_("Un courrier médical reste dans un service médical."), field="unit")
    remark_id = audit.remark(why, now=now)
    if remark_id is None:
        raise InvalidInput(N_("Dites pourquoi la demande change de service."), field="reason")
    handling = cases.handling_of(case, actor)
    old = organisation().unit_by_id(handling.unit_id)
    cases.at_version(handling, expected)
    was_to_route, was_open, agent = handling.to_route, handling.is_open, handling.assignee_id
    placed = put(case, handling, unit, to_route=False, routed_at=now)
    by_hand.keep(case, unit, old, remark_id, actor, now)
    fields.tell_agent(case, agent, placed.assignee_id, actor=actor, now=now)
    if request_type:
        _qualify(case, request_type, actor=actor, now=now)
    level = strictest("normal" if was_to_route else case.level, _least_level(case))
    cases.set_level(case, level, actor=actor, now=now)
    cases.list_anew(case, actor=actor, now=now)
    start_again(case, placed, was_open, actor, now)
    if was_to_route:
        _confirmed(case, unit, actor, now)


def start_again(
    case: Case, handling: Handling, was_open: bool, actor: Actor, now: datetime
) -> None:
    """What was going on elsewhere waits for somebody of its new unit."""
    left = handling.status == Status.IN_PROGRESS and handling.assignee_id is None
    if left or (was_open and not handling.is_open):
        cases.set_status(case, handling, Status.RECEIVED, actor=actor, now=now)
    else:
        cases.publish_status(case, now)


def qualify(case: Case, code: str, *, expected: int | None, actor: Actor, now: datetime) -> None:
    """Say what nature of request this is; its delay and legal nature follow.

    It may make the case more secret, never less.
    """
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    cases.at_version(cases.handling_of(case, actor), expected)
    _qualify(case, code, actor=actor, now=now)
    level = strictest(case.level, _least_level(case))
    cases.set_level(case, level, actor=actor, now=now)


def _qualify(case: Case, code: str, *, actor: Actor, now: datetime) -> None:
    kind = current_type(code)
    if kind is None:
        raise InvalidInput(
            N_("La nature de demande « %(code)s » n'existe pas."), field="request_type", code=code
        )
    if case.request_type == kind.code:
        return
    before = current_type(case.request_type) if case.request_type else None
    nature_was = case.nature
    amend(case, **_kind(kind.code))
    due.new_deadline(case, now)
    audit.record(
        Event.CASE_QUALIFIED,
        subject=("case", case.id),
        case_id=case.id,
        actor=actor,
        now=now,
        old=before.label_fr if before else "—",
        new=kind.label_fr,
        nature=case.nature,
        nature_was=nature_was,
    )
