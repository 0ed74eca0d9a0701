"""routing.toml: the ordered rules. Pure.

`read` gives valid rules, in their order, or raises `InvalidFile` with every mistake: unknown
names, rules that decide nothing, rules that an earlier one always hides.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from grc.core.i18n import N_
from grc.core.toml_lines import Path
from grc.core.toml_source import Row, Source
from grc.routing.keywords import parse
from grc.routing.rule import ANY, NORMAL_PRIORITY, Rule, Then, When
from grc.routing.rules import LEVELS, TERRITORY
from grc.routing.shadows import shadow

UNKNOWN = {
    "channels": N_("« %(value)s » n'est pas un canal connu"),
    "sources": N_("« %(value)s » n'est pas une boîte connue"),
    "request_types": N_("« %(value)s » n'est pas une nature de demande connue"),
    "communes": N_("« %(value)s » n'est pas une commune connue"),
    "territories": N_("« %(value)s » n'est pas un territoire connu"),
    "unit": N_("« %(value)s » n'est pas un service connu"),
}
_KEYWORDS = ("subject_keywords", "keywords", "except_keywords")


@dataclass(frozen=True)
class Known:
    """The names rules may use, by code.

    `request_types` gives the keywords of each type; `communes` maps a name or INSEE code to
    its INSEE code.
    """

    units: Collection[str]
    request_types: Mapping[str, tuple[str, ...]]
    sources: Collection[str]
    territories: Collection[str] = ()
    communes: Mapping[str, str] = field(default_factory=dict)
    channels: Collection[str] = ("email",)


def read(text: str, known: Known, name: str = "routing.toml") -> tuple[Rule, ...]:
    """The rules of a TOML text, in order. Raises InvalidFile with every mistake."""
    source = Source(name, text)
    rules = tuple(_rule(row, order, known) for order, row in enumerate(source.tables("rules"), 1))
    source.refuse_unknown(("rules",))
    source.unique("rules", "code", (rule.code for rule in rules))
    for number, rule in enumerate(rules):
        _check(source, ("rules", number), rule, known)
        _check_reachable(source, number, rules)
    source.raise_problems()
    return rules


def _rule(row: Row, order: int, known: Known) -> Rule:
    when, then = row.row("when"), row.row("then")
    rule = Rule(
        code=row.text("code"),
        label=row.text("label"),
        when=_when(when, known),
        then=Then(
            request_type=then.text("request_type", ""),
            unit=then.text("unit", ""),
            priority=then.whole("priority", NORMAL_PRIORITY, minimum=1, maximum=3),
            level=then.choice("level", LEVELS, ""),
        ),
        order=order,
    )
    when.refuse_unknown()
    then.refuse_unknown()
    return rule


def _when(row: Row, known: Known) -> When:
    communes = row.texts("communes")
    for number, commune in enumerate(communes):
        path = (*row.path, "communes", number)
        row.source.expect(path, commune, known.communes, UNKNOWN["communes"])
    keywords_of = row.text("keywords_of", "")
    row.source.expect(
        (*row.path, "keywords_of"), keywords_of, known.request_types, UNKNOWN["request_types"]
    )
    return When(
        channels=row.texts("channels"),
        sources=row.texts("sources"),
        request_types=row.texts("request_types"),
        communes=tuple(known.communes.get(commune, commune) for commune in communes),
        territories=row.texts("territories"),
        sender_domains=tuple(domain.lower() for domain in row.texts("sender_domains")),
        subject_keywords=row.texts("subject_keywords"),
        keywords=row.texts("keywords") + known.request_types.get(keywords_of, ()),
        except_keywords=row.texts("except_keywords"),
        since=row.day("since"),
        until=row.day("until"),
    )


def _check(source: Source, path: Path, rule: Rule, known: Known) -> None:
    lists: Mapping[str, Collection[str]] = {
        "channels": known.channels,
        "sources": known.sources,
        "request_types": {*known.request_types, ANY},
        "territories": known.territories,
    }
    for name, names in lists.items():
        for number, value in enumerate(getattr(rule.when, name)):
            source.expect((*path, "when", name, number), value, names, UNKNOWN[name])
    units = {*known.units, TERRITORY}
    source.expect((*path, "then", "unit"), rule.then.unit, units, UNKNOWN["unit"])
    wanted = rule.then.request_type
    source.expect(
        (*path, "then", "request_type"), wanted, known.request_types, UNKNOWN["request_types"]
    )
    if not (rule.then.unit or wanted or rule.when.request_types):
        source.note((*path, "then"), N_("la règle ne donne ni service ni nature de demande"))
    if rule.when.since and rule.when.until and rule.when.until < rule.when.since:
        source.note((*path, "when", "until"), N_("la fin est avant le début"))
    _check_keywords(source, path, rule.when)


def _check_keywords(source: Source, path: Path, when: When) -> None:
    for name in _KEYWORDS:
        for number, keyword in enumerate(getattr(when, name)):
            if not parse(keyword).parts:
                source.note(
                    (*path, "when", name, number),
                    N_("« %(value)s » ne contient que des mots trop courants"),
                    value=keyword,
                )


def _check_reachable(source: Source, number: int, rules: Sequence[Rule]) -> None:
    if earlier := shadow(number, rules):
        source.note(
            ("rules", number),
            N_("jamais atteinte : la règle « %(earlier)s » prend avant elle tous ses cas"),
            earlier=earlier.code,
        )
