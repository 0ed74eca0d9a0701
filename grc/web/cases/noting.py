"""Notes and whom they name; documents; a thank-you."""

from datetime import datetime

from flask import jsonify
from flask.typing import ResponseReturnValue

from grc.cases.models import Case
from grc.cases.queries import attachment_names
from grc.staff.policy import Permission
from grc.web.cases.access import read
from grc.web.cases.acting import BOTH, WRITE, Words, act, case_of
from grc.web.cases.blueprint import bp
from grc.web.cases.carrying import carry_out
from grc.web.cases.presence import who_else
from grc.web.forms.papers import papers_form
from grc.web.guard import needs, quiet
from grc.web.present import locale, now
from grc.web.session import actor
from grc.web.words import _
from grc.work import mentions, papers
from grc.work import service as work


@bp.get("/<reference>/personnes")
@needs(WRITE)
def people(reference: str) -> ResponseReturnValue:
    """Who may be named in a note: who may read the case, and nobody else."""
    case, _facts = read(reference, "people")
    found = mentions.candidates(case, actor=actor(), now=now())
    return jsonify([{"words": name, "text": f"{name} "} for _id, name in found])


@bp.post("/<reference>/cite-lu")
@needs(Permission.CASE_READ)
def mentions_seen(reference: str) -> ResponseReturnValue:
    """The notes that name this person are read."""
    return carry_out(
        reference,
        Permission.CASE_READ,
        lambda case, at: mentions.seen(case, actor=actor(), now=at),
    )


@bp.post("/<reference>/merci")
@needs(WRITE)
def accept_thanks(reference: str) -> ResponseReturnValue:
    """What came after the end asks for nothing."""

    def do(case: Case, at: datetime) -> None:
        work.accept_thanks(case, actor=actor(), now=at)

    return carry_out(reference, WRITE, do, done=_("Message lu. La demande reste close."))


@bp.route("/<reference>/pieces", methods=BOTH)
@needs(WRITE)
def documents(reference: str) -> ResponseReturnValue:
    """Say which documents came, with which attachment, and which are missing."""
    case = case_of(reference, WRITE)
    form = papers_form(papers.papers(case, locale()), attachment_names(case.id))

    def carry(case: Case, form: object, at: datetime) -> None:
        for code, state, number in form.answers():  # type: ignore[attr-defined]
            papers.settle(case, code, state, number, actor=actor(), now=at)

    why = _("Ce qui manque peut être demandé par la réponse type « Pièces manquantes ».")
    return act(reference, WRITE, form, Words(_("Pièces"), _("Enregistrer"), why), carry)


@bp.get("/<reference>/presence")
@needs(Permission.CASE_READ)
@quiet
def present(reference: str) -> ResponseReturnValue:
    """Who else has this case open, asked by the page now and then. Nothing where no Redis is."""
    said = who_else(case_of(reference, Permission.CASE_READ))
    response = jsonify(count=len(said), sentence=_(" ; ").join(said))
    response.headers["Cache-Control"] = "private, no-store"
    return response
