"""What letters begin with: listed, written as new versions, put back."""

from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from grc.core.clock import paris_date
from grc.correspondence import files, templates
from grc.correspondence import specimen as papers
from grc.correspondence.templates import LETTERS
from grc.organisation import versions
from grc.staff.queries import names
from grc.web.forms.texts import Letter
from grc.web.guard import needs
from grc.web.present import locale, now
from grc.web.presenters import differences
from grc.web.presenters.things import Act
from grc.web.session import actor
from grc.web.texts import blueprint as texts
from grc.web.texts.blueprint import TEXTS, bp
from grc.web.words import _

_FIELDS = ("label_fr", "label_en", "visas", "registered", "text")


@bp.get("/lettres")
@needs(TEXTS)
def letters() -> str:
    """The types of letter."""
    found, after = texts.listed(LETTERS)
    people = names(versions.codes_of(found))
    return texts.shown(
        "texts/letters.html",
        lines=[
            {
                "url": url_for("texts.letter", code=one.code),
                "label": one.label_en if locale() == "en" else one.label_fr,
                "visas": one.visas,
                "registered": one.registered,
                "version": one.version,
                "since": one.written_at or one.valid_from,
                "by": people.get(one.author_id, "?") if one.author_id else _("un fichier"),
            }
            for one in found
        ],
        older_url=texts.further("texts.letters", after),
        given=request.args,
    )


@bp.route("/lettres/<code>", methods=["GET", "POST"])
@needs(TEXTS)
def letter(code: str) -> ResponseReturnValue:
    """One type: what it begins with, its versions; written as a new one."""
    row = versions.history(LETTERS, code)[0]
    if request.method == "GET":
        values = templates.values(row) | {"version": row.version}
        return _page(code, Letter(formdata=None, data=values))
    form, fixed = Letter(), {"code": code, "purpose": row.purpose}
    templates.demand(actor())
    one = (
        texts.judged(form, lambda: files.typed(texts.typed(form, *_FIELDS) | fixed))
        if form.validate()
        else None
    )
    return texts.saved(
        form,
        one,
        lambda value: templates.write(value, texts.act(form)),
        url_for("texts.letter", code=code),
        lambda **more: _page(code, form, **more),
        _("Version enregistrée : les lettres commencées dès maintenant la prennent."),
    )


def _page(code: str, form: Letter, conflict: str = "") -> str:
    known = versions.history(LETTERS, code)
    row = known[0]
    if conflict:
        texts.fresh(form, row.version)
    url = url_for("texts.letter_back", code=code)
    typed = (form.text.data or "").strip().replace("\r\n", "\n")
    return texts.shown(
        "texts/text.html",
        form=form,
        title=row.label_en if locale() == "en" else row.label_fr,
        back_url=url_for("texts.letters"),
        back=_("Lettres types"),
        preview=texts.preview(typed, {}),
        places=texts.placeholders(),
        may_write=templates.may_write(actor()),
        row=row,
        conflict=conflict,
        changes=differences.lines(row.text, typed),
        acts=_acts(row, url),
        specimen_url=url_for("texts.specimen", code=code),
        put_back=texts.put_back(row, url),
        **texts.past(LETTERS, known, lambda n: url_for("texts.letter", code=code, version=n)),
    )


def _acts(row: Any, back: str) -> list[Act]:
    """Its paper for everybody; closing and opening for who may write it."""
    url = url_for("texts.specimen", code=row.code)
    paper = Act(_("Voir le papier"), url, "get", "file", "p")
    if not templates.may_write(actor()):
        return [paper]
    return [paper, *texts.acts(row, url_for("texts.close_letter", code=row.code), back)]


@bp.route("/lettres/<code>/specimen.pdf", methods=["GET", "POST"])
@needs(TEXTS)
def specimen(code: str) -> ResponseReturnValue:
    """The paper of a type, about a case that does not exist: as it is, or as it is typed."""
    row, form = versions.history(LETTERS, code)[0], Letter()
    text, registered = row.text, row.registered
    if request.method == "POST":
        if not form.validate():
            return _page(code, form), 422
        text, registered = form.text.data or "", bool(form.registered.data)
    pdf = papers.printed(row.label_fr, text, registered=registered, on=paris_date(now()))
    return Response(pdf, mimetype="application/pdf")


@bp.post("/lettres/<code>/fermer")
@needs(TEXTS)
def close_letter(code: str) -> ResponseReturnValue:
    """Offer it no more; letters that have begun keep it."""
    templates.demand(actor())
    where = url_for("texts.letter", code=code)
    done = _("Elle n’est plus proposée.")
    return texts.carried(where, lambda act: templates.end(code, act), done)


@bp.post("/lettres/<code>/remettre")
@needs(TEXTS)
def letter_back(code: str) -> ResponseReturnValue:
    """Write again, as a new version, what an older one said."""
    templates.demand(actor())
    older = texts.older(versions.history(LETTERS, code))
    return texts.carried(
        url_for("texts.letter", code=code),
        lambda act: templates.write(files.typed(templates.values(older)), act),
        _("Version %(n)s remise, comme nouvelle version.", n=older.version),
    )
