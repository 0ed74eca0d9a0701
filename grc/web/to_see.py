"""What needs a person: each thing with its age, what happened, what was kept, and one key."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.core import stuck
from grc.core.db import transaction
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.staff.policy import Permission
from grc.web import once
from grc.web.forms.cases import SendBack
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.nav import TO_SEE
from grc.web.present import now
from grc.web.presenters import to_see as presenter
from grc.web.presenters.lists import Empty
from grc.web.session import actor, who
from grc.web.words import _
from grc.work.sending_again import send_again as try_again

bp = Blueprint("to_see", __name__)


@bp.get("/a-voir")
@needs(Permission.TO_SEE)
def page() -> str:
    """Everything that waits for this person, dangers first."""
    return render(
        "to_see/page.html",
        current=TO_SEE,
        page={"title": _("À voir"), "summary": _("Ce qui demande quelqu’un")},
        sections=presenter.sections(actor(), now()),
        empty=Empty(
            _("Rien n’attend"),
            _("Un danger, un envoi en échec, une étape bloquée, un rappel en retard viennent ici."),
            None,
        ),
    )


@bp.post("/a-voir/renvoyer")
@needs(Permission.CASE_WRITE)
def send_again() -> ResponseReturnValue:
    """A message that did not leave leaves again."""
    task_id = presenter.SEAL.open(request.form.get("task", ""))
    if not isinstance(task_id, int):
        raise NotFound(N_("Cette tâche n'existe pas."))
    return _done(lambda: try_again(task_id, actor=actor(), now=now()), _("Nouvel envoi en cours."))


@bp.post("/a-voir/relancer")
@needs(Permission.HEALTH)
def retry() -> ResponseReturnValue:
    """Steps that failed run again."""
    step = _step(request.form.get("step", ""))
    return _done(lambda: stuck.retry(step, actor=actor(), now=now()), _("Étapes relancées."))


@bp.route("/a-voir/abandonner/<step>", methods=["GET", "POST"])
@needs(Permission.HEALTH)
def abandon(step: str) -> ResponseReturnValue:
    """Steps that failed are tried no more, and why."""
    name, form = _step(step), SendBack()
    if request.method != "POST" or not form.validate():
        shown = {
            "title": _("Abandonner : %(name)s", name=presenter.step_name(name)),
            "why": _("Ce qui était à faire ne sera pas fait. Votre raison reste au journal."),
            "submit": _("Abandonner"),
            "kind": "danger",
            "url": request.path,
            "back_url": url_for(".page"),
        }
        return render("to_see/why.html", page=shown, form=form), 422 if form.errors else 200
    why = form.reason.data or ""
    return _done(
        lambda: stuck.abandon(name, why, actor=actor(), now=now()), _("Étapes abandonnées.")
    )


def _step(name: str) -> str:
    if name not in presenter.RETRIED:
        raise NotFound(N_("Cette étape n'existe pas."))
    return name


def _done(do: Any, words: str) -> ResponseReturnValue:
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            do()
            where = url_for(".page")
            once.settle(where)
    flash(words, "success")
    return redirect(where, 303)
