"""Paper slips as their pages show them."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import url_for

from grc.channels.fields import Checked, Field
from grc.channels.protocol import Typed
from grc.organisation.queries import SiteView
from grc.slips.models import PaperSlip
from grc.slips.queries import Told, Waiting
from grc.web.presenters.things import Act
from grc.web.words import _, ngettext


def tabs(channels: Sequence[Typed], current: str, url: str) -> list[dict[str, Any]]:
    """The same slip for each way in which somebody may have come."""
    return [
        {"label": _(one.label), "url": f"{url}?canal={one.name}", "current": one.name == current}
        for one in channels
    ]


def site(waiting: Waiting) -> dict[str, Any]:
    """A site, how many of its slips have not come back, since when."""
    words = ngettext("%(num)s fiche non saisie", "%(num)s fiches non saisies", waiting.count)
    return {
        "name": waiting.site.name,
        "url": url_for("slips.site", code=waiting.site.code),
        "words": words if waiting.count else _("Aucune fiche imprimée n’est attendue"),
        "oldest": waiting.oldest,
        "is_empty": not waiting.count,
    }


def site_page(place: SiteView, rows: Sequence[PaperSlip], *, more: bool) -> dict[str, Any]:
    """The head of the page of a site, and the files that may be printed from it."""
    first, last = (rows[0].serial, rows[-1].serial) if rows else (0, 0)
    return {
        "name": place.name,
        "url": url_for("slips.site", code=place.code),
        "pdf_url": sheets(place.code, first, last) if rows else None,
        "more_url": url_for("slips.site", code=place.code, apres=last) if more else None,
    }


def fresh(place: SiteView, first: int, last: int) -> dict[str, str] | None:
    """What was just numbered, to be printed."""
    if not 0 < first <= last:
        return None
    told = {"first": first, "last": last}
    return {
        "words": _("Fiches n° %(first)s à %(last)s prêtes à imprimer.", **told),
        "url": sheets(place.code, first, last),
    }


def sheets(code: str, first: int, last: int) -> str:
    """The file of the slips of these ranks."""
    return url_for("slips.sheets", code=code, first=first, last=last)


def line(row: PaperSlip, number: str) -> dict[str, Any]:
    """A slip that has not come back."""
    return {
        "number": number,
        "url": url_for("slips.enter", number=number),
        "on": row.printed_on,
        "void": Act(_("Annuler"), url_for("slips.void", number=number), modal=True, kind="quiet"),
    }


def done(number: str, told: Told, case_url: str | None) -> dict[str, Any]:
    """What became of a slip, and its case for who may read it."""
    is_entered = told.item is not None
    return {
        "number": number,
        "title": _("Fiche déjà saisie") if is_entered else _("Fiche annulée"),
        "at": told.at,
        "who": told.who,
        "reason": told.reason,
        "is_entered": is_entered,
        "case_url": case_url,
    }


def typed(fields: Sequence[Field], checked: Checked) -> Iterator[tuple[str, str]]:
    """What was typed for a slip that somebody else was the first to type: nothing is lost."""
    for one in fields:
        value = checked.values.get(one.name)
        if isinstance(value, str):
            yield _(one.label), value
