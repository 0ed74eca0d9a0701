"""What the pages of prepared texts share: versions, differences, the preview, one writing."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue

from grc.catalogue.placeholders import EXAMPLE, NAMES, fill
from grc.core.db import transaction
from grc.core.errors import Conflict, InvalidInput
from grc.core.seals import Seal
from grc.core.toml_source import InvalidFile
from grc.organisation import versions
from grc.organisation.versions import PAGE, Act, Kind
from grc.staff.policy import Permission, allowed
from grc.web import once
from grc.web.addresses import key_number
from grc.web.administration.blueprint import HOME, sections
from grc.web.forms.base import Form
from grc.web.frame import render
from grc.web.present import now
from grc.web.presenters import differences
from grc.web.presenters import versions as presenter
from grc.web.presenters.lists import Choice
from grc.web.session import actor, who
from grc.web.words import _, say

bp = Blueprint("texts", __name__, url_prefix="/textes")
TEXTS = Permission.TEXTS
PLACE = "texts.replies"
_AFTER = Seal("grc-texts")


def shown(template: str, **context: Any) -> str:
    """A page of texts: one of the administration for administrators, a place of its own else."""
    is_admin = allowed(actor(), Permission.USER_ADMIN)
    tabs: list[Choice] = sections(PLACE) if is_admin else []
    return render(template, current=HOME if is_admin else PLACE, tabs=tabs, **context)


def typed(form: Form, *names: str) -> dict[str, Any]:
    """Fields as a file would say them: lines end as in a file, no number is none."""
    found = {name: form[name].data for name in names}
    return {
        name: value.replace("\r\n", "\n") if isinstance(value, str) else value
        for name, value in found.items()
        if value is not None
    }


def act(form: Any, reason: str = "") -> Act:
    """Who writes, on which version."""
    return Act(actor(), now(), number(form.version.data), reason)


def number(seen: object) -> int:
    """The version a page was made from; one that cannot be when it says none."""
    text = str(seen or "")
    return int(text) if text.isdecimal() and len(text) < 9 else 999_999_999


def judged(form: Form, judge: Callable[[], Any]) -> Any:
    """What was typed as a value; None with the mistakes said at their fields."""
    try:
        return judge()
    except InvalidFile as refusal:
        for problem in refusal.problems:
            field = form[problem.field] if problem.field in form else form["text"]
            field.errors = [*field.errors, say(problem.what)]
        return None


def written(
    form: Any, write: Callable[[], bool], where: str, again: Callable[..., str], done: str
) -> ResponseReturnValue:
    """Write one version, once; a refusal gives the form back with what was typed."""
    try:
        with transaction():
            if once.claim(who().id, now()) is None:
                write()
                once.settle(where)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return again(), 422
    except Conflict as refusal:
        return again(conflict=say(refusal.text)), 409
    flash(done, "success")
    return redirect(where, 303)


def fresh(form: Any, version: int) -> None:
    """Let a form be sent again over the version of now: its reader has been told."""
    form.version.data = form.version.raw_data = None
    form.version.process_data(version)


def preview(text: str, values: Mapping[str, str]) -> str:
    """What somebody would read, on a case that does not exist."""
    return fill(
        text.strip(), {**EXAMPLE, **{name: one for name, one in values.items() if one}}
    ).text


def placeholders() -> list[tuple[str, str]]:
    """What may stand in braces, and what it is replaced by."""
    return [(f"{{{name}}}", _(what)) for name, what in NAMES.items()]


def past(kind: Kind, known: list[Any], url: Callable[[int], str]) -> dict[str, Any]:
    """The versions of a code, and what the one that is asked for changed."""
    asked = request.args.get("version", type=key_number)
    place = next((n for n, row in enumerate(known) if row.version == asked), None)
    lines = presenter.lines(known, url, asked)
    return {"versions": lines, "looked": _looked(kind, known, place)}


def _looked(kind: Kind, known: list[Any], place: int | None) -> dict[str, Any] | None:
    if place is None:
        return None
    row = known[place]
    older = known[place + 1] if place + 1 < len(known) else None
    return {
        "number": row.version,
        "lines": differences.lines(older.text if older else "", row.text),
        "fields": presenter.changed(kind, older, row) if older else [],
        "is_current": place == 0,
    }


def listed(kind: Kind, among: Any = None) -> tuple[list[Any], str | None]:
    """One page of the last versions that the address asks for, and where it goes on."""
    after = _AFTER.open(request.args.get("suite", "")[:800])
    closed = request.args.get("etat") == "closed"
    words = request.args.get("q", "").strip()[:80]
    found = versions.page(
        kind, words, closed=closed, after=(after[0], after[1]) if after else None, among=among
    )
    if len(found) <= PAGE:
        return found, None
    last = found[PAGE - 1]
    return found[:PAGE], _AFTER.close([getattr(last, kind.shown), last.id])
