"""The draft tried on past cases, then put in force."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.core.clock import paris_date
from grc.core.db import transaction
from grc.core.errors import Conflict, InvalidInput
from grc.core.settings import settings
from grc.core.toml_source import InvalidFile
from grc.jobs import hurrying
from grc.jobs.worker import tools
from grc.routing import activating, reading, trying, workshop
from grc.routing.stored import digest, read_all
from grc.web import once
from grc.web.forms.rules import Activate
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import rules as presenter
from grc.web.presenters import trials
from grc.web.rules import RULES, compared, the_draft, tried
from grc.web.session import actor, who
from grc.web.words import _, say

bp = Blueprint("trials", __name__, url_prefix="/affectation")
AT_ONCE = 2  # steps of a dry run while one waits: 500 cases


@bp.post("/brouillon/essai")
@needs(RULES)
def ask() -> ResponseReturnValue:
    """Try the draft on past cases: at once for the first five hundred."""
    trial_id = 0
    try:
        with transaction():
            where = once.claim(who().id, now())
            if where is None:
                trial_id = trying.ask(actor=actor(), now=now())
                where = url_for(".trial", number=trial_id)
                once.settle(where)
    except (Conflict, InvalidInput) as refusal:
        flash(_("Corrigez d’abord ce qui est signalé.") if isinstance(refusal, InvalidFile)
              else say(refusal.text), "error")  # fmt: skip
        return redirect(url_for("rules.draft"), 303)
    if trial_id:
        hurrying.hurry_about(("routing_trial", trial_id), tools(), AT_ONCE)
    return redirect(where, 303)


@bp.get("/essais/<int:number>")
@needs(RULES)
def trial(number: int) -> ResponseReturnValue:
    """What would have become of past cases; the page reloads itself until all is counted."""
    asked = trying.trial_of(actor(), number)
    own = read_all(asked.rules)
    held = workshop.open_draft()
    is_present = held is not None and digest(read_all(held.rules)) == asked.digest
    page = render(
        "rules/trial.html",
        current="rules.page",
        page=trials.page(
            asked, own, trying.examples(asked, actor(), now()), settings().small_numbers
        ),
        is_present=is_present,
    )
    return page if asked.done_at or not asked.wanted else (page, {"Refresh": "2"})


@bp.route("/brouillon/en-vigueur", methods=["GET", "POST"])
@needs(RULES)
def activate() -> ResponseReturnValue:
    """Put the draft in force; says why not while it was not tried."""
    held = the_draft()
    own, change = compared(held)
    form = Activate(data={"tried": digest(own)})
    is_tried = tried(held, own) is not None
    if request.method == "POST" and form.validate():
        try:
            return _activate(form)
        except (InvalidInput, Conflict) as refusal:
            form.refuse(refusal)
    known = presenter.names()
    shown = render(
        "rules/activate.html",
        current="rules.page",
        form=form,
        is_tried=is_tried,
        summary=presenter.summary(change),
        changes=presenter.changes(change, known),
        later=_replaced(form.on.data),
    )
    return (shown, 422) if form.errors else shown


def _replaced(on: date | None) -> list[dict[str, Any]]:
    """The versions to come that this one would replace."""
    today = paris_date(now())
    planned = reading.planned(reading.versions(), today)
    return [presenter.version(one, today) for one in planned if one.effective_on >= (on or today)]


def _activate(form: Activate) -> ResponseReturnValue:
    where = url_for("rules.page")
    with transaction():
        if once.claim(who().id, now()) is None:
            activating.activate(
                form.tried.data or "", form.on.data, form.reason.data, actor=actor(), now=now()
            )
            once.settle(where)
    flash(_("La nouvelle version des règles est enregistrée."), "success")
    return redirect(where, 303)
