"""Interviews, ready for templates/interview."""

from typing import Any

from flask import request, url_for

from grc.appointments.models import Visit
from grc.cases import dictating
from grc.cases.callers import Caller
from grc.cases.models import Case
from grc.citizens.asked import LONGEST
from grc.supervision.slip import Slip, words
from grc.web import designated, returning
from grc.web.presenters import counter
from grc.web.presenters.calls import Roads, aloud
from grc.web.words import _, say

_KEPT = ("visite", "demande")


def roads(typed: str) -> Roads:
    """Where the choices of the look-up lead: the form, with what is known."""
    where: dict[str, Any] = {"visite": _visit(), "q": typed or None}
    return Roads(
        lambda token: url_for("interview.form", usager=token, **where),
        lambda reference: url_for("interview.form", demande=reference, **where),
    )


def _visit() -> str | None:
    return request.values.get("visite") or None


def who(visit: Visit | None, typed: str, found: Roads) -> dict[str, Any]:
    """The look-up."""
    return {
        "title": _("Entretien"),
        "visit": _about(visit),
        "url": url_for("interview.look_up"),
        "hidden": _hidden(),
        "typed": typed,
        "longest": LONGEST,
        "new_url": found.new(None),
        "back_url": url_for("counter.page"),
    }


def form(
    visit: Visit | None, person: Caller | None, case: Case | None, place: dict[str, str] | None
) -> dict[str, Any]:
    """The form."""
    return {
        "title": _("Entretien"),
        "visit": _about(visit),
        "person": designated.shown(person) if person else None,
        "case": place,
        "url": url_for("interview.record"),
        "hidden": {**_hidden(), **designated.hidden()},
        "back_url": place["url"] if case and place and not visit else url_for("counter.page"),
    }


def _hidden() -> dict[str, str]:
    return {name: request.values[name] for name in _KEPT if request.values.get(name)}


def _about(visit: Visit | None) -> str:
    return f"{visit.name or _('Sans nom')} · {counter.about(visit)}" if visit else ""


def done(told: Slip, case_url: str | None, item: str) -> dict[str, Any]:
    """What was noted."""
    is_opened = told.case is not None
    return {
        "title": _("C’est noté"),
        "reference": told.reference,
        "groups": dictating.groups(told.reference),
        "aloud": aloud(told.reference),
        "is_opened": is_opened,
        "rights": [say(words(one)) for one in told.rights],
        "files": len(told.files),
        "pdf_url": url_for("interview.receipt", reference=item),
        "case_url": case_url,
        "back_url": returning.given() or url_for("counter.page"),
    }
