"""An act on a case that needs words: its form, shown as a page or in a dialog, then carried out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from grc.cases.models import Case
from grc.cases.queries import case_for
from grc.core.errors import InvalidInput, NotFound
from grc.core.i18n import N_
from grc.staff.policy import Permission
from grc.web.cases.access import read
from grc.web.cases.carrying import carry_out, from_list
from grc.web.frame import render
from grc.web.present import now
from grc.web.presenters.case import Reading
from grc.web.presenters.rows import case_url
from grc.web.returning import the_list
from grc.web.session import actor

BOTH = ["GET", "POST"]
WRITE = Permission.CASE_WRITE
Carry = Callable[[Case, Any, datetime], object]


@dataclass(frozen=True)
class Words:
    """What the page of an act says."""

    title: str
    submit: str
    why: str = ""
    done: str = ""  # said in the list where the act began; the page of a case shows it
    template: str = "cases/act.html"


def act(
    reference: str, permission: Permission, form: Any, words: Words, carry: Carry
) -> ResponseReturnValue:
    """Show the form, or carry it out; what is refused comes back with everything typed."""
    asked = request.method != "POST"  # GET, or HEAD which is answered alike
    if asked or not form.validate():
        return _page(reference, permission, form, words), 200 if asked else 422
    try:
        done = words.done if from_list() else ""
        return carry_out(reference, permission, lambda case, at: carry(case, form, at), done=done)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _page(reference, permission, form, words), 422


def case_of(reference: str, permission: Permission) -> Case:
    """A case, for who may do this to it."""
    return case_for(actor(), reference, permission, now())


def other_case(typed: str, at: datetime) -> Case:
    """A second case that a form names. Raises InvalidInput for one that does not exist, or that
    this person may not read, in the same words."""
    try:
        return case_for(actor(), typed, Permission.CASE_READ, at)
    except NotFound:
        words = N_("Aucune demande de cette référence, ou vous n'y avez pas accès.")
        raise InvalidInput(words, field="other") from None


def filled(form: Any) -> Any:
    """A form with its lists."""
    form.prepare()
    return form


def _page(reference: str, permission: Permission, form: Any, words: Words) -> str:
    case, _facts = read(reference, "act", permission)
    reading = Reading(case, actor(), now())
    posted = request.form
    shown = {
        "reference": case.reference,
        "subject": case.subject,
        "url": case_url(case.reference),
        "version": posted.get("version") or reading.handling.version,
        "seen": posted.get("seen") or reading.seen,
        "from_list": request.values.get("liste") or "1" if from_list() else None,
        "back_url": the_list() if from_list() else case_url(case.reference),
    }
    page = {"title": words.title, "why": words.why, "submit": words.submit, "url": request.path}
    return render(words.template, page=page, case=shown, form=form)
