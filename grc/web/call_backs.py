"""Who is to be called back, and who is calling at this moment."""

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.cases.lookup import names_of
from grc.core.db import session, transaction
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.core.seals import Seal
from grc.jobs.ringing import CHANNEL, now_on
from grc.staff import service as staff
from grc.staff.models import User
from grc.staff.policy import Permission
from grc.web import once, returning
from grc.web.filters import phone
from grc.web.frame import render
from grc.web.guard import needs, quiet
from grc.web.present import now
from grc.web.presenters import call_backs as presenter
from grc.web.presenters.lists import Empty
from grc.web.session import actor, who
from grc.web.words import _
from grc.work import call_backs

bp = Blueprint("call_backs", __name__)
WRITE = Permission.CASE_WRITE
_SEAL = Seal("call-back")


@bp.get("/rappels")
@needs(WRITE)
def page() -> str:
    """Everybody who waits for a call from this person's units."""
    found = call_backs.listed(actor(), now())
    names = names_of([case for _task, _calls, case in found if case])
    rows = [
        presenter.row(task, calls, case, names.get(case.id) if case else None, _fields(task.id))
        for task, calls, case in found
    ]
    return render(
        "work/call_backs.html",
        current="call_backs.page",
        page={"title": _("Rappels"), "summary": _("Qui attend qu’on le rappelle")},
        rows=rows,
        url=url_for(".answer"),
        empty=Empty(
            _("Personne n’attend"),
            _("Un appel manqué, ou un rappel promis, apparaît ici."),
            None,
        ),
    )


def _fields(task_id: int) -> dict[str, str]:
    return {"task": _SEAL.close(task_id)}


@bp.post("/rappels")
@needs(WRITE)
def answer() -> ResponseReturnValue:
    """Was the person reached?"""
    task_id = _SEAL.open(request.form.get("task", ""))
    if not isinstance(task_id, int):
        raise NotFound(N_("Cette tâche n'existe pas."))
    result = request.form.get("result", "")
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            call_backs.answer(task_id, result, actor=actor(), now=now())
            where = url_for(".page")
            once.settle(where)
    flash(presenter.answered(result), "success")
    return redirect(where, 303)


@bp.get("/appel-entrant")
@needs(WRITE)
@quiet
def ringing() -> ResponseReturnValue:
    """The call on this person's telephone, for the page she has open; 304 when it is the same."""
    extension = who().extension
    row = now_on(extension, now()) if extension else None
    told: dict[str, Any] = {}
    if row is not None:
        where = url_for("calls.page", channel=CHANNEL, q=row.number, retour=returning.given())
        told = {"call": row.call, "words": _("Appel de %(number)s", number=phone(row.number))}
        told["url"] = where
    response = jsonify(told)
    response.add_etag()
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


@bp.post("/preferences/poste")
@needs(WRITE)
def extension() -> ResponseReturnValue:
    """Keep the telephone at which this person answers."""
    with transaction():
        user = session().get_one(User, who().id)
        staff.answer_at(user, request.form.get("extension", ""), now=now())
    flash(_("Poste téléphonique enregistré."), "success")
    return redirect(url_for("preferences.page"), 303)
