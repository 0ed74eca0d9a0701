"""What is done to a letter: handed in, endorsed, signed, given back, withdrawn."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.core.clock import paris_date
from grc.core.db import session, transaction
from grc.core.errors import Conflict, InvalidInput
from grc.correspondence import leaving, queries, signing, writing
from grc.correspondence.models import OurLetter
from grc.web import once
from grc.web.correspondence.blueprint import CURRENT, READ, WRITE, bp, expected, url_of
from grc.web.correspondence.reading import bytes_of, page, read
from grc.web.forms.correspondence import Why
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.session import actor, who
from grc.web.words import _, say

BOTH = ["GET", "POST"]


def _act(reference: str, carry: Callable[[OurLetter], object], done: str) -> ResponseReturnValue:
    """One act on a letter, once; then the next that waits for this person, or the letter."""
    try:
        with transaction():
            where = once.claim(who().id, now())
            if where is None:
                letter, _case = queries.letter_for(actor(), reference, READ, now())
                carry(letter)
                where = _after(letter)
                once.settle(where)
                flash(done, "success")
    except (Conflict, InvalidInput) as refusal:
        letter, case = read(reference)
        session().refresh(letter)
        return page(letter, case, say(refusal.text)), 409 if isinstance(refusal, Conflict) else 422
    return redirect(where, 303)


def _after(letter: OurLetter) -> str:
    """Where to go on: the same letter while it waits for this person, else the next one."""
    if "suite" not in request.form:
        return url_of(letter)
    waiting = [one.letter for one in queries.book(actor(), paris_date(now()), now())]
    if letter in waiting:
        return url_of(letter)
    return url_of(waiting[0]) if waiting else url_for(".book")


def _version() -> int | None:
    return expected(Why(formdata=request.form))


@bp.post("/lettres/<reference>/parapheur")
@needs(WRITE)
def hand_in(reference: str) -> ResponseReturnValue:
    """Ask for visas and the signature."""
    version = _version()

    def carry(letter: OurLetter) -> None:
        writing.hand_in(letter, expected=version, actor=actor(), now=now())

    return _act(reference, carry, _("Lettre %(n)s mise au parapheur.", n=reference))


@bp.post("/lettres/<reference>/viser")
@needs(READ)
def endorse(reference: str) -> ResponseReturnValue:
    """Agree that it be signed."""
    version = _version()

    def carry(letter: OurLetter) -> None:
        signing.endorse(letter, expected=version, actor=actor(), now=now())

    return _act(reference, carry, _("Visa donné à la lettre %(n)s.", n=reference))


@bp.post("/lettres/<reference>/signer")
@needs(READ)
def sign(reference: str) -> ResponseReturnValue:
    """Sign the bytes that were looked at."""
    letter, case = queries.letter_for(actor(), reference, READ, now())
    pdf = bytes_of(letter, case)
    made = signing.made(pdf, paris_date(now()), request.form.get("seen", ""))
    version = _version()

    def carry(letter: OurLetter) -> None:
        signing.sign(letter, made, expected=version, actor=actor(), now=now())

    return _act(reference, carry, _("Lettre %(n)s signée.", n=reference))


@bp.post("/lettres/<reference>/imprimee")
@needs(WRITE)
def printed(reference: str) -> ResponseReturnValue:
    """Say that the service has printed it and closed its envelope."""
    version = _version()

    def carry(letter: OurLetter) -> None:
        leaving.print_apart(letter, expected=version, actor=actor(), now=now())

    return _act(reference, carry, _("Pli fermé : le service du courrier le poste."))


@bp.route("/lettres/<reference>/rendre", methods=BOTH)
@needs(READ)
def send_back(reference: str) -> ResponseReturnValue:
    """Give it back to who wrote it."""

    def carry(letter: OurLetter, why: str, version: int | None) -> None:
        signing.send_back(letter, why, expected=version, actor=actor(), now=now())

    words = (_("Rendre la lettre"), _("Rendre"))
    return _with_words(reference, words, carry)


@bp.route("/lettres/<reference>/retirer", methods=BOTH)
@needs(WRITE)
def withdraw(reference: str) -> ResponseReturnValue:
    """Keep it from leaving."""

    def carry(letter: OurLetter, why: str, version: int | None) -> None:
        writing.withdraw(letter, why, expected=version, actor=actor(), now=now())

    return _with_words(reference, (_("Retirer la lettre"), _("Retirer")), carry)


def _with_words(
    reference: str,
    words: tuple[str, str],
    carry: Callable[[OurLetter, str, int | None], object],
) -> ResponseReturnValue:
    form, status = Why(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            why, version = form.reason.data, expected(form)
            done = _("C’est fait : lettre %(n)s.", n=reference)
            return _act(reference, lambda letter: carry(letter, why, version), done)
    letter, case = read(reference)
    form.version.data = form.version.data or str(letter.version)
    shown = render(
        "correspondence/why.html",
        current=CURRENT,
        page={
            "title": words[0],
            "submit": words[1],
            "url": request.path,
            "reference": letter.reference,
            "subject": case.subject,
            "back_url": url_of(letter),
        },
        form=form,
    )
    return shown, status
