"""The rules in force and what they need, kept in memory (see `organisation.cache`)."""

from collections.abc import Collection

from sqlalchemy import select

from grc.catalogue.queries import snapshot as catalogue
from grc.core.db import session
from grc.core.i18n import Text
from grc.organisation.cache import Cache
from grc.organisation.queries import snapshot as organisation
from grc.routing.models import RoutingDecision, RoutingRule
from grc.routing.rule import Rule, Then, When
from grc.routing.rules import RoutingContext, TypeDefaults


def rules() -> tuple[Rule, ...]:
    """The current rules in their order; a reload is seen within a second."""
    return _rules.get()


def context() -> RoutingContext:
    """Request types, units of territories and names, as `decide` wants them."""
    return _context.get()


def reasons(case_ids: Collection[int]) -> dict[int, list[Text]]:
    """Why each case was sent where it is: the reasons of its latest decision."""
    query = select(RoutingDecision.case_id, RoutingDecision.reasons)
    rows = session().execute(
        query.where(RoutingDecision.case_id.in_(case_ids)).order_by(RoutingDecision.id)
    )
    return {case_id: [Text.from_json(one) for one in kept] for case_id, kept in rows}


def _build_rules() -> tuple[Rule, ...]:
    query = select(RoutingRule).where(RoutingRule.valid_to.is_(None))
    return tuple(map(_rule, session().scalars(query.order_by(RoutingRule.position))))


def _rule(row: RoutingRule) -> Rule:
    return Rule(
        code=row.code,
        label=row.label,
        when=When(**{name: tuple(values) for name, values in row.conditions.items()}),
        then=Then(**row.outcome),
        version=row.version,
        order=row.position,
    )


def _build_context() -> RoutingContext:
    units = organisation()
    return RoutingContext(
        fallback_unit=units.triage.code,
        request_types={
            kind.code: TypeDefaults(kind.unit_code, kind.level, kind.label_fr)
            for kind in catalogue().types.values()
        },
        territory_units={item.code: item.unit_code for item in units.territories_by_code.values()},
        unit_names={unit.code: unit.name for unit in units.units},
    )


_rules = Cache(_build_rules)
_context = Cache(_build_context)
