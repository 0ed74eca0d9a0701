"""The duty roster: who answers an alarm, from when to when, and the holes."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.catalogue.danger import unit_on_duty
from grc.core.db import transaction
from grc.core.errors import Forbidden, InvalidInput, NotFound
from grc.core.i18n import N_
from grc.core.seals import Seal
from grc.danger import duty
from grc.danger.gaps import Span, gaps
from grc.organisation.queries import UnitView
from grc.staff.policy import Permission
from grc.web import once
from grc.web.filters import phone
from grc.web.forms.duty import Shift
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.nav import TO_SEE
from grc.web.present import now
from grc.web.presenters.things import Act, Target
from grc.web.session import actor, who
from grc.web.words import _

bp = Blueprint("duty", __name__)
DUTY = Permission.DUTY
AHEAD = timedelta(days=14)  # holes after that are not warned about yet
SHIFT = timedelta(hours=12)  # what is proposed
_SEAL = Seal("grc-duty")


@bp.get("/astreinte")
@needs(DUTY)
def page() -> str:
    """Who is on duty now and next; holes are said."""
    return _page(Shift(formdata=None))


@bp.post("/astreinte")
@needs(DUTY)
def put() -> ResponseReturnValue:
    """Write one line."""
    form, unit = Shift(), _unit()
    _prepare(form, unit)
    if not form.validate():
        return _page(form), 422
    try:
        with transaction():
            where = once.claim(who().id, now())
            if where is None:
                duty.put(form.shift(unit.code), actor=actor(), now=now())
                where = url_for(".page")
                once.settle(where)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _page(form), 422
    flash(_("Astreinte enregistrée."), "success")
    return redirect(where, 303)


@bp.post("/astreinte/retirer")
@needs(DUTY)
def remove() -> ResponseReturnValue:
    """Take one line off."""
    shift_id = _SEAL.open(request.form.get("shift", ""))
    if not isinstance(shift_id, int):
        raise NotFound(N_("Cette astreinte n'est plus au tableau."))
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            duty.remove(shift_id, actor=actor(), now=now())
            where = url_for(".page")
            once.settle(where)
    flash(_("Astreinte retirée."), "success")
    return redirect(where, 303)


def _unit() -> UnitView:
    unit = unit_on_duty()
    if not duty.edits(actor(), unit.id):
        raise Forbidden(N_("Le tableau d'astreinte est tenu par les responsables du service."))
    return unit


def _prepare(form: Shift, unit: UnitView) -> list[Span]:
    """The lists of the form; returns the holes to come."""
    found = _holes(duty.roster(unit.id, now()))
    since = found[0].since if found else now()
    until = min(found[0].until, since + SHIFT) if found else since
    form.prepare(duty.eligible(unit.id, now()), since, until)
    return found


def _holes(shifts: list[duty.OnDuty]) -> list[Span]:
    start = now().replace(second=0, microsecond=0)
    return gaps(duty.spans(shifts), Span(start, start + AHEAD))


def _page(form: Shift) -> str:
    unit = _unit()
    holes = _prepare(form, unit)
    shifts = duty.roster(unit.id, now())
    return render(
        "danger/duty.html",
        back=Target(_("À voir"), url_for(TO_SEE)),
        page={"title": _("Tableau d’astreinte"), "unit": unit.name, "url": url_for(".put")},
        is_empty_now=not any(one.since <= now() for one in shifts),
        holes=holes,
        shifts=[_line(one) for one in shifts],
        form=form,
    )


def _line(one: duty.OnDuty) -> dict[str, Any]:
    fields = {"shift": _SEAL.close(one.shift_id)}
    return {
        "name": one.name,
        "since": one.since,
        "until": one.until,
        "phone": phone(one.phone),
        "email": one.email,
        "is_now": one.since <= now(),
        "act": Act(_("Retirer"), url_for(".remove"), "post", "close", fields=fields),
    }
