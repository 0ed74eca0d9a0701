"""Choose the unit of a case, with the reasons (affectation). Pure.

One ordered list of rules, the first that matches wins, and a fallback unit when none does.
A rule says *when* (every condition given must hold; inside one condition any value will do)
and *then* (nature of request, unit, priority, level). The decision names the rule and its
version, the facts that made it match, and why each earlier rule did not.

It only proposes a service; it never decides on a right (CRPA L311-3-1).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grc.core.i18n import N_, Text, gettext, translate
from grc.routing.conditions import match
from grc.routing.rule import RoutingInputs, Rule, Then, When

__all__ = [
    "Decision",
    "RoutingContext",
    "RoutingInputs",
    "Rule",
    "Then",
    "TypeDefaults",
    "When",
    "decide",
]

FALLBACK = "fallback"
GIVEN = "given"
TERRITORY = "territory"  # as a unit: the one that serves the citizen's territory
LEVELS = ("normal", "restricted", "named")
_PRIORITIES = {1: N_("priorité urgente"), 3: N_("priorité basse")}


@dataclass(frozen=True)
class TypeDefaults:
    """What a request type says of routing: `unit` is a code or "territory"."""

    unit: str
    level: str = "normal"
    label: str = ""


@dataclass(frozen=True)
class RoutingContext:
    """The rest of the world, by code: types, units of territories, names to show."""

    fallback_unit: str
    request_types: Mapping[str, TypeDefaults] = field(default_factory=dict)
    territory_units: Mapping[str, str] = field(default_factory=dict)
    unit_names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """Where a case goes and why. A fallback waits in "à affecter" until a person confirms."""

    rule_code: str
    rule_version: int
    rule_label: str
    unit_code: str
    unit_name: str
    request_type_code: str  # empty when unknown
    priority: int
    level: str
    reasons: tuple[Text, ...]
    rejected: tuple[tuple[str, Text], ...]  # (rule code, why it did not match)
    is_fallback: bool

    @property
    def sentence(self) -> str:
        """The decision in one French sentence."""
        return self.say("fr")

    def say(self, locale: str) -> str:
        """The decision in one sentence: the unit, the rule, the reasons."""
        msgid = (
            N_("À affecter par %(unit)s : %(why)s")
            if self.is_fallback
            else N_("Affectée à %(unit)s par la règle « %(rule)s » : %(why)s")
        )
        said = (translate(reason, locale) for reason in self.reasons)
        why = gettext(N_(" ; "), locale).join(said)
        params = {"unit": self.unit_name, "rule": self.rule_label, "why": why}
        return translate(Text(msgid, params), locale)

    def as_json(self) -> dict[str, Any]:
        """The shape kept with the case; sentences stay translatable."""
        return {
            "rule": self.rule_code,
            "version": self.rule_version,
            "reasons": [reason.as_json() for reason in self.reasons],
            "rejected": [
                {"rule": code, "because": because.as_json()} for code, because in self.rejected
            ],
        }


def decide(inputs: RoutingInputs, rules: Sequence[Rule], context: RoutingContext) -> Decision:
    """The decision of the first rule that matches, else the fallback. Never fails.

    A unit already given decides alone.
    """
    if inputs.given_unit:
        rule = Rule(GIVEN, GIVEN, When(), Then(unit=inputs.given_unit), version=0)
        told = Text(inputs.given_by or N_("service donné par les données reprises"))
        return _decision(rule, (told,), (), inputs, context)
    rejected: list[tuple[str, Text]] = []
    for rule in rules:
        matched, reasons = match(rule, inputs)
        if matched:
            return _decision(rule, reasons, tuple(rejected), inputs, context)
        rejected.append((rule.code, reasons[-1]))
    reason = Text(N_("aucune règle ne correspond"))
    rule = Rule(FALLBACK, FALLBACK, When(), Then(), version=0)
    return _decision(rule, (reason,), tuple(rejected), inputs, context)


def _decision(
    rule: Rule,
    reasons: tuple[Text, ...],
    rejected: tuple[tuple[str, Text], ...],
    inputs: RoutingInputs,
    context: RoutingContext,
) -> Decision:
    request_type = rule.then.request_type or inputs.request_type
    defaults = context.request_types.get(request_type)
    unit, why = _unit(rule, defaults, inputs, context)
    chosen = unit or inputs.mailbox_unit or context.fallback_unit
    return Decision(
        rule_code=rule.code,
        rule_version=rule.version,
        rule_label=rule.label,
        unit_code=chosen,
        unit_name=context.unit_names.get(chosen, chosen),
        request_type_code=request_type if defaults else "",
        priority=rule.then.priority,
        level=strictest(rule.then.level, defaults.level if defaults else ""),
        reasons=(*reasons, *why, *_priority(rule.then.priority)),
        rejected=rejected,
        is_fallback=not unit,
    )


def _unit(
    rule: Rule, defaults: TypeDefaults | None, inputs: RoutingInputs, context: RoutingContext
) -> tuple[str, tuple[Text, ...]]:
    """The unit a rule leads to, empty when it cannot be told, with what must be added."""
    if rule.code == FALLBACK:
        return "", ()
    unit = rule.then.unit or (defaults.unit if defaults else "")
    if unit == TERRITORY:
        served_by = context.territory_units.get(inputs.territory, "")
        if not served_by:
            return "", (Text(N_("territoire inconnu : commune ou adresse à préciser")),)
        where = inputs.commune_name or inputs.territory
        return served_by, (Text(N_("territoire : %(where)s"), {"where": where}),)
    if unit and context.unit_names and unit not in context.unit_names:
        return "", (Text(N_("le service « %(unit)s » n'existe plus"), {"unit": unit}),)
    return unit, () if unit else (Text(N_("nature de demande à préciser")),)


def _priority(priority: int) -> tuple[Text, ...]:
    return (Text(_PRIORITIES[priority]),) if priority in _PRIORITIES else ()


def strictest(*levels: str) -> str:
    """The most secret level: a rule may hide more than its request type, never less."""
    return max((level for level in levels if level), key=LEVELS.index, default=LEVELS[0])
