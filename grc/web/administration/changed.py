"""A change of the organisation on a screen: looked at, then carried out once."""

import re
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from grc.catalogue.queries import current_type
from grc.core.clock import paris_date
from grc.core.db import transaction
from grc.core.errors import Conflict, InvalidInput
from grc.core.toml_source import InvalidFile, Problem
from grc.organisation import changing
from grc.organisation.changing import Act, Edit, mark, spelled
from grc.organisation.difference import (
    COLUMNS,
    COMMUNE,
    MAILBOX,
    SITE,
    TERRITORY,
    UNIT,
    Difference,
    What,
)
from grc.organisation.present import present
from grc.organisation.queries import snapshot as organisation
from grc.web import once
from grc.web.forms.organisation import KINDS
from grc.web.present import now
from grc.web.presenters.versions import unit
from grc.web.session import actor, who
from grc.web.words import _, say

Page = Callable[..., str]
_PATH = re.compile(r"(\w+)\[(\d+)\](?:\.(\w+))?")
_TABLES = {
    "communes": COMMUNE,
    "mailboxes": MAILBOX,
    "sites": SITE,
    "territories": TERRITORY,
    "units": UNIT,
}
_OWN = ("units", "sites", "territories", "closed_days", "mailboxes")


def edited(
    form: Any,
    edit: Edit,
    where: str,
    page: Page,
    done: str,
    demand: Callable[[], None] | None = None,
) -> ResponseReturnValue:
    """Look at what a valid form would change, then do it; `page` draws it again, `demand` refuses
    it, before it is looked at and in the transaction that does it."""
    led = once.led(who().id)
    if led is not None:
        return redirect(led, 303)
    try:
        if demand is not None:
            demand()
        changes = changing.look(edit, paris_date(now()))
        looked = mark(sorted(map(repr, changes)))
        if "go" not in request.form or form.looked.data != looked:
            form.looked.process_data(looked)
            return page(changes=[told(one) for one in changes], is_looked=True)
    except InvalidInput as refusal:
        refuse(form, refusal, edit)
        return page(), 422
    return carried(form, edit, where, page, done, demand)


def carried(
    form: Any,
    edit: Edit,
    where: str,
    page: Page,
    done: str,
    demand: Callable[[], None] | None = None,
) -> ResponseReturnValue:
    """Carry an edit out, once; `demand` refuses it in the same transaction."""
    act = Act(actor(), now(), form.seen.data or "", form.reason.data or "")
    try:
        with transaction():
            if once.claim(who().id, now()) is None:
                if demand is not None:
                    demand()
                changing.change(edit, act)
                once.settle(where)
    except InvalidInput as refusal:
        refuse(form, refusal, edit)
        return page(), 422
    except Conflict as refusal:
        form.seen.process_data(mark(edit.of(present())))
        form.looked.process_data("")
        return page(conflict=say(refusal.text)), 409
    flash(done, "success")
    return redirect(where, 303)


def refuse(form: Any, refusal: InvalidInput, edit: Edit) -> None:
    """Say what is refused at its field; of a file each mistake, and at the first field what is
    wrong elsewhere, and where."""
    if not isinstance(refusal, InvalidFile):
        form.refuse(refusal)
        return
    fields = [one for one in form if one.type not in ("HiddenField", "CSRFTokenField")]
    for problem in refusal.problems:
        found = _PATH.fullmatch(problem.field)
        name = found[3] if found and found[1] in _OWN else None
        about = next((one for one in fields if one.name == name), None)
        field = about or fields[0]
        words = say(problem.what) if about else _elsewhere(problem, found, edit)
        if words not in field.errors:
            field.errors = [*field.errors, words]


def _elsewhere(problem: Problem, found: re.Match[str] | None, edit: Edit) -> str:
    """A mistake of another row, with its name: "Boîte apa : …"."""
    rows = getattr(edit.make(present()), found[1], ()) if found else ()
    place = int(found[2]) if found else 0
    row = rows[place] if place < len(rows) else None
    name = getattr(row, "name", "") or getattr(row, "source", "")
    if found is None or not name:
        return say(problem.what)
    about = f"{_(_TABLES.get(found[1], ''))} {name}".strip()
    return _("%(label)s : %(error)s", label=about, error=say(problem.what))


def told(one: Difference) -> tuple[str, str, str]:
    """A difference in words: what, what it was, what it is."""
    name = _name(one)
    if one.act == What.ADDED:
        return name, "–", _("ajouté")
    if one.act == What.REMOVED:
        return name, _("fermé"), _("ouvert")
    return f"{name}, {_(one.what)}", value(one.what, one.old), value(one.what, one.new)


def _name(one: Difference) -> str:
    commune = organisation().commune(one.code)
    return f"{_(one.kind)} {commune.name if commune else one.code}"


def value(what: str, given: Any) -> str:
    """A value of a column in words."""
    if isinstance(given, bool):
        return _("oui") if given else _("non")
    if what == "genre":
        return str(KINDS.get(given, given))
    if what in ("service", "service du dessus"):
        return unit(given) if given else "–"
    if what == COLUMNS["request_type"]:
        kind = current_type(given) if given else None
        return kind.label_fr if kind else given or "–"
    if what == "commune":
        found = organisation().commune(given)
        return found.name if found else given
    return spelled(given)
