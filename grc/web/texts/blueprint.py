"""What the pages of prepared texts share: versions, differences, the preview, one writing."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.catalogue.placeholders import EXAMPLE, NAMES, fill
from grc.core.db import transaction
from grc.core.errors import Conflict, InvalidInput
from grc.core.i18n import N_
from grc.core.seals import Seal
from grc.core.toml_source import InvalidFile
from grc.organisation import versions
from grc.organisation.versions import PAGE, Kind
from grc.organisation.versions import Act as Writing
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
from grc.web.presenters.things import Act
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


def act(form: Any, reason: str = "") -> Writing:
    """Who writes, on which version."""
    return Writing(actor(), now(), number(form.version.data), reason)


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


def acts(row: Any, close: str, back: str) -> list[Act]:
    """Closing what is offered, or offering again what is not; `close` and `back` are addresses."""
    fields = {"version": str(row.version)}
    if row.valid_to is None:
        return [Act(_("Ne plus proposer"), close, "post", "close", "x", fields=fields)]
    more = {"to": str(row.version)}
    return [Act(_("Proposer de nouveau"), back, "post", "undo", "t", fields=fields | more)]


def put_back(row: Any, url: str) -> Callable[[int], Act]:
    """The act that writes an older version of a code again."""
    return lambda number: Act(
        _("Remettre cette version"), url, "post", "undo", "z",
        fields={"version": str(row.version), "to": str(number)},
    )  # fmt: skip


def older(known: list[Any]) -> Any:
    """The version that a form asks for. Raises InvalidInput."""
    wanted = request.form.get("to", type=int)
    found = next((row for row in known if row.version == wanted), None)
    if found is None:
        raise InvalidInput(N_("Cette version n'existe pas."))
    return found


def saved(
    form: Form,
    one: Any,
    write: Callable[[Any], bool],
    where: str,
    again: Callable[..., str],
    done: str,
) -> ResponseReturnValue:
    """What follows a text that was typed: its mistakes, its preview, or one version more."""
    if one is None:
        return again(), 422
    if "look" in request.form:
        return again()
    return written(form, lambda: write(one), where, again, done)


def further(endpoint: str, after: str | None) -> str | None:
    """The address of the page that follows, with the filters of this one."""
    asked = {"q": request.args.get("q"), "etat": request.args.get("etat"), "suite": after}
    return url_for(endpoint, **asked) if after else None  # type: ignore[arg-type]


def carried(where: str, write: Callable[[Writing], bool], done: str) -> ResponseReturnValue:
    """One act on the version that was on the screen, then the page `where`."""
    one = Writing(actor(), now(), number(request.form.get("version")))
    try:
        with transaction():
            if once.claim(who().id, now()) is None:
                write(one)
                once.settle(where)
    except (Conflict, InvalidInput) as refusal:
        flash(say(refusal.text), "error")
        return redirect(where, 303)
    flash(done, "success")
    return redirect(where, 303)


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
