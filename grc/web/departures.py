"""What the mail room prints and posts. It reads no case: numbers, addressees, services."""

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.core.clock import paris_date
from grc.core.db import transaction
from grc.core.errors import Conflict, InvalidInput, NotFound
from grc.correspondence import enclosing, leaving, printing, queries, recipients, returning
from grc.correspondence.models import OurLetter
from grc.correspondence.states import State
from grc.mailroom import departing, elsewhere
from grc.outbox import service as outbox
from grc.staff.policy import Permission
from grc.web import once
from grc.web.cases.access import noted
from grc.web.correspondence.blueprint import expected as version_of
from grc.web.correspondence.reading import document
from grc.web.forms.correspondence import Back, Corrected, Posted
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import letters as presenter
from grc.web.session import actor, who
from grc.web.words import _, ngettext, say

bp = Blueprint("departures", __name__)
INDEX = Permission.MAIL_INDEX
CURRENT = "mail.batches"
_LATELY = timedelta(days=7)


@bp.get("/departs")
@needs(INDEX)
def page() -> str:
    """What is to be printed, what is to be posted, what left lately."""
    return _page()


def _page(posted: Posted | None = None, back: Back | None = None, happened: str = "") -> str:
    posted, back = posted or Posted(formdata=None), back or Back(formdata=None)
    posted.prepare()
    back.prepare()
    waiting = queries.leaving()
    in_turn = [one.letter for one in waiting if one.letter.state == State.SIGNED]
    refused = recipients.refused(in_turn)
    leaving_now = [presenter.departure(one, refused) for one in waiting]
    since = paris_date(now()) - _LATELY
    return render(
        "departures/page.html",
        current=CURRENT,
        to_print=[one for one in leaving_now if not (one["printed"] or one["is_refused"])],
        apart=[one for one in leaving_now if one["is_refused"]],
        to_post=[one for one in leaving_now if one["printed"]],
        posted=[
            presenter.departure(one)
            for one in queries.posted(since)
            if one.letter.returned_how is None
        ],
        returned=[presenter.departure(one) for one in queries.returned(since)],
        runs=[presenter.run(one) for one in queries.runs()],
        chosen=set(request.form.getlist("letter")),
        form=posted,
        back_form=back,
        happened=happened,
    )


@bp.post("/departs/tirage")
@needs(INDEX)
def print_run() -> ResponseReturnValue:
    """Take everything that is ready into one file for the printer."""

    def carry() -> str:
        number = leaving.print_run(actor=actor(), now=now())
        if number is None:
            flash(_("Rien à imprimer."), "info")
            return url_for(".page")
        flash(_("Tirage n° %(n)s prêt : ouvrez-le, imprimez-le recto verso.", n=number), "success")
        return url_for(".page", tirage=number)

    return redirect(_once(carry), 303)


@bp.get("/departs/tirage/<int:number>.pdf")
@needs(INDEX)
def run(number: int) -> Response:
    """The letters of a run as one file, as long as they are to be posted. Whoever prints may read
    them: of confidential cases this is written down first."""
    found = queries.of_run(number)
    if not found:
        raise NotFound(leaving.NO_SUCH)
    noted([one.case for one in found], "print run")
    return document(printing.run([one.letter for one in found]), f"tirage-{number}")


@bp.get("/departs/tirage/<int:number>")
@needs(INDEX)
def run_sheet(number: int) -> str:
    """What goes into which envelope: the sheets of each letter of a run, and where they lie in
    its file."""
    found, one = queries.of_run(number), queries.run(number)
    if one is None or not found:
        raise NotFound(leaving.NO_SUCH)
    behind = enclosing.behind_all([waiting.letter.id for waiting in found])
    return render(
        "departures/run.html",
        current=CURRENT,
        run=presenter.run(one),
        lines=presenter.lines_of_run(found, behind),
    )


@bp.post("/departs/postees")
@needs(INDEX)
def post() -> ResponseReturnValue:
    """Say which letters left, and when."""
    form = Posted()
    if not form.validate():
        return _page(posted=form), 422
    numbers = [int(one) for one in request.form.getlist("letter") if one.isdecimal()]
    tracked = {number: request.form.get(f"n{number}", "") for number in numbers}

    def carry() -> str:
        count = leaving.post(numbers, form.on.data, tracked, actor=actor(), now=now())
        flash(ngettext("%(num)s lettre postée.", "%(num)s lettres postées.", count), "success")
        return url_for(".page")

    return _carried(carry, lambda why: _page(posted=form, happened=why))


@bp.post("/departs/retour")
@needs(INDEX)
def come_back() -> ResponseReturnValue:
    """A letter came back, or the slip that says it arrived."""
    form = Back()
    form.prepare()
    if not form.validate():
        return _page(back=form), 422

    def carry() -> str:
        typed, how = form.reference.data, form.how.data
        told = form.notified.data if how == returning.SIGNED else None
        back = returning.Back(how, paris_date(now()), told)
        returning.file(typed, back, actor=actor(), now=now())
        flash(_("Lettre %(n)s : c’est noté.", n=typed), "success")
        return url_for(".page")

    return _carried(carry, lambda why: _page(back=form, happened=why))


@bp.post("/departs/<reference>/pas-elle")
@needs(INDEX)
def not_it(reference: str) -> ResponseReturnValue:
    """It was noted by mistake that this letter came back."""
    expected = _version()

    def carry() -> str:
        ours = _letter(reference)
        if elsewhere.not_that_one(ours, expected=expected, actor=actor(), now=now()):
            done = _("Lettre %(n)s : retour repris. Le courrier numérisé est de nouveau à indexer.")
        else:
            done = _("Lettre %(n)s : retour repris.")
        flash(done % {"n": reference}, "success")
        return url_for(".page")

    return _carried(carry, lambda why: _page(happened=why))


@bp.route("/departs/<reference>/corriger", methods=["GET", "POST"])
@needs(INDEX)
def correct(reference: str) -> ResponseReturnValue:
    """The day of posting, or the number of registered mail, was mistyped."""
    form, letter = Corrected(), _letter(reference)
    if not form.is_submitted():
        form.version.data = str(letter.version)
        form.on.data, form.number.data = letter.posted_on, letter.registered_number or ""
        return _correction(form, letter)
    if not form.validate():
        return _correction(form, letter), 422
    expected = _version()

    def carry() -> str:
        on, number = form.on.data, form.number.data or ""
        ours = _letter(reference)
        leaving.correct(
            ours, on, number, replied_at=outbox.answered_at(ours.case_id),
            expected=expected, actor=actor(), now=now(),
        )  # fmt: skip
        flash(_("Départ de la lettre %(n)s corrigé.", n=reference), "success")
        return url_for(".page")

    return _carried(carry, lambda why: _correction(form, _letter(reference), why))


def _correction(form: Corrected, letter: OurLetter, happened: str = "") -> str:
    if not letter.registered:
        del form.number
    shown = {
        "reference": letter.reference,
        "number": letter.departure_words,
        "url": url_for(".correct", reference=letter.reference),
        "not_left_url": url_for(".not_left", reference=letter.reference),
        "version": str(letter.version),
        "may_unpost": letter.returned_how is None,
        "back_url": url_for(".page"),
    }
    return render(
        "departures/correct.html", current=CURRENT, page=shown, form=form, happened=happened
    )


@bp.post("/departs/<reference>/non-partie")
@needs(INDEX)
def not_left(reference: str) -> ResponseReturnValue:
    """It was marked as posted, and is still here."""
    expected = _version()

    def carry() -> str:
        ours = _letter(reference)
        replied_at = outbox.answered_at(ours.case_id)
        leaving.unpost(ours, replied_at=replied_at, expected=expected, actor=actor(), now=now())
        flash(_("La lettre %(n)s est de nouveau à poster.", n=reference), "success")
        return url_for(".page")

    return _carried(carry, lambda why: _page(happened=why))


@bp.post("/departs/<reference>/rendre")
@needs(INDEX)
def give_back(reference: str) -> ResponseReturnValue:
    """It would go where nothing is to be sent: its service writes another."""
    expected = _version()

    def carry() -> str:
        departing.give_back(_letter(reference), expected=expected, actor=actor(), now=now())
        flash(_("Lettre %(n)s rendue à son service, qui en est averti.", n=reference), "success")
        return url_for(".page")

    return _carried(carry, lambda why: _page(happened=why))


def _letter(reference: str) -> OurLetter:
    found = queries.by_reference(reference)
    if found is None or found.departure is None:
        raise NotFound(leaving.NO_SUCH)
    return found


def _version() -> int | None:
    return version_of(Corrected(formdata=request.form))


def _carried(carry: Callable[[], str], refused: Callable[[str], str]) -> ResponseReturnValue:
    try:
        return redirect(_once(carry), 303)
    except (Conflict, InvalidInput) as refusal:
        status = 409 if isinstance(refusal, Conflict) else 422
        return refused(say(refusal.text)), status


def _once(carry: Callable[[], str]) -> str:
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            where = carry()
            once.settle(where)
    return where
