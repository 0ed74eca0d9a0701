"""What letters begin with: listed, written as new versions, put back."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from grc.core.errors import InvalidInput
from grc.core.i18n import N_
from grc.correspondence import files, templates
from grc.correspondence.templates import LETTERS
from grc.organisation import versions
from grc.staff.queries import names
from grc.web.forms.texts import Letter
from grc.web.guard import needs
from grc.web.present import locale
from grc.web.presenters import differences
from grc.web.presenters.things import Act
from grc.web.session import actor
from grc.web.texts import blueprint as texts
from grc.web.texts.blueprint import TEXTS, bp
from grc.web.texts.replies import carried
from grc.web.words import _

_FIELDS = ("label_fr", "label_en", "visas", "registered", "text")


@bp.get("/lettres")
@needs(TEXTS)
def letters() -> str:
    """The types of letter."""
    found, _after = texts.listed(LETTERS)
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
    if one is None:
        return _page(code, form), 422
    if "look" in request.form:
        return _page(code, form)
    return texts.written(
        form,
        lambda: templates.write(one, texts.act(form)),
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
        acts=[],
        put_back=lambda number: Act(
            _("Remettre cette version"), url, "post", "undo", "z",
            fields={"version": str(row.version), "to": str(number)},
        ),
        **texts.past(LETTERS, known, lambda n: url_for("texts.letter", code=code, version=n)),
    )  # fmt: skip


@bp.post("/lettres/<code>/remettre")
@needs(TEXTS)
def letter_back(code: str) -> ResponseReturnValue:
    """Write again, as a new version, what an older one said."""
    templates.demand(actor())
    wanted = request.form.get("to", type=int)
    known = versions.history(LETTERS, code)
    older = next((row for row in known if row.version == wanted), None)
    if older is None:
        raise InvalidInput(N_("Cette version n'existe pas."))
    return carried(
        url_for("texts.letter", code=code),
        lambda act: templates.write(files.typed(templates.values(older)), act),
        _("Version %(n)s remise, comme nouvelle version.", n=older.version),
    )
