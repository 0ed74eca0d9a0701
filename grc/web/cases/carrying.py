"""One act on a case: one form, one transaction, one use-case, then back to the page."""

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, request
from flask import session as cookie
from flask.typing import ResponseReturnValue

from grc.cases.models import Case
from grc.cases.queries import case_for
from grc.core.db import transaction
from grc.core.errors import Conflict, NotFound
from grc.staff.policy import Permission
from grc.web import kept, once
from grc.web.cases.typed import keep
from grc.web.frame import render
from grc.web.present import now
from grc.web.presenters import case as presenter
from grc.web.presenters.case import Reading
from grc.web.presenters.conversation import conversation
from grc.web.presenters.rows import case_url
from grc.web.returning import the_list
from grc.web.session import actor, who
from grc.web.words import _, say

Do = Callable[[Case, datetime], object]


def carry_out(
    reference: str, permission: Permission, do: Do, *, done: str = "", draft: str = ""
) -> ResponseReturnValue:
    """Do it once, in one transaction, and go back to the case, or to the list when it has
    left this person's sight. `draft` names the browser's copy of a text taken over."""
    try:
        where, again = _once(reference, permission, do)
    except Conflict as conflict:
        return stale(reference, conflict)
    if done and not again:
        flash(done, "success")
    if draft:
        cookie["drafts_done"] = [*cookie.get("drafts_done", ()), draft]
    return redirect(where, 303)


def _once(reference: str, permission: Permission, do: Do) -> tuple[str, bool]:
    at = now()
    with transaction():
        where = once.claim(who().id, at)
        if where is not None:
            return where, True
        case = case_for(actor(), reference, permission, at)
        do(case, at)
        where = _after(case, at)
        once.settle(where)
    return where, False


def from_list() -> bool:
    """True when the act was begun in a list, where the person goes on afterwards."""
    return "liste" in request.values


def _after(case: Case, at: datetime) -> str:
    if from_list():
        return the_list()
    try:
        case_for(actor(), case.reference, Permission.CASE_READ, at)
    except NotFound:
        return the_list()
    return case_url(case.reference)


def expected() -> int | None:
    """The version of the handling the page was made from."""
    given = request.form.get("version", "")
    return int(given) if given.isdecimal() else None


def stale(reference: str, conflict: Conflict) -> ResponseReturnValue:
    """The case changed meanwhile: what happened, and everything typed, given back."""
    typed = kept.typed()
    is_reply = request.endpoint == "cases.reply"
    case = case_for(actor(), reference, Permission.CASE_READ, now())
    if is_reply and typed.text:
        with transaction():
            keep(case, typed.text)
    reading = Reading(case, actor(), now())
    seen = request.form.get("seen", "0")
    changes = presenter.events(reading, int(seen) if seen.isdecimal() else 0)
    submit = _("Envoyer quand même") if is_reply else _("Recommencer")
    mine = {
        "label": _("Votre réponse") if is_reply else _("Votre texte"),
        "name": typed.name,
        "text": typed.text,
        "fields": typed.others,
        "url": request.path,
        "submit": submit,
    }
    page = render(
        "cases/conflict.html",
        case=presenter.case(reading),
        happened=say(conflict.text),
        changes=changes,
        mine=mine if typed.text else None,
        theirs=_theirs(reading),
    )
    return page, 409


def _theirs(reading: Reading) -> dict[str, str] | None:
    messages = [one for one in conversation(reading).entries if one.kind == "message"]
    last = messages[-1] if messages else None
    if last is None or last.direction != "out":
        return None
    return {"label": _("Réponse de %(who)s", who=last.author), "text": last.text}
