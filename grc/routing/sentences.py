"""A rule as a sentence: "Si la boîte est « apa », alors au service APA…". Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

from grc.core.i18n import N_, Text
from grc.routing.conditions import days
from grc.routing.rule import ANY, Rule, Then, When
from grc.routing.rules import TERRITORY

Labels = Mapping[str, str]
EVERYTHING = 10_000  # more values than a list has


@dataclass(frozen=True)
class Names:
    """What codes are called, in the language of the reader; a code without a name is shown as
    it is. `default_units` gives the name of the unit of each request type."""

    channels: Labels = field(default_factory=dict)
    sources: Labels = field(default_factory=dict)
    request_types: Labels = field(default_factory=dict)
    communes: Labels = field(default_factory=dict)
    territories: Labels = field(default_factory=dict)
    units: Labels = field(default_factory=dict)
    levels: Labels = field(default_factory=dict)
    default_units: Labels = field(default_factory=dict)


# Condition, its sentence. The order is that of reading, not of trying.
_SENTENCES: Mapping[str, str] = {
    "channels": N_("le canal est %(values)s"),
    "sources": N_("la boîte est %(values)s"),
    "request_types": N_("la nature déjà connue est %(values)s"),
    "communes": N_("la commune est %(values)s"),
    "territories": N_("le territoire est %(values)s"),
    "sender_domains": N_("l'expéditeur écrit de %(values)s"),
    "subject_keywords": N_("l'objet contient %(values)s"),
    "keywords": N_("le message contient %(values)s"),
    "except_keywords": N_("le message ne contient pas %(values)s"),
}
_PRIORITIES = {1: N_("en priorité urgente"), 3: N_("en priorité basse")}


def sentence(rule: Rule, names: Names, most: int = EVERYTHING) -> Text:
    """The whole rule; of a list much longer than `most` values, the first and how
    many more."""
    conditions = _conditions(rule.when, names, most)
    if rule.when.since or rule.when.until:
        conditions.append(Text(N_("elle est affectée %(dates)s"), {"dates": days(rule.when)}))
    then = reduce(_also, _outcome(rule.then, names))
    if not conditions:
        return Text(N_("Dans tous les autres cas, %(then)s."), {"then": then})
    return Text(
        N_("Si %(when)s, alors %(then)s."), {"when": reduce(_and, conditions), "then": then}
    )


def _conditions(when: When, names: Names, most: int) -> list[Text]:
    return [
        _condition(name, wanted, getattr(names, name, {}), most)
        for name in _SENTENCES
        if (wanted := getattr(when, name))
    ]


def _condition(name: str, wanted: Sequence[str], labels: Labels, most: int) -> Text:
    if name == "request_types" and ANY in wanted:
        return Text(N_("une nature de demande est déjà connue"))
    cut = most if len(wanted) > most + 1 else len(wanted)
    shown = [Text(N_("« %(value)s »"), {"value": labels.get(v, v)}) for v in wanted[:cut]]
    values = reduce(_or, shown)
    if len(wanted) > cut:
        more = {"values": values, "more": len(wanted) - cut}
        values = Text(N_("%(values)s ou une des %(more)s autres valeurs"), more)
    return Text(_SENTENCES[name], {"values": values})


def _outcome(then: Then, names: Names) -> list[Text]:
    told = [_where(then, names)]
    if then.request_type and then.unit:
        label = names.request_types.get(then.request_type, then.request_type)
        told.append(Text(N_("avec la nature « %(type)s »"), {"type": label}))
    if then.priority in _PRIORITIES:
        told.append(Text(_PRIORITIES[then.priority]))
    if then.level:
        label = names.levels.get(then.level, then.level)
        told.append(Text(N_("au moins « %(level)s »"), {"level": label}))
    return told


def _where(then: Then, names: Names) -> Text:
    if then.unit == TERRITORY:
        return Text(N_("elle va au service du territoire de l'usager"))
    if then.unit:
        unit = names.units.get(then.unit, then.unit)
        return Text(N_("elle va à %(unit)s"), {"unit": unit})
    if not then.request_type:
        return Text(N_("elle va au service de cette nature de demande"))
    label = names.request_types.get(then.request_type, then.request_type)
    unit = names.default_units.get(then.request_type, "")
    if not unit:
        return Text(N_("elle devient « %(type)s » et va à son service"), {"type": label})
    return Text(N_("elle devient « %(type)s » et va à %(unit)s"), {"type": label, "unit": unit})


def _and(one: Text, other: Text) -> Text:
    return Text(N_("%(one)s et %(other)s"), {"one": one, "other": other})


def _or(one: Text, other: Text) -> Text:
    return Text(N_("%(one)s ou %(other)s"), {"one": one, "other": other})


def _also(one: Text, other: Text) -> Text:
    return Text(N_("%(one)s, %(other)s"), {"one": one, "other": other})
