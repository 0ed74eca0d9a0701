"""The signature book, and one letter: its page and its paper."""

from dataclasses import replace
from hashlib import sha256

from flask import Response

from grc.cases.models import Case
from grc.core import blobs
from grc.core.clock import paris_date
from grc.correspondence import layout, printing, queries, signing
from grc.correspondence.models import OurLetter
from grc.correspondence.powers import power_over
from grc.staff.policy import Permission
from grc.web.cases.access import noted
from grc.web.correspondence.blueprint import CURRENT, READ, bp
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.headers import OURS, POLICY
from grc.web.present import now
from grc.web.presenters import letters as presenter
from grc.web.presenters.rows import case_url
from grc.web.presenters.things import Target
from grc.web.session import actor, who

SEEN = "our letter"


@bp.get("/parapheur")
@needs(READ)
def book() -> str:
    """What waits for the visa or the signature of this person, then what she has written."""
    today = paris_date(now())
    waiting = queries.book(actor(), today, now())
    mine = queries.own(actor(), now())
    return render(
        "correspondence/book.html",
        current=CURRENT,
        waiting=[presenter.row(one) for one in waiting],
        mine=[presenter.row(one) for one in mine],
    )


def read(reference: str, permission: Permission = READ) -> tuple[OurLetter, Case]:
    """A letter to be looked at; when its case is confidential this is written down first."""
    letter, case = queries.letter_for(actor(), reference, permission, now())
    noted([case], SEEN)
    return letter, case


@bp.get("/lettres/<reference>")
@needs(READ)
def show(reference: str) -> str:
    """One letter: its words, where it stands, what may be done."""
    return page(*read(reference))


def page(letter: OurLetter, case: Case, happened: str = "") -> str:
    """The page of a letter this person may read; `happened`: why nothing was done."""
    today = paris_date(now())
    given = power_over(letter, who().id, today)
    signs = given is not None and signing.refusal(letter, actor(), today) is None
    seen = sha256(bytes_of(letter, case)).hexdigest() if signs else ""
    return render(
        "correspondence/letter.html",
        current=CURRENT,
        back=Target(case.subject or case.reference, case_url(case.reference)),
        letter=presenter.letter(letter, case, signs=signs, seen=seen),
        happened=happened,
    )


def bytes_of(letter: OurLetter, case: Case) -> bytes:
    """The PDF: what was signed, else what would be signed by this person today."""
    if letter.sha256:
        return blobs.store().read(letter.sha256)
    today = paris_date(now())
    given = power_over(letter, who().id, today)
    return layout.printed(signing.sheet(letter, case, today, given))


@bp.get("/lettres/<reference>.pdf")
@needs(READ)
def paper(reference: str) -> Response:
    """The letter as it is printed, and what is joined to it behind."""
    letter, case = read(reference)
    return document(printing.whole(letter, _as_shown(letter, case)), reference)


def _as_shown(letter: OurLetter, case: Case) -> bytes:
    """What was signed; before, the same words marked as a draft: nobody can post them."""
    if letter.sha256:
        return bytes_of(letter, case)
    today = paris_date(now())
    sheet = signing.sheet(letter, case, today, power_over(letter, who().id, today))
    return layout.printed(replace(sheet, mark=signing.UNSIGNED))


def document(pdf: bytes, name: str) -> Response:
    """A PDF we made, shown in the browser."""
    response = Response(pdf, mimetype="application/pdf")
    response.headers[POLICY] = OURS
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
