"""What is joined to a letter: a page beside it."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from grc.cases.models import Case
from grc.cases.queries import attachment_names
from grc.core.db import end_read, session, transaction
from grc.core.errors import Conflict, InvalidInput
from grc.correspondence import enclosing, queries
from grc.correspondence.models import OurLetter
from grc.web import chosen_files as chosen
from grc.web import once
from grc.web.correspondence.blueprint import CURRENT, WRITE, bp, expected, url_of
from grc.web.correspondence.reading import read
from grc.web.forms.correspondence import Why
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import letters as presenter
from grc.web.session import actor, who
from grc.web.words import _, say
from grc.work import enclosing as given


@bp.get("/lettres/<reference>/joindre")
@needs(WRITE)
def enclosed(reference: str) -> str:
    """What is joined, the documents of the case, and new files."""
    return _page(*read(reference, WRITE))


def _page(letter: OurLetter, case: Case, problem: str = "") -> str:
    ticked = set(request.form.getlist("document"))
    files = enclosing.behind(letter.id)
    return render(
        "correspondence/enclose.html",
        current=CURRENT,
        letter={
            "reference": letter.reference,
            "subject": letter.subject or _("Sans objet"),
            "url": url_of(letter),
            "version": letter.version,
            "back": letter.state != "draft",
        },
        files=[presenter.joined(one) for one in files],
        at=chosen.just_moved(),
        most={"files": enclosing.MOST, "pages": enclosing.MOST_PAGES},
        documents=[
            {"number": number, "name": name, "ticked": str(number) in ticked}
            for _id, number, name in attachment_names(case.id)
        ],
        problem=problem,
    )


@bp.post("/lettres/<reference>/joindre")
@needs(WRITE)
def enclose(reference: str) -> ResponseReturnValue:
    """What is ticked and what is chosen leaves with the letter; the rest is forgotten."""
    letter, case = queries.letter_for(actor(), reference, WRITE, now())  # before bytes are kept
    try:
        found = [*given.documents(case, chosen.numbers("document")), *chosen.received()]
        end_read()
        leaves = [enclosing.prepared(one) for one in found]
        return redirect(_chosen(reference, leaves), 303)
    except (Conflict, InvalidInput) as refusal:
        letter, case = read(reference, WRITE)
        session().refresh(letter)
        status = 409 if isinstance(refusal, Conflict) else 422
        return _page(letter, case, say(refusal.text)), status


def _chosen(reference: str, leaves: list[enclosing.Leaves]) -> str:
    version = expected(Why(formdata=request.form))
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            letter, _case = queries.letter_for(actor(), reference, WRITE, now())
            enclosing.choose(
                letter, chosen.kept(), leaves, expected=version, actor=actor(), now=now()
            )
            where = chosen.where_moved(f"{url_of(letter)}/joindre") or url_of(letter)
            once.settle(where)
            if not chosen.moved():
                told = _("Les pièces jointes de la lettre %(n)s sont notées.", n=reference)
                flash(told, "success")
    return where
