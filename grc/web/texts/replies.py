"""Canned replies: listed, written as new versions, closed, put back."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from grc.catalogue import writing
from grc.catalogue.models import CannedReply
from grc.catalogue.placeholders import of_unit
from grc.catalogue.queries import snapshot as catalogue
from grc.catalogue.writing import REPLIES
from grc.core.errors import Forbidden
from grc.core.i18n import N_
from grc.organisation import versions
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import Permission, allowed
from grc.staff.queries import names
from grc.web.forms.texts import LANGUAGE_LABELS, NewReply, Reply
from grc.web.guard import needs
from grc.web.present import locale
from grc.web.presenters import differences
from grc.web.session import actor
from grc.web.texts import blueprint as texts
from grc.web.texts.blueprint import TEXTS, bp
from grc.web.words import _

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
        older_url=texts.further("texts.replies", after),
        given=request.args,
    )


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
        "language": LANGUAGE_LABELS[one.language],
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
    code = form.code.data or ""
    one = _read(form, code) if form.validate() else None
    return texts.saved(
        form,
        one,
        lambda value: writing.write_reply(value, texts.act(form)),
        url_for("texts.reply", code=code or "-"),
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
    return texts.saved(
        form,
        one,
        lambda value: writing.write_reply(value, texts.act(form)),
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
        acts=texts.acts(row, url_for("texts.close_reply", code=code), url) if may_write else [],
        put_back=texts.put_back(row, url),
    )


@bp.post("/reponses/<code>/remettre")
@needs(TEXTS)
def put_back(code: str) -> ResponseReturnValue:
    """Write again, as a new version, what an older one said."""
    older = texts.older(_readable(code))
    values = writing.reply_values(older)
    return texts.carried(
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
    return texts.carried(
        where, lambda act: writing.end_reply(code, act), _("Elle n’est plus proposée.")
    )
