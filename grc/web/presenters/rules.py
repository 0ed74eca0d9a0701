"""The routing workshop as its pages show it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date
from flask import url_for

from grc.catalogue.queries import snapshot as catalogue
from grc.channels import registry
from grc.core.toml_source import InvalidFile
from grc.organisation.queries import snapshot as organisation
from grc.routing.difference import Difference
from grc.routing.drafting import seen
from grc.routing.reading import CAP, VersionView
from grc.routing.rule import Rule
from grc.routing.rules import TERRITORY
from grc.routing.sentences import Names, sentence
from grc.staff.policy import Level
from grc.supervision.words import machine
from grc.web.present import locale
from grc.web.presenters.labels import LEVELS
from grc.web.presenters.marks import channel_label
from grc.web.words import _, ngettext, say

Thing = dict[str, Any]
SHOWN = 3  # values of a list, in a list of rules
AT_ONCE = 60  # rules of one page: more would be slow to read and to load


def names() -> Names:
    """What codes are called in the language of this request."""
    here, kinds = organisation(), catalogue().types.values()
    units = {unit.code: unit.name for unit in here.units}
    of_territory = _("le service du territoire")
    return Names(
        channels={name: channel_label(name) for name in registry.names()},
        sources={source: source for _channel, source in here.mailboxes},
        request_types={kind.code: kind.label(locale()) for kind in kinds},
        communes={c.insee: c.name for c in here.communes.by_insee.values()},
        territories={code: item.name for code, item in here.territories_by_code.items()},
        units=units,
        levels={code: _(label) for code, label in LEVELS.items()},
        default_units={
            kind.code: of_territory
            if kind.unit_code == TERRITORY
            else units.get(kind.unit_code, kind.unit_code)
            for kind in kinds
        },
    )


def told(rule: Rule, known: Names, most: int = SHOWN) -> str:
    """One rule as a sentence."""
    return say(sentence(rule, known, most))


def lines(rules: Iterable[Rule], known: Names) -> list[Thing]:
    """Rules in their order."""
    return [
        {
            "number": number,
            "code": rule.code,
            "label": rule.label,
            "sentence": told(rule, known),
            "version": rule.version,
            "was": seen(rule),
            "tags": [],
        }
        for number, rule in enumerate(rules, 1)
    ]


def window(items: list[Thing], asked: int | None, at: str | None = None) -> list[Thing]:
    """The part of a long list that a page shows: from a place on, or around a rule."""
    place = next((number for number, item in enumerate(items) if item["code"] == at), None)
    first = (asked or 1) - 1 if place is None else place
    start = max(first, 0) // AT_ONCE * AT_ONCE
    return items[start : start + AT_ONCE]


def pages(shown: list[Thing], total: int, url: Callable[[int], str]) -> Thing | None:
    """Where the rest of a long list is; None when all of it is shown."""
    if not shown or len(shown) == total:
        return None
    first, last = shown[0]["number"], shown[-1]["number"]
    return {
        "newer_url": url(first - AT_ONCE) if first > 1 else None,
        "older_url": url(last + 1) if last < total else None,
        "words": _("%(first)s à %(last)s sur %(total)s", first=first, last=last, total=total),
    }


def counted(items: list[Thing], rules: Iterable[Rule], counts: Mapping[str, int]) -> list[Thing]:
    """The same, each with how many cases it placed lately; None where these are named."""
    levels = {kind.code: kind.level for kind in catalogue().types.values()}
    named = {
        rule.code
        for rule in rules
        if Level.NAMED in (rule.then.level, levels.get(rule.then.request_type))
    }
    for item in items:
        number = counts.get(item["code"], 0)
        shown = f"{CAP - 1}+" if number >= CAP else str(number)
        item["decided"] = None if item["code"] in named else shown
    return items


def tagged(
    items: list[Thing],
    change: Difference,
    hidden: Mapping[str, Rule],
    never: Collection[str],
    asleep: Collection[str],
    few: int = 0,
) -> list[Thing]:
    """The same, each with what makes it worth a look: (words, tone). `asleep`: those whose
    dates do not hold today, and which no trial of today takes. `few`: those that were
    never used may have been, for fewer cases than that."""
    unused = _("moins de %(few)s demandes à l’essai", few=few) if few else ""
    groups = (
        ({rule.code for rule in change.added}, (_("ajoutée"), "fine")),
        ({new.code for _old, new in change.changed}, (_("changée"), "soon")),
        ({new.code for _old, new in change.moved}, (_("déplacée"), "waiting")),
        (asleep, (_("hors de ses dates aujourd’hui"), "none")),
        (set(never) - set(asleep), (unused or _("jamais prise à l’essai"), "none")),
    )
    for item in items:
        item["tags"] = [words for codes, words in groups if item["code"] in codes]
        if earlier := hidden.get(item["code"]):
            words = _("jamais atteinte : « %(rule)s » prend tout avant", rule=earlier.label)
            item["tags"].insert(0, (words, "late"))
    return items


def changes(change: Difference, known: Names) -> list[Thing]:
    """What differs, as sentences: title, items (label, now, before?, code)."""
    found = [
        _group(_("Ajoutées"), [_change(rule, known) | {"code": None} for rule in change.added]),
        _group(
            _("Changées"),
            [
                _change(new, known) | {"before": _before(old, new, known)}
                for old, new in change.changed
            ],
        ),
        _group(_("Déplacées"), [_move(new, change) for _old, new in change.moved]),
        _group(_("Retirées"), [_change(rule, known) for rule in change.removed]),
    ]
    return [group for group in found if group["items"]]


def _group(title: str, items: list[Thing]) -> Thing:
    return {"title": title, "items": items}


def _change(rule: Rule, known: Names) -> Thing:
    return {"label": rule.label, "now": told(rule, known, 100), "code": rule.code}


def _move(new: Rule, change: Difference) -> Thing:
    """Its number alone would tell little: what is added above it changes that too."""
    before = change.follows.get(new.code)
    first = _("maintenant la première de toutes")
    words = _("maintenant juste après « %(rule)s »", rule=before.label) if before else first
    return {"label": new.label, "now": words, "code": new.code}


def _before(old: Rule, new: Rule, known: Names) -> str:
    same = old.label == new.label
    words = told(old, known, 100)
    return words if same else _("« %(label)s » : %(rule)s", label=old.label, rule=words)


def summary(change: Difference) -> str:
    """How much differs, in one line."""
    parts = (
        ngettext("%(num)s ajoutée", "%(num)s ajoutées", len(change.added)) if change.added else "",
        ngettext("%(num)s changée", "%(num)s changées", len(change.changed))
        if change.changed
        else "",
        ngettext("%(num)s déplacée", "%(num)s déplacées", len(change.moved))
        if change.moved
        else "",
        ngettext("%(num)s retirée", "%(num)s retirées", len(change.removed))
        if change.removed
        else "",
    )
    return ", ".join(filter(None, parts)) or _("rien ne change")


def problems(refusal: InvalidFile | None, rules: Sequence[Rule]) -> list[str]:
    """What must be corrected before the rules may be tried."""
    if refusal is None:
        return []
    labels = {f"rules[{number}]": rule.label for number, rule in enumerate(rules)}
    found = ((labels.get(p.field.partition(".")[0], ""), say(p.what)) for p in refusal.problems)
    return [_("« %(rule)s » : %(what)s", rule=rule, what=what) for rule, what in found]


def version(one: VersionView, today: date) -> Thing:
    """One version of the list."""
    later = one.effective_on > today
    day = format_date(one.effective_on, "d MMMM y", locale=locale())
    return {
        "number": one.number,
        "title": _("Version %(n)s", n=one.number),
        "since": _("à partir du %(day)s", day=day) if later else _("depuis le %(day)s", day=day),
        "is_later": later,
        "author": machine(one.author, locale()),
        "made_at": one.made_at,
        "reason": one.reason,
        "url": url_for("rules.version", number=one.number),
    }


def place(code: str) -> str:
    """A unit of a dry run, as `trial` writes it."""
    unit = organisation().units_by_code.get(code.removeprefix("?"))
    name = unit.short_name if unit else code
    return _("%(unit)s, à affecter", unit=name) if code.startswith("?") else name
