"""Absences: one's own, and those of the people of the units one steers."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.core.clock import paris_date
from grc.core.db import transaction
from grc.core.errors import InvalidInput, NotFound
from grc.core.i18n import N_
from grc.core.seals import Seal
from grc.staff import absences
from grc.staff.policy import GRANTS, HANDLERS, Permission
from grc.staff.queries import colleagues
from grc.web import once
from grc.web.forms.absences import Absence
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.session import actor, who
from grc.web.words import _

bp = Blueprint("absences", __name__)
WRITE = Permission.CASE_WRITE
_SEAL = Seal("absence")


@bp.get("/absences")
@needs(WRITE)
def page() -> str:
    """Those that are and those to come, and a form for another."""
    form = _form()
    form.user.data = str(who().id)
    form.first.data = form.last.data = paris_date(now())
    return _page(form)


@bp.post("/absences")
@needs(WRITE)
def declare() -> ResponseReturnValue:
    """Keep one."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    try:
        with transaction():
            if once.claim(who().id, now()) is None:
                absences.declare(
                    int(form.user.data),
                    int(form.cover.data) if form.cover.data else None,
                    form.first.data,
                    form.last.data,
                    actor=actor(),
                    now=now(),
                )
                once.settle(url_for(".page"))
    except InvalidInput as refused:
        form.refuse(refused)
        return _page(form), 422
    flash(_("Absence notée."), "success")
    return redirect(url_for(".page"), 303)


@bp.post("/absences/fin")
@needs(WRITE)
def end() -> ResponseReturnValue:
    """She is back, or stays."""
    number = _SEAL.open(request.form.get("absence", ""))
    if not isinstance(number, int):
        raise NotFound(N_("Cette absence n'existe pas."))
    with transaction():
        if once.claim(who().id, now()) is None:
            absences.end(number, actor=actor(), now=now())
            once.settle(url_for(".page"))
    flash(_("Absence terminée : plus personne ne remplace."), "success")
    return redirect(url_for(".page"), 303)


def sealed(absence_id: int) -> str:
    """How a page names an absence."""
    return _SEAL.close(absence_id)


def _people() -> list[tuple[int, str]]:
    """Whose absence this person may note: her own first, then those she steers, by name."""
    mine = (who().id, who().name)
    units = actor().units(*GRANTS[Permission.STEER])
    others = colleagues(set(units)) if units else []
    return [mine, *(one for one in others if one != mine)]


def _form() -> Absence:
    form = Absence()
    covers = colleagues(set(actor().units(*HANDLERS)))
    form.prepare(_people(), covers)
    return form


def _page(form: Absence) -> str:
    found = absences.to_come([number for number, _name in _people()], paris_date(now()))
    return render(
        "steering/absences.html",
        current="absences.page",
        form=form,
        today=paris_date(now()),
        absences=[(one, sealed(one.id)) for one in found],
    )
