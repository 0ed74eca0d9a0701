"""The mail room: batches of letters, what waits to be indexed, what left for somebody else."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from grc.core.db import transaction
from grc.core.errors import Conflict, NotFound
from grc.intake import letters
from grc.intake.letters import Opened, Waiting
from grc.intake.models import Item, Letter
from grc.intake.queries import by_reference, item_of
from grc.mailroom import access, elsewhere, returned
from grc.staff.policy import Permission, allowed
from grc.web import once
from grc.web.cases.access import noted
from grc.web.forms.mail import Aside, Elsewhere
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.intake import reason
from grc.web.present import now
from grc.web.presenters.things import Act, Target
from grc.web.session import actor, who
from grc.web.words import _, ngettext

bp = Blueprint("mail", __name__)
INDEX = Permission.MAIL_INDEX
CURRENT = "mail.batches"
BOTH = ["GET", "POST"]


@bp.get("/courrier")
@needs(INDEX)
def batches() -> str:
    """The batches with letters that wait, oldest first, and those that could not be cut."""
    found = letters.batches()
    left = sum(one.left for one in found)
    examines = allowed(actor(), Permission.QUARANTINE)
    return render(
        "mail/batches.html",
        current=CURRENT,
        left=ngettext("%(num)s courrier à indexer", "%(num)s courriers à indexer", left),
        again=given_away(),
        batches=[_batch(one) for one in found],
        aside=[_aside(item, why) for _letter, item, why in letters.aside()],
        quarantined=[_stuck(item, examines=examines) for item in letters.quarantined()],
        gone=[
            _gone(letter, item) for letter, item in letters.gone_elsewhere(now() - elsewhere.LATELY)
        ],
    )


def _name(item: Item) -> str:
    return item.locator.rsplit("/", 1)[-1]


def batch_of(item: Item) -> str:
    """The file a letter was cut out of, and its place in it."""
    name, _sign, number = _name(item).rpartition("#")
    return _("%(name)s, courrier %(number)s", name=name, number=number)


def _batch(one: Waiting) -> dict[str, Any]:
    return {
        "url": url_for(".batch", reference=one.batch.reference),
        "name": _name(one.batch),
        "source": one.batch.source,
        "arrived_at": one.batch.arrived_at,
        "left": one.left,
        "whole": one.whole,
        "aside": one.aside,
    }


def _aside(item: Item, why: str) -> dict[str, Any]:
    return {"url": letter_url(item), "reference": item.reference, "why": why}


def _stuck(item: Item, *, examines: bool) -> dict[str, Any]:
    url = url_for("intake.item", reference=item.reference) if examines else None
    return {"url": url, "name": _name(item), "since": item.stored_at, "reason": reason(item)}


def _gone(letter: Letter, item: Item) -> dict[str, Any]:
    url = url_for(".take_back", reference=item.reference)
    back = returned.FACTS.get(letter.destination or "")
    to = _(elsewhere.DESTINATIONS.get(item.reason or "", item.reason or ""))
    return {
        "reference": item.reference,
        "destination": _("notre lettre, %(how)s", how=_(back)) if back else to,
        "act": Act(_("Reprendre"), url, "post", icon="undo", kind="quiet"),
    }


def letter_url(item: Item) -> str:
    """Where a letter is indexed."""
    return url_for("indexing.letter", reference=item.reference)


@bp.get("/courrier/lot/<reference>")
@needs(INDEX)
def batch(reference: str) -> ResponseReturnValue:
    """The first letter of a batch that waits."""
    found = by_reference(reference)
    first = item_of(letters.first_of(found.id)) if found else None
    return redirect(letter_url(first) if first else url_for(".batches"))


def letter(reference: str) -> Opened:
    """The letter of a reference, when this person may index it. Raises NotFound. When its case
    is confidential this is written down first, or nothing is shown."""
    item = by_reference(reference)
    if item is None or item.reference != reference:
        raise NotFound(access.NO_SUCH_LETTER)
    found = access.letter_for(actor(), item.id)
    noted([found.case], "letter")
    return found


def following(item_id: int) -> str:
    """Where to go after a letter: the next one, or the batches."""
    item = item_of(letters.next_after(item_id))
    return letter_url(item) if item else url_for("mail.batches")


def decide(
    reference: str, carry: Callable[[int], object], done: str, *, undo: bool = False
) -> ResponseReturnValue:
    """Carry a decision out once, in one transaction, and go on with the next letter. Raises
    Conflict, InvalidInput; a letter dealt with meanwhile is said, and left."""
    item = by_reference(reference)
    if item is None:
        raise NotFound(access.NO_SUCH_LETTER)
    try:
        with transaction():
            where = once.claim(who().id, now())
            if where is None:
                carry(item.id)
                where = letter_url(item) if undo else following(item.id)
                once.settle(where)
                if done:
                    flash(done, "success")
    except NotFound:
        other = letters.done_by(item.id)
        if other is None:
            raise
        flash(
            _("%(who)s vient de s’occuper de ce courrier : rien n’a changé.", who=other), "warning"
        )
        where = following(item.id)
    return redirect(where, 303)


@bp.route("/courrier/<reference>/de-cote", methods=BOTH)
@needs(INDEX)
def put_aside(reference: str) -> ResponseReturnValue:
    """Leave a letter for later."""
    form = Aside()

    def carry(item_id: int) -> None:
        elsewhere.put_aside(
            item_id, form.reason.data, expected=version(form), actor=actor(), now=now()
        )

    words = (_("Mettre de côté"), _("Mettre de côté"))
    return _act(reference, form, carry, words, _("Courrier %(n)s mis de côté.", n=reference))


@bp.route("/courrier/<reference>/hors-grc", methods=BOTH)
@needs(INDEX)
def send(reference: str) -> ResponseReturnValue:
    """Give a letter to somebody else."""
    form = Elsewhere()
    form.prepare()

    def carry(item_id: int) -> None:
        elsewhere.send(
            item_id, form.destination.data, expected=version(form), actor=actor(), now=now()
        )
        cookie["given_away"] = reference

    words = (_("Hors GRC"), _("Remettre"))
    done = _("Courrier %(n)s remis, hors GRC. Il peut être repris depuis la liste.", n=reference)
    return _act(reference, form, carry, words, done)


@bp.post("/courrier/<reference>/reprendre")
@needs(INDEX)
def take_back(reference: str) -> ResponseReturnValue:
    """Undo it."""

    def carry(item_id: int) -> None:
        elsewhere.take_back(item_id, actor=actor(), now=now())

    done = _("Courrier %(n)s à indexer de nouveau.", n=reference)
    return decide(reference, carry, done, undo=True)


def given_away() -> list[Act]:
    """What takes the letter back that this person has just given to somebody else."""
    reference = cookie.pop("given_away", None)
    if not reference:
        return []
    url = url_for("mail.take_back", reference=reference)
    words = _("Reprendre %(n)s", n=reference)
    return [Act(words, url, "post", icon="undo", key="z", kind="quiet")]


def version(form: Any) -> int:
    """The version of the letter that the page was made from."""
    given = form.version.data or ""
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def _act(
    reference: str, form: Any, carry: Callable[[int], object], words: tuple[str, str], done: str
) -> ResponseReturnValue:
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                return decide(reference, carry, done)
            except Conflict as conflict:
                form.refuse(conflict)
                form.version.data, status = "", 409  # what is decided next has seen this
    found = letter(reference)
    form.version.data = form.version.data or str(found.letter.version)
    page = render(
        "mail/act.html",
        current=CURRENT,
        back=Target(_("Courrier"), url_for(".batches")),
        page={
            "title": words[0],
            "url": request.path,
            "submit": words[1],
            "reference": reference,
            "back_url": letter_url(found.item),
        },
        form=form,
    )
    return page, status
