"""People: one box, and below it who may be meant; two of them may be compared to be merged."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.cases import callers
from grc.cases.callers import Caller, Callers
from grc.citizens.asked import LONGEST
from grc.staff.policy import Permission, allowed
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.people.blueprint import bp, person_url
from grc.web.present import now
from grc.web.presenters import calls as presenter
from grc.web.session import actor
from grc.web.words import _, ngettext

SHOWN = 50  # people on the page


@bp.get("")
@needs(Permission.CASE_READ)
def find() -> str:
    """Who may be meant, among those this agent may know of."""
    typed = request.args.get("q", "").strip()[:LONGEST]
    found = callers.look_up(actor(), typed, now()) if typed else None
    people = [one for one in found.people if one.reference] if found else []
    nearly = [one for one in found.nearly if one.reference] if found else []
    return render(
        "people/find.html",
        current="people.find",
        typed=typed,
        longest=LONGEST,
        summary=_summary(people, nearly, found),
        read_as=presenter.read_as(found) if found else "",
        people=[_told(one) for one in people[:SHOWN]],
        nearly=[_told(one) for one in nearly],
        merges=allowed(actor(), Permission.CASE_WRITE),
    )


def _summary(people: list[Caller], nearly: list[Caller], found: Callers | None) -> str:
    if found is None or not people:
        return _("Personne de ce nom exactement") if nearly else ""
    if found.more or len(people) > SHOWN:
        return _("Il y en a d’autres : ajoutez un prénom ou la date de naissance.")
    return ngettext("%(num)s usager", "%(num)s usagers", len(people))


def _told(one: Caller) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "name": one.name or _("Nom inconnu"),
        "url": person_url(one.reference or ""),
        "birth_date": one.birth_date,
        "about": ", ".join(presenter.communes(one)),
        "open": [(case.reference, case.subject or _("Sans objet")) for case in one.cases],
        "ended": presenter.ended(one.ended),
    }


@bp.get("/reunir")
@needs(Permission.CASE_WRITE)
def pair() -> ResponseReturnValue:
    """Compare two people that were ticked; the first is the one kept."""
    chosen = list(dict.fromkeys(request.args.getlist("deux")))
    if len(chosen) != 2:
        words = _("Cochez deux fiches, pas plus : elles seront comparées avant d’être réunies.")
        flash(words, "warning")
        return redirect(url_for(".find", q=request.args.get("q", "")[:LONGEST]))
    return redirect(url_for(".join", reference=chosen[0], avec=chosen[1]))
