"""One act on a person: one form, one transaction, then back to her page."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from grc.cases.persons import Person, person_for
from grc.core.db import transaction
from grc.core.errors import Conflict, Forbidden, InvalidInput
from grc.core.i18n import N_
from grc.web import once
from grc.web.frame import render
from grc.web.people.blueprint import person_url
from grc.web.present import now
from grc.web.session import actor, who
from grc.work.people import may_change

Do = Callable[[Person, datetime], object]


def her(reference: str) -> Person:
    """The person of this reference, as this agent may see her."""
    return person_for(actor(), reference, now())


def hers_to_change(reference: str) -> Person:
    """The same, to be changed. Raises Forbidden for who may only read."""
    person = her(reference)
    if not may_change(actor(), person.ids, now()):
        raise Forbidden(N_("Vous pouvez lire cette fiche, pas la modifier."))
    return person


def carry_out(reference: str, do: Do, done: str) -> ResponseReturnValue:
    """Do it once, in one transaction, and go back to her page."""
    with transaction():
        where = once.claim(who().id, now())
        again = where is not None
        if where is None:
            person = hers_to_change(reference)
            do(person, now())
            where = person_url(person.reference)
            once.settle(where)
    if not again:
        flash(done, "success")
    return redirect(where, 303)


def act(
    reference: str,
    form: Any,
    page: Mapping[str, Any],
    do: Do,
    done: str,
    *,
    meanwhile: Callable[[Person], Mapping[str, Any]] = lambda _person: {},
) -> ResponseReturnValue:
    """Show the form, or carry it out; what is refused comes back with everything typed, and with
    what `meanwhile` says of what somebody else did to her."""
    person = hers_to_change(reference)
    asked = request.method != "POST"
    if asked or not form.validate():
        return _page(person, form, page), 200 if asked else 422
    try:
        return carry_out(reference, do, done)
    except (InvalidInput, Conflict) as refusal:
        form.refuse(refusal)
        fresh, is_late = her(reference), isinstance(refusal, Conflict)
        told = meanwhile(fresh) if is_late else {}
        return _page(fresh, form, {**page, **told}), 409 if is_late else 422


def _page(person: Person, form: Any, page: Mapping[str, Any]) -> str:
    shown = {
        "why": "",
        "compared": None,
        "meanwhile": None,
        **page,
        "url": request.full_path.rstrip("?"),
    }
    about = {"name": person.own["name"], "reference": person.reference}
    back = person_url(person.reference)
    return render("people/act.html", page=shown, person=about, back_url=back, form=form)
