"""Views: questions kept under a name, opened from the lists."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.core.db import transaction
from grc.core.errors import InvalidInput
from grc.finding import views
from grc.finding.models import SavedView
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import Permission
from grc.web import once
from grc.web.exporting import asked
from grc.web.forms.search import View
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import search as presenter
from grc.web.presenters import views as shown
from grc.web.session import actor, who
from grc.web.words import _

bp = Blueprint("views", __name__, url_prefix="/vues")
READ = Permission.CASE_READ
BOTH = ("GET", "POST")
Do = Callable[[SavedView, datetime], str]


@bp.get("")
@needs(READ)
def page() -> str:
    """All of hers and of her units, with their counts; those removed lately."""
    return render(
        "search/views.html",
        current="views.page",
        views=shown.table(actor(), now()),
        removed=[shown.gone(one) for one in views.removed(actor(), now())],
    )


@bp.route("/nouvelle", methods=BOTH)
@needs(READ)
def new() -> ResponseReturnValue:
    """Keep the question of the address."""
    form, wanted = View(), asked()
    form.prepare(actor())
    if request.method != "POST":
        form.name.data = presenter.said(wanted)[: views.LONGEST_NAME]
        return _form(form, presenter.said(wanted), _("Enregistrer la vue"))
    if not form.validate():
        return _form(form, presenter.said(wanted), _("Enregistrer la vue")), 422

    def save(at: datetime) -> str:
        view = views.save(
            wanted, form.name.data, form.shared_with, key=once.key(), actor=actor(), now=at
        )
        return shown.url(view)

    return _once(form, presenter.said(wanted), _("Enregistrer la vue"), save, _("Vue enregistrée."))


@bp.route("/<uuid:key>/modifier", methods=BOTH)
@needs(READ)
def change(key: Any) -> ResponseReturnValue:
    """Another name, shared or no longer."""
    view, form = views.view_of(actor(), str(key)), View()
    form.prepare(actor())
    said = presenter.said(views.question(view))
    if request.method != "POST":
        form.name.data = view.name
        if "unit" in form and view.unit_id:
            form.unit.data = organisation().unit_by_id(view.unit_id).code
        return _form(form, said, _("Modifier la vue"))
    if not form.validate():
        return _form(form, said, _("Modifier la vue")), 422

    def save(at: datetime) -> str:
        kept = views.view_of(actor(), str(key))
        views.change(kept, form.name.data, form.shared_with, actor=actor(), now=at)
        return url_for(".page")

    return _once(form, said, _("Modifier la vue"), save, _("Vue modifiée."))


@bp.post("/<uuid:key>/monter")
@needs(READ)
def raise_up(key: Any) -> ResponseReturnValue:
    """Put it before the one above."""
    return _act(key, lambda view, at: views.raise_up(view, actor=actor(), now=at))


@bp.post("/<uuid:key>/retirer")
@needs(READ)
def remove(key: Any) -> ResponseReturnValue:
    """Take it away, for a week."""
    return _act(key, lambda view, at: views.remove(view, actor=actor(), now=at), _("Vue retirée."))


@bp.post("/<uuid:key>/retablir")
@needs(READ)
def restore(key: Any) -> ResponseReturnValue:
    """Undo that."""
    said = _("Vue rétablie.")
    return _act(key, lambda view, at: views.restore(view, actor=actor(), now=at), said)


def _act(
    key: Any, do: Callable[[SavedView, datetime], object], said: str = ""
) -> ResponseReturnValue:
    with transaction():
        where = once.claim(who().id, now())
        again = where is not None
        if where is None:
            do(views.view_of(actor(), str(key)), now())
            where = url_for(".page")
            once.settle(where)
    if said and not again:
        flash(said, "success")
    return redirect(where, 303)


def _once(
    form: View, said: str, title: str, save: Callable[[datetime], str], done: str
) -> ResponseReturnValue:
    try:
        with transaction():
            where = once.claim(who().id, now())
            if where is None:
                where = save(now())
                once.settle(where[:300])
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _form(form, said, title), 422
    flash(done, "success")
    return redirect(where, 303)


def _form(form: View, said: str, title: str) -> str:
    return render(
        "search/view.html",
        form=form,
        said=said,
        title=title,
        url=request.full_path.rstrip("?"),
        back_url=url_for(".page"),
    )
