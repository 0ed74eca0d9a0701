"""The key figures of a year as tables of words, for the page and for the paper."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_percent

from grc.core.clock import PARIS
from grc.recovery.catalogue import label
from grc.supervision.statistics.document import Report, Section
from grc.supervision.statistics.measures import DEFINITIONS
from grc.supervision.statistics.publishing import MASKED
from grc.supervision.statistics.year import FOLLOWED, STANDINGS, Edition, summed
from grc.web.present import locale, now
from grc.web.presenters.statistics import COLUMNS, COUNT, heads, written
from grc.web.words import _, say

_ACTIVITY = tuple(one for one in COLUMNS if one[0] != "on_time")  # B tells what was kept


def report(edition: Edition) -> Report:
    """All that is told of a year."""
    told, year = edition.told, edition.year
    this, before = told["this"], told["before"]
    return Report(
        title=_("Chiffres-clés GRC %(year)s", year=year),
        stopped=stopped(edition),
        author="GRC",
        language=locale(),
        on=(edition.at or now()).astimezone(PARIS).date(),
        sections=tuple(
            _explained(one)
            for one in (
                _coverage(this, before, year),
                _activity(this, before, year),
                _followed(this, before, year),
                _rights(this, before, year),
            )
        ),
        meaning=_("Ce que ces nombres veulent dire"),
        definitions=[*_definitions(told), *((_(one), _(two)) for one, two in DEFINITIONS)],
    )


def _explained(section: Section) -> Section:
    """The star is explained under each table that has one."""
    starred = any(MASKED in row for row in section.rows)
    return replace(section, note=_star()) if starred else section


def stopped(edition: Edition) -> str:
    """Until when the figures go, and who closed them."""
    until = format_date(date.fromisoformat(edition.told["until"]), "d MMMM y", locale=locale())
    if edition.at is None:
        return _("Arrêté au %(day)s, chiffres du moment", day=until)
    at = format_datetime(edition.at.astimezone(PARIS), "d MMMM y HH:mm", locale=locale())
    told = {"day": until, "at": at, "who": edition.who, "edition": edition.number}
    return _("Arrêté au %(day)s ; édition %(edition)s, gardée le %(at)s par %(who)s", **told)


def _definitions(told: dict[str, Any]) -> list[tuple[str, str]]:
    before = format_date(date.fromisoformat(told["until_before"]), "d MMMM y", locale=locale())
    compared = _("Les mêmes jours : du 1er janvier au %(day)s.", day=before)
    return [
        (_("Année précédente"), compared),
        (
            _("Couverture"),
            _("Contacts enregistrés, divisés par ceux que le canal a lui-même comptés, les jours "
              "où il a compté."),
        ),
        (
            _("Actions de suivi"),
            _("Ce qui remet une demande sur ses rails : promises pour un jour de la période ; "
              "faites ; à temps, le jour promis au plus tard ; réussies, au moins en partie."),
        ),
        (
            _("Droits"),
            _("Droits vérifiés, demandés, obtenus et refusés dans la période, et ce que ceux qui "
              "sont obtenus rapportent par mois, ensemble."),
        ),
        (
            _("Qui est compté"),
            _("Toutes les demandes, sauf celles qui sont réservées à une liste de personnes."),
        ),
    ]  # fmt: skip


def _coverage(this: Any, before: Any, year: int) -> Section:
    last = {one["name"]: one for one in before["coverage"]}
    return Section(
        title=_("A. Couverture : ce qui nous parvient est-il enregistré ?"),
        heads=[
            _("Canal"),
            str(year),
            _("Enregistrés"),
            _("Comptés"),
            _("Jours comptés"),
            str(year - 1),
        ],
        rows=[
            [
                say(one["name"]),
                _share(one),
                written(one["recorded"], COUNT) if one["days"] else "–",
                written(one["counted"], COUNT) if one["days"] else "–",
                written(one["days"], COUNT),
                _of_before(before, _share(last[one["name"]])) if one["name"] in last else "–",
            ]
            for one in this["coverage"]
        ],
    )


def _of_before(before: Any, words: str) -> str:
    """A number of the year before; a dash when nothing of that year was kept, which is no zero."""
    whole = before["whole"]
    return words if any(whole[code] for code, _kind in _ACTIVITY) else "–"


def _share(one: dict[str, int]) -> str:
    if not one["counted"]:
        return _("non comptée") if not one["days"] else "–"
    return format_percent(round(one["recorded"] / one["counted"], 2), locale=locale())


def _activity(this: Any, before: Any, year: int) -> Section:
    titles = heads()
    return Section(
        title=_("Demandes et délais"),
        heads=[_("Chiffre"), str(year), str(year - 1)],
        rows=[
            [
                titles[code],
                written(this["whole"][code], kind),
                _of_before(before, written(before["whole"][code], kind)),
            ]
            for code, kind in _ACTIVITY
        ],
    )


def _followed(this: Any, before: Any, year: int) -> Section:
    last = {one["code"]: one["promised"] for one in before["followed"]}
    rows = [
        [
            _(label(one["code"])),
            *_counts(one, FOLLOWED),
            _of_before(before, written(last.get(one["code"], 0), COUNT)),
        ]
        for one in this["followed"]
    ]
    return Section(
        title=_("B. Suivi : ce qui avait déraillé"),
        heads=[
            _("Action"),
            _("Promises"),
            _("Faites"),
            _("À temps"),
            _("Réussies"),
            _("Promises en %(year)s", year=year - 1),
        ],
        rows=[*rows, *_whole(this, before, "followed", FOLLOWED, "promised")],
        empty=_("Aucune action de suivi n'était promise."),
    )


def _rights(this: Any, before: Any, year: int) -> Section:
    last = {one["code"]: one["obtained"] for one in before["rights"]}
    rows = [
        [
            label(one["code"]),
            *_counts(one, STANDINGS),
            euros(one["monthly_cents"]),
            _of_before(before, written(last.get(one["code"], 0), COUNT)),
        ]
        for one in this["rights"]
    ]
    whole = _whole(this, before, "rights", STANDINGS, "obtained")
    cents = _sums(this, "rights").get("monthly_cents", 0)
    return Section(
        title=_("B. Droits : ce qui a été obtenu"),
        heads=[
            _("Droit"),
            _("Vérifiés"),
            _("Demandés"),
            _("Obtenus"),
            _("Refusés"),
            _("Par mois"),
            _("Obtenus en %(year)s", year=year - 1),
        ],
        rows=[*rows, *([*one[:-1], euros(cents), one[-1]] for one in whole)],
        empty=_("Aucun droit n'a été suivi."),
    )


def _counts(one: Any, names: Sequence[str]) -> list[str]:
    return [written(one[name], COUNT) for name in names]


def _whole(
    this: Any, before: Any, what: str, names: Sequence[str], compared: str
) -> list[list[str]]:
    """The sums of more than one line, beside one of them the year before."""
    if len(this[what]) < 2:
        return []
    last = _sums(before, what).get(compared, 0)
    told = _of_before(before, written(last, COUNT))
    return [[_("Ensemble"), *_counts(_sums(this, what), names), told]]


def _sums(told: Any, what: str) -> dict[str, Any]:
    """The sums as they may be told: those of what is published were made with its lines."""
    found: dict[str, Any] = told.get(f"all_{what}") or summed(told[what])
    return found


def euros(cents: int | str) -> str:
    """An amount of cents; a star where it may not be told."""
    if cents == MASKED:
        return MASKED
    return format_currency(int(cents) / 100, "EUR", locale=locale())


def _star() -> str:
    return _("* : trop petit pour être publié, ou ferait retrouver un nombre qui l'est.")
