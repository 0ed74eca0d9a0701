"""The rules in force and what they need, kept in memory (see `organisation.cache`)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from grc.catalogue.queries import snapshot as catalogue
from grc.core.db import session
from grc.core.i18n import Text
from grc.organisation.cache import Cache
from grc.organisation.queries import snapshot as organisation
from grc.routing.models import RoutingDecision, RoutingRule
from grc.routing.rule import Rule
from grc.routing.rules import RoutingContext, TypeDefaults
from grc.routing.stored import read


@dataclass(frozen=True)
class Book:
    """The rules of every day: of each row, from which day on and until which."""

    pages: tuple[tuple[date, date | None, Rule], ...]
    found: dict[date, tuple[Rule, ...]] = field(default_factory=dict)

    def on(self, day: date) -> tuple[Rule, ...]:
        """The rules of a day in their order; before the first ones, the first."""
        if day not in self.found:
            day_or_first = max(day, min((page[0] for page in self.pages), default=day))
            self.found[day] = tuple(
                rule
                for first, end, rule in self.pages
                if first <= day_or_first and (end is None or day_or_first < end)
            )
        return self.found[day]

    def since(self, day: date) -> tuple[Rule, ...]:
        """The rules in force on a day or later."""
        return tuple(rule for _first, end, rule in self.pages if end is None or end > day)


def rules(on: date) -> tuple[Rule, ...]:
    """The rules in force on a day, in their order; a reload is seen within a second."""
    return _book.get().on(on)


def rules_since(on: date) -> tuple[Rule, ...]:
    """The rules in force on a day and those that will be."""
    return _book.get().since(on)


def rule_labels() -> dict[str, str]:
    """What each rule is called, by code, past ones included."""
    return {rule.code: rule.label for _first, _end, rule in _book.get().pages}


def rule_at(code: str, version: int) -> Rule | None:
    """One version of a rule, whatever the day: what a case pinned."""
    pages = _book.get().pages
    return next((one for *_, one in pages if (one.code, one.version) == (code, version)), None)


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


def rule_of(row: RoutingRule) -> Rule:
    """The rule that a row says."""
    values = {name: getattr(row, name) for name in ("code", "label", "conditions", "outcome")}
    return read(values, version=row.version, order=row.position)


def _build_book() -> Book:
    query = select(RoutingRule).order_by(RoutingRule.position, RoutingRule.version)
    rows = session().scalars(query)
    return Book(tuple((row.valid_from, row.valid_to, rule_of(row)) for row in rows))


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


_book = Cache(_build_book)
_context = Cache(_build_context)
