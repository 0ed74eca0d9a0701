"""Exceptional access: asking for it, and the list of those that were opened."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.core.db import transaction
from grc.core.errors import InvalidInput, NotFound
from grc.core.settings import settings
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import Permission, allowed
from grc.web import once
from grc.web.forms.secrecy import Enter
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters.rows import case_url
from grc.web.presenters.things import Act, Target
from grc.web.session import actor, who
from grc.web.words import _, ngettext, say
from grc.work import exceptional
from grc.work.exceptional import PAGE, Access, TooMany

bp = Blueprint("exceptional", __name__)
BOTH = ["GET", "POST"]
CURRENT = "exceptional.accesses"


@bp.route("/acces-exceptionnel", methods=BOTH)
@needs(Permission.EXCEPTIONAL)
def ask() -> ResponseReturnValue:
    """Ask for a case by its exact reference, and why; it opens at once or is not found."""
    form = Enter(data={"reference": request.args.get("reference", "")[:40]})
    if request.method != "POST":
        return _form(form)
    if not form.validate():
        return _form(form), 422
    try:
        return redirect(_entered(form), 303)
    except TooMany as refusal:
        _note_refused()
        form.refuse(InvalidInput(refusal.text.msgid, field="reference"))
        return _form(form), 429
    except NotFound as refusal:
        _note_refused()
        form.refuse(InvalidInput(refusal.text.msgid, field="reference"))
    except InvalidInput as refusal:
        form.refuse(refusal)
    return _form(form), 422


def _note_refused() -> None:
    with transaction():
        exceptional.note_refused(actor(), now())


def _entered(form: Enter) -> str:
    with transaction():
        exceptional.note_try(actor(), now())
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            typed, why = form.reference.data or "", form.reason.data or ""
            case = exceptional.enter(typed, why, actor=actor(), now=now())
            where = case_url(case.reference)
            once.settle(where)
    return where


def _form(form: Enter) -> str:
    hours = ngettext("%(num)s heure", "%(num)s heures", settings().exceptional_hours)
    return render("exceptional/ask.html", current=CURRENT, form=form, hours=hours)


@bp.get("/acces-exceptionnels")
@needs(Permission.EXCEPTIONAL_SEEN)
def accesses() -> str:
    """Those this person may know of, with a button that ends one now."""
    found = exceptional.latest(actor(), now(), _before())
    shown = found[:PAGE]
    units = exceptional.units_of([one.case.id for one in shown])
    ask_url = url_for(".ask") if allowed(actor(), Permission.EXCEPTIONAL) else None
    return render(
        "exceptional/list.html",
        current=CURRENT,
        lines=[line(one, units.get(one.case.id, [])) for one in shown],
        ask=Target(_("Ouvrir un accès exceptionnel"), ask_url) if ask_url else None,
        older_url=_older(shown[-1]) if len(found) > PAGE else None,
    )


def line(one: Access, units: list[int] | None = None) -> dict[str, Any]:
    """What templates/exceptional/list.html and the page of a case want. Never the title."""
    reference = one.case.reference
    names = organisation().units_by_id
    end = url_for("exceptional.end", reference=reference, user=one.user_id)
    runs = one.until > now()
    return {
        "reference": reference,
        "units": ", ".join(names[unit].short_name for unit in units or ()),
        "name": one.name,
        "why": one.why,
        "since": one.since,
        "until": one.until,
        "is_mine": one.is_mine,
        "end": Act(_("Terminer maintenant"), end, "post", icon="close") if runs else None,
    }


def _older(last: Access) -> str:
    until = int(last.until.timestamp() * 1_000_000)
    return url_for(".accesses", avant=f"{until}.{last.case.id}.{last.user_id}")


def _before() -> tuple[datetime, int, int] | None:
    parts = request.args.get("avant", "").split(".")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 18 for part in parts):
        return None
    until, case_id, user_id = map(int, parts)
    return datetime.fromtimestamp(min(until, 10**17) / 1_000_000, UTC), case_id, user_id


@bp.post("/acces-exceptionnels/<reference>/<int:user>/fin")
@needs(Permission.EXCEPTIONAL_SEEN)
def end(reference: str, user: int) -> ResponseReturnValue:
    """End one before its hour."""
    done = _("L’accès est terminé.")
    with transaction():
        if once.claim(who().id, now()) is None:
            try:
                exceptional.end(reference, user, actor=actor(), now=now())
            except NotFound as gone:
                done = say(gone.text)
            once.settle(url_for(".accesses"))
    flash(done, "success")
    return redirect(url_for(".accesses"), 303)
