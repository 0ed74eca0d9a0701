"""The files that go with a reply: a page beside the reply box, which keeps its words."""

from flask import Flask, flash, redirect, request
from flask.typing import ResponseReturnValue

from grc.cases.models import Case
from grc.cases.queries import attachment_names, case_for
from grc.core.db import end_read, transaction
from grc.core.errors import InvalidInput
from grc.correspondence import enclosing as letters
from grc.staff.policy import Permission
from grc.web import chosen_files as chosen
from grc.web import once
from grc.web.cases.access import read
from grc.web.cases.blueprint import bp
from grc.web.cases.typed import keep
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import writing as presenter
from grc.web.presenters.rows import case_url
from grc.web.session import actor, who
from grc.web.words import _, say
from grc.work import answering, enclosing

WRITE = Permission.CASE_WRITE
_BRING = {"cases.enclose", "correspondence.enclose"}
_PAPER = {"files": letters.MOST, "pages": letters.MOST_PAGES}
LARGEST = 2 * enclosing.MOST_BYTES  # of a form: what is too much is told, not cut


def install(app: Flask) -> None:
    """Let this form bring files; must come before anything that reads it."""
    app.before_request(_make_room)


def _make_room() -> None:
    if request.endpoint in _BRING:
        request.max_content_length = LARGEST


@bp.post("/<reference>/joindre")
@needs(WRITE)
def enclose_from(reference: str) -> ResponseReturnValue:
    """Leave the reply box for the page of files; what was typed is kept on the way."""
    with transaction():
        case = case_for(actor(), reference, WRITE, now())
        if text := request.form.get("text", ""):
            keep(case, text)
    return redirect(f"{case_url(case.reference)}/joindre", 303)


@bp.get("/<reference>/joindre")
@needs(WRITE)
def enclosed(reference: str) -> str:
    """The files that go with the reply, the documents of the case, and new ones."""
    return files_page(case_for(actor(), reference, WRITE, now()))


def files_page(case: Case, problem: str = "") -> str:
    """The files that go with the reply; `problem`: why nothing was done."""
    read(case.reference, "page")
    ticked = set(request.form.getlist("document"))
    shown = {"reference": case.reference, "subject": case.subject, "url": case_url(case.reference)}
    return render(
        "cases/enclose.html",
        case=shown,
        files=[presenter.enclosed(one) for one in enclosing.waiting(case.id, who().id)],
        documents=[
            {"number": number, "name": name, "ticked": str(number) in ticked}
            for _id, number, name in attachment_names(case.id)
        ],
        at=chosen.just_moved(),
        paper=_PAPER if answering.only_by_post(case) else None,
        problem=problem,
    )


@bp.post("/<reference>/joindre/choisir")
@needs(WRITE)
def enclose(reference: str) -> ResponseReturnValue:
    """What is ticked and what is chosen goes with the reply; the rest is forgotten."""
    case_for(actor(), reference, WRITE, now())  # before its bytes are kept
    end_read()
    try:
        files = chosen.received()
        with transaction():
            where = once.claim(who().id, now())
            if where is None:
                case = case_for(actor(), reference, WRITE, now())
                kept, documents = chosen.kept(), chosen.numbers("document")
                enclosing.choose(case, kept, documents, files, actor=actor(), now=now())
                url = case_url(case.reference)
                where = chosen.where_moved(f"{url}/joindre") or f"{url}#compose"
                once.settle(where)
                if not chosen.moved():
                    flash(_("Les fichiers sont joints à votre réponse."), "success")
    except InvalidInput as refusal:
        return files_page(case_for(actor(), reference, WRITE, now()), say(refusal.text)), 422
    return redirect(where, 303)
