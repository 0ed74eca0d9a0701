"""Appointments at a site: given by hand, and what became of each."""

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.appointments import agenda, queries
from grc.appointments.agenda import Planned
from grc.appointments.models import Appointment
from grc.appointments.words import State
from grc.cases.models import Case
from grc.cases.queries import case_for
from grc.core.db import transaction
from grc.core.errors import Forbidden, InvalidInput, NotFound
from grc.core.i18n import N_
from grc.parsing.cells import moment
from grc.staff.policy import Permission
from grc.web import once
from grc.web.counter import carry_out, my_site
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import counter as presenter
from grc.web.session import actor, who

bp = Blueprint("agenda", __name__)
COUNTER = Permission.COUNTER


@bp.get("/accueil/rendez-vous")
@needs(COUNTER)
def page() -> str:
    """The form of a new appointment."""
    return _form({}, None)


@bp.post("/accueil/rendez-vous")
@needs(COUNTER)
def plan() -> ResponseReturnValue:
    """Keep a moment for somebody; what was typed comes back when it is refused."""
    try:
        planned = _planned()
        with transaction():
            if once.claim(who().id, now()) is None:
                agenda.plan(my_site().id, planned, actor=actor(), now=now())
                once.settle(url_for("counter.page"))
    except InvalidInput as refused:
        return _form(request.form, refused), 422
    return redirect(url_for("counter.page"), 303)


@bp.post("/accueil/rendez-vous/<reference>/<act>")
@needs(COUNTER)
def change(reference: str, act: str) -> ResponseReturnValue:
    """She is there, is excused, does not come; or the service cancels."""
    work = _ACTS.get(act)
    if work is None:
        raise NotFound(N_("Cette visite n'existe pas."))
    return carry_out(lambda: work(queries.appointment_for(actor(), reference)))


def _come(found: Appointment) -> None:
    agenda.come(found, actor=actor(), now=now())


def _settled(state: State) -> Callable[[Appointment], None]:
    return lambda found: agenda.settle(found, state, actor=actor(), now=now())


_ACTS: dict[str, Callable[[Appointment], None]] = {
    "arrivee": _come,
    "excusee": _settled(State.EXCUSED),
    "annule": _settled(State.CANCELLED),
    "absente": _settled(State.NO_SHOW),
    "a-venir": _settled(State.TO_COME),
}


def _planned() -> Planned:
    form, minutes = request.form, request.form.get("minutes", "")
    return Planned(
        starts_at=_moment(form.get("on", ""), form.get("at", "")),
        minutes=int(minutes) if minutes.isdecimal() and len(minutes) < 5 else 0,
        host=form.get("host", ""),
        name=form.get("name", ""),
        reason=form.get("reason", ""),
        case=_case(form.get("case", "").strip()),
    )


def _moment(on: str, at: str) -> datetime:
    found = moment(f"{on} {at}") if on and ":" in at else None
    if found is None:
        raise InvalidInput(N_("Dites le jour et l'heure du rendez-vous."), field="on")
    if found < now():
        raise InvalidInput(N_("Ce moment est passé."), field="on")
    return found


def _case(typed: str) -> Case | None:
    try:
        return case_for(actor(), typed, Permission.CASE_READ, now()) if typed else None
    except (NotFound, Forbidden):
        text = N_("Cette référence n'est pas celle d'une demande que vous pouvez lire.")
        raise InvalidInput(text, field="case") from None


def _form(given: Mapping[str, str], refused: InvalidInput | None) -> str:
    return render(
        "agenda/form.html",
        current="counter.page",
        page={"site": my_site().name, "url": url_for(".plan")},
        form=presenter.planning(given, refused),
    )
