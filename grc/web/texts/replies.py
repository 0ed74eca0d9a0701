"""Canned replies: listed, written as new versions, closed, put back."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.catalogue import writing
from grc.catalogue.models import CannedReply
from grc.catalogue.placeholders import of_unit
from grc.catalogue.queries import snapshot as catalogue
from grc.catalogue.writing import REPLIES
from grc.core.db import transaction
from grc.core.errors import Conflict, Forbidden, InvalidInput
from grc.core.i18n import N_
from grc.organisation import versions
from grc.organisation.queries import snapshot as organisation
from grc.organisation.versions import Act as Writing
from grc.staff.policy import Permission, allowed
from grc.staff.queries import names
from grc.web import once
from grc.web.forms.texts import NewReply, Reply
from grc.web.guard import needs
from grc.web.present import locale, now
from grc.web.presenters import differences
from grc.web.presenters.things import Act
from grc.web.session import actor, who
from grc.web.texts import blueprint as texts
from grc.web.texts.blueprint import TEXTS, bp
from grc.web.words import _, say

_FIELDS = ("label", "unit", "language", "request_types", "text")


@bp.get("")
@needs(TEXTS)
def replies() -> str:
    """The replies she may read: of her units and of all; an administrator, every one."""
    found, after = texts.listed(REPLIES, _mine())
    people = names(versions.codes_of(found))
    return texts.shown(
        "texts/replies.html",
        lines=[_line(one, people) for one in found],
        older_url=_further(after),
        given=request.args,
    )


def _further(after: str | None) -> str | None:
    given = request.args
    asked = {"q": given.get("q"), "etat": given.get("etat"), "suite": after}
    return url_for("texts.replies", **asked) if after else None  # type: ignore[arg-type]


def _mine() -> Any:
    if allowed(actor(), Permission.USER_ADMIN):
        return None
    codes = [code for code, _name in _units(actor_only=True)]
    return CannedReply.unit_code.in_(["", *codes])


def _line(one: CannedReply, people: dict[int, str]) -> dict[str, Any]:
    unit = organisation().units_by_code.get(one.unit_code)
    return {
        "url": url_for("texts.reply", code=one.code),
        "label": one.label,
        "unit": unit.short_name if unit else one.unit_code,
        "language": one.language,
        "version": one.version,
        "since": one.written_at or one.valid_from,
        "by": people.get(one.author_id or 0, "?") if one.author_id else _("un fichier"),
        "may_write": writing.may_write(actor(), one.unit_code),
    }


def _units(*, actor_only: bool = False) -> list[tuple[str, str]]:
    """Units she may write for: (code, name); all of them together for an administrator."""
    known = [(one.code, one.name) for one in organisation().units]
    whole = [] if actor_only or not writing.may_write(actor(), "") else [("", _("tous"))]
    return whole + [one for one in known if writing.may_write(actor(), one[0])]


def _prepared(form: Reply) -> Reply:
    kinds = catalogue().types.values()
    form.prepare(_units(), [(one.code, one.label(locale())) for one in kinds])
    return form


@bp.route("/reponses/nouvelle", methods=["GET", "POST"])
@needs(TEXTS)
def new_reply() -> ResponseReturnValue:
    """Write one that did not exist."""
    form = _prepared(NewReply())
    if request.method == "GET":
        form.version.process_data(0)
        return _new(form)
    one = _read(form, form.code.data or "") if form.validate() else None
    if one is None:
        return _new(form), 422
    if "look" in request.form:
        return _new(form)
    where = url_for("texts.reply", code=one.code)
    return texts.written(
        form,
        lambda: writing.write_reply(one, texts.act(form)),
        where,
        lambda **more: _new(form, **more),
        _("Réponse type enregistrée : elle est proposée dès maintenant."),
    )


def _read(form: Reply, code: str) -> Any:
    values = texts.typed(form, *_FIELDS) | {"code": code}
    return texts.judged(form, lambda: writing.typed_reply(values))


def _new(form: NewReply, **more: Any) -> str:
    return texts.shown("texts/text.html", **_about(form, _("Nouvelle réponse type")), **more)


def _about(form: Reply, title: str) -> dict[str, Any]:
    unit = organisation().find_unit(form.unit.data or "")
    own = of_unit(unit.name, unit.phone, unit.address) if unit else {}
    return {
        "form": form,
        "title": title,
        "back_url": url_for("texts.replies"),
        "back": _("Réponses types"),
        "preview": texts.preview(form.text.data or "", own),
        "places": texts.placeholders(),
        "may_write": True,
    }


@bp.route("/reponses/<code>", methods=["GET", "POST"])
@needs(TEXTS)
def reply(code: str) -> ResponseReturnValue:
    """One reply: what it says, its versions; written as a new one."""
    row = _readable(code)[0]
    if request.method == "GET":
        values = writing.reply_values(row) | {"version": row.version}
        return _page(code, _prepared(Reply(formdata=None, data=values)))
    form = _prepared(Reply())
    if not writing.may_write(actor(), row.unit_code):
        raise Forbidden(N_("Les réponses types d'un service sont écrites par son responsable."))
    one = _read(form, code) if form.validate() else None
    if one is None:
        return _page(code, form), 422
    if "look" in request.form:
        return _page(code, form)
    return texts.written(
        form,
        lambda: writing.write_reply(one, texts.act(form)),
        url_for("texts.reply", code=code),
        lambda **more: _page(code, form, **more),
        _("Version enregistrée : c’est elle qui est proposée dès maintenant."),
    )


def _readable(code: str) -> list[Any]:
    """The versions of a reply that she may read. Raises NotFound, Forbidden."""
    known = versions.history(REPLIES, code)
    if known[0].unit_code and not writing.may_write(actor(), known[0].unit_code):
        raise Forbidden(N_("Cette réponse type est celle d'un autre service."))
    return known


def _page(code: str, form: Reply, conflict: str = "") -> str:
    known = _readable(code)
    row = known[0]
    if conflict:
        texts.fresh(form, row.version)
    may_write = writing.may_write(actor(), row.unit_code)
    url = url_for("texts.put_back", code=code)
    return texts.shown(
        "texts/text.html",
        **(_about(form, row.label) | {"may_write": may_write}),
        **texts.past(REPLIES, known, lambda n: url_for("texts.reply", code=code, version=n)),
        row=row,
        conflict=conflict,
        changes=differences.lines(row.text, (form.text.data or "").strip().replace("\r\n", "\n")),
        acts=_acts(row) if may_write else [],
        put_back=lambda number: Act(
            _("Remettre cette version"), url, "post", "undo", "z",
            fields={"version": str(row.version), "to": str(number)},
        ),
    )  # fmt: skip


def _acts(row: CannedReply) -> list[Act]:
    fields = {"version": str(row.version)}
    if row.valid_to is None:
        url = url_for("texts.close_reply", code=row.code)
        return [Act(_("Ne plus proposer"), url, "post", "close", "x", fields=fields)]
    url = url_for("texts.put_back", code=row.code)
    more = {"to": str(row.version)}
    return [Act(_("Proposer de nouveau"), url, "post", "undo", "t", fields=fields | more)]


@bp.post("/reponses/<code>/remettre")
@needs(TEXTS)
def put_back(code: str) -> ResponseReturnValue:
    """Write again, as a new version, what an older one said."""
    wanted = request.form.get("to", type=int)
    older = next((row for row in _readable(code) if row.version == wanted), None)
    if older is None:
        raise InvalidInput(N_("Cette version n'existe pas."))
    values = writing.reply_values(older)
    return carried(
        url_for("texts.reply", code=code),
        lambda act: writing.write_reply(writing.typed_reply(values), act),
        _("Version %(n)s remise, comme nouvelle version.", n=older.version),
    )


@bp.post("/reponses/<code>/fermer")
@needs(TEXTS)
def close_reply(code: str) -> ResponseReturnValue:
    """Offer it no more; what was sent from it keeps its version."""
    _readable(code)
    where = url_for("texts.reply", code=code)
    return carried(where, lambda act: writing.end_reply(code, act), _("Elle n’est plus proposée."))


def carried(where: str, write: Callable[[Writing], bool], done: str) -> ResponseReturnValue:
    """One act on the version that was on the screen, then the page `where`."""
    act = Writing(actor(), now(), texts.number(request.form.get("version")))
    try:
        with transaction():
            if once.claim(who().id, now()) is None:
                write(act)
                once.settle(where)
    except (Conflict, InvalidInput) as refusal:
        flash(say(refusal.text), "error")
        return redirect(where, 303)
    flash(done, "success")
    return redirect(where, 303)
