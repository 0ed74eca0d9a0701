"""A unit chosen by a person: the decision is kept and told as those of the rules are."""

from datetime import datetime

from grc.cases.models import Case
from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import add
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.organisation.queries import UnitView
from grc.routing.models import RoutingDecision


def keep(
    case: Case, unit: UnitView, old: UnitView, remark_id: int, actor: Actor, now: datetime
) -> None:
    """Write that somebody sent a case from one unit to another; the remark says why."""
    reason = Text(N_("décidé par %(who)s"), {"who": actor.label})
    add(
        RoutingDecision,
        case_id=case.id,
        unit_id=unit.id,
        rule_code="",
        rule_version=0,
        inputs={},
        reasons=[reason.as_json()],
        rejected=[],
        actor=actor.label,
        remark_id=remark_id,
        decided_at=now,
    )
    audit.record(
        Event.CASE_REROUTED,
        subject=("case", case.id),
        case_id=case.id,
        actor=actor,
        now=now,
        remark_id=remark_id,
        old=old.name,
        new=unit.name,
    )
