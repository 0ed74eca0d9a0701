"""A question in words, its filters as chips and choices, and why each case was found."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date
from flask import url_for
from markupsafe import Markup, escape

from grc.cases.models import Case
from grc.cases.states import STATUS_LABELS
from grc.catalogue.files import NATURE_LABELS
from grc.catalogue.queries import snapshot as catalogue
from grc.channels import registry
from grc.core.actor import Actor
from grc.core.i18n import N_
from grc.finding.question import ENDED, ME, NOBODY, OPEN, TO_ROUTE, YES, Question
from grc.finding.why import Why
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import Level
from grc.web.filters import phone
from grc.web.present import locale
from grc.web.presenters.lists import Choice, Option, Select
from grc.web.presenters.things import Act
from grc.web.words import _

TITLES: Mapping[str, str] = {
    "etat": N_("État"),
    "service": N_("Service"),
    "agent": N_("Agent"),
    "retard": N_("Échéance"),
    "type": N_("Nature de demande"),
    "territoire": N_("Territoire"),
    "commune": N_("Commune"),
    "canal": N_("Canal"),
    "niveau": N_("Confidentialité"),
    "nature": N_("Nature juridique"),
    "depuis": N_("Reçue depuis le"),
    "jusqua": N_("Reçue jusqu’au"),
}
_STATES: Mapping[str, str] = {
    OPEN: N_("Ouvertes"),
    ENDED: N_("Terminées"),
    TO_ROUTE: N_("À affecter"),
    **STATUS_LABELS,
}
_AGENTS: Mapping[str, str] = {ME: N_("À moi"), NOBODY: N_("Sans agent")}
_LATE: Mapping[str, str] = {YES: N_("En retard")}
_PROPOSED = (("etat", OPEN), ("retard", YES), ("agent", ME), ("agent", NOBODY))
_CHOSEN = ("etat", "service", "type", "territoire", "canal", "niveau", "nature")


def url(asked: Question, **more: Any) -> str:
    """The address of a question."""
    return url_for("search.results", **(asked.address() | more))


def value(name: str, code: str) -> str:
    """What a filter is narrowed to, in words."""
    if name in ("depuis", "jusqua"):
        return format_date(date.fromisoformat(code), "d MMM y", locale=locale())
    if name == "commune":
        commune = organisation().commune(code)
        return commune.name if commune else code
    unit = organisation().units_by_code.get(code) if name == "service" else None
    return unit.short_name if unit else dict(_values(name)).get(code, code)


def _values(name: str) -> Sequence[tuple[str, str]]:
    """(code, label) of what may be chosen."""
    if name == "service":
        return [(one.code, one.name) for one in organisation().units]
    if name == "territoire":
        return [(one.code, one.name) for one in organisation().territories_by_code.values()]
    if name == "type":
        kinds = ((kind.code, kind.label(locale())) for kind in catalogue().types.values())
        return sorted(kinds, key=lambda pair: pair[1])
    if name == "canal":
        return [(one, _(registry.label(one))) for one in registry.names()]
    return [(code, _(label)) for code, label in _FIXED[name].items()]


_FIXED: Mapping[str, Mapping[str, str]] = {
    "etat": _STATES,
    "agent": _AGENTS,
    "retard": _LATE,
    "nature": NATURE_LABELS,
    "niveau": {
        Level.NORMAL: N_("Normale"),
        Level.RESTRICTED: N_("Restreinte"),
        Level.NAMED: N_("Nominative"),
    },
}
_SAID_ALONE = frozenset({"etat", "agent", "retard"})  # the value says all


def label(name: str, code: str) -> str:
    """A filter in words."""
    said = value(name, code)
    if name in _SAID_ALONE:
        return said
    return _("%(title)s : %(value)s", title=_(TITLES[name]), value=said)


def chips(asked: Question) -> list[Choice]:
    """The filters that are applied, each a link that takes it off; then those often wanted."""
    applied = [
        Choice(label(name, code), url(asked.without(name)), current=True)
        for name, code in asked.filters.items()
    ]
    free = [pair for pair in _PROPOSED if pair[0] not in asked.filters]
    return applied + [
        Choice(label(name, code), url(asked.having(name, code)), current=False)
        for name, code in free
    ]


def selects(asked: Question, actor: Actor) -> list[Select]:
    """The choices among many; of levels, only those whose cases this person may see."""
    return [
        Select(name, _(TITLES[name]), _options(name, asked.filters.get(name, ""), actor))
        for name in _CHOSEN
    ]


def _options(name: str, chosen: str, actor: Actor) -> list[Option]:
    values = [pair for pair in _values(name) if name != "niveau" or _may_see(pair[0], actor)]
    options = [Option(code, label, code == chosen) for code, label in values]
    return [Option("", _("Peu importe"), not chosen), *options]


def _may_see(level: str, actor: Actor) -> bool:
    return level != Level.NAMED or actor.is_listed


def acts(asked: Question) -> list[Act]:
    """What may be done with a question and its answer."""
    if asked.is_empty or asked.unknown:
        return []
    keep = url_for("views.new", **asked.address())  # type: ignore[arg-type]
    take = url_for("exporting.new", **asked.address())  # type: ignore[arg-type]
    return [
        Act(_("Enregistrer la vue"), keep, icon="plus", key="f", modal=True),
        Act(_("Emporter"), take, icon="download", key="y", modal=True),
    ]


def spelled(asked: Question) -> str:
    """The question as it can be typed again."""
    typed = [asked.words] if asked.words else []
    for name, code in asked.filters.items():
        typed.append(f'{name}:"{code}"' if " " in code else f"{name}:{code}")
    return " ".join(typed)


def said(asked: Question) -> str:
    """The question in words: the title of a page, and what the journal says of an export."""
    parts = [f"« {asked.words} »"] if asked.words else []
    parts += [label(name, code) for name, code in asked.filters.items()]
    return " · ".join(parts)


def qualifiers() -> list[tuple[str, str]]:
    """What may be typed, with its meaning, for the help under the box."""
    return [
        ("etat:ouverte", _("celles qui ne sont pas finies ; aussi terminee, en-cours, a-affecter")),
        ("service:apa", _("un service, par son code ou son nom")),
        ("agent:moi", _("confiées à vous ; agent:personne : à nul agent")),
        ("retard:oui", _("dont l’échéance est passée")),
        (
            "recu:>2026-01-01",
            _("reçues après un jour ; aussi recu:2026-03, recu:2026-01-01..2026-02-15"),
        ),
        ("commune:Antony", _("une commune ; aussi territoire:, type:, canal:, nature:, niveau:")),
        ('"dossier complet"', _("ces mots, l’un après l’autre")),
        ("-relance", _("sans ce mot")),
    ]


def complaint(asked: Question) -> str | None:
    """What to say of a filter that means nothing."""
    if not asked.unknown:
        return None
    name, given = asked.unknown[0]
    return _(
        "« %(value)s » ne dit rien pour « %(filter)s » : choisissez dans les filtres.",
        value=given,
        filter=_(TITLES[name]),
    )


def headings(cases: Sequence[Case], reasons: Mapping[int, Why]) -> dict[int, str]:
    """What stands above the first case of somebody whose name is only spelled nearly so."""
    near = [one.id for one in cases if one.id in reasons and reasons[one.id].kind == "nearly"]
    return {near[0]: _("Orthographe proche")} if near else {}


def why(reason: Why | None) -> Markup | str | None:
    """Why a case was found, under its line."""
    if reason is None:
        return None
    if reason.passage is not None:
        where = {"note": _("note"), "letter": _("lettre")}.get(reason.kind)
        if not where:
            return reason.passage
        return escape(_("%(where)s : ", where=where)) + reason.passage
    if reason.kind in ("message", "note", "letter"):  # or beyond what is read for a passage
        return _("dans le nom d’une pièce jointe, ou plus loin dans le texte")
    if reason.kind == "case":
        return _("numéro dans un autre logiciel")
    if reason.kind == "nearly":
        return _("usager %(name)s, orthographe proche", name=reason.words)
    titles = {
        "external": _("numéro"),
        "email": _("courriel"),
        "phone": _("téléphone"),
        "person": _("usager"),
    }
    words = phone(reason.words) if reason.kind == "phone" else reason.words
    return f"{titles[reason.kind]} {words}"
