"""The words of a letter: new, changed, handed in."""

from collections.abc import Callable
from hashlib import sha256

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from grc.cases.models import Case
from grc.cases.queries import case_for
from grc.core.db import session, transaction
from grc.core.errors import Conflict, InvalidInput
from grc.core.seals import Seal
from grc.correspondence import beginning, queries, writing
from grc.correspondence.models import OurLetter
from grc.correspondence.states import BEFORE_SIGNATURE
from grc.web import once
from grc.web.cases.access import noted
from grc.web.correspondence.blueprint import CURRENT, WRITE, bp, expected, url_of
from grc.web.correspondence.reading import SEEN
from grc.web.forms.correspondence import Written
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import letters as presenter
from grc.web.presenters.rows import case_url
from grc.web.presenters.things import Target
from grc.web.session import actor, who
from grc.web.words import _
from grc.work import canned

BOTH = ["GET", "POST"]
SHOWN = Seal("letter")


@bp.route("/demandes/<reference>/lettre", methods=BOTH)
@needs(WRITE)
def write(reference: str) -> ResponseReturnValue:
    """A new letter about a case; `?type=` chooses what it begins with."""
    case = case_for(actor(), reference, WRITE, now())
    form = Written()
    if not form.is_submitted():
        _begin(form, case)

    def carry() -> OurLetter:
        found = case_for(actor(), reference, WRITE, now())
        letter_id = writing.draft(found, form.words(), actor=actor(), now=now())
        return session().get_one(OurLetter, letter_id)

    return _written(form, case, None, carry)


def _begin(form: Written, case: Case) -> None:
    begun = beginning.of(case, request.args.get("type", ""), actor=actor(), now=now())
    for name, value in vars(begun).items():
        getattr(form, name).data = value
    form.text.data = canned.words(case, begun.text, "fr", actor=actor(), now=now())


@bp.route("/lettres/<reference>/modifier", methods=BOTH)
@needs(WRITE)
def change(reference: str) -> ResponseReturnValue:
    """Other words for a letter that nobody has signed."""
    letter, case = queries.letter_for(actor(), reference, WRITE, now())
    form = Written()
    if not form.is_submitted():
        for name in ("type_code", "subject", "text", "agent_quality", "registered"):
            getattr(form, name).data = getattr(letter, name)
        form.recipient.data = "\n".join(letter.recipient)
        _shows(form, letter)

    def carry() -> OurLetter:
        found, _case = queries.letter_for(actor(), reference, WRITE, now())
        seen = expected(form)
        writing.change(found, form.words(), expected=seen, actor=actor(), now=now())
        return found

    return _written(form, case, letter, carry)


def _as_it_is(letter: OurLetter) -> dict[str, str]:
    texts = {name: getattr(letter, name) for name in ("subject", "text", "agent_quality")}
    return {"recipient": "\n".join(letter.recipient), **texts}


def _print(words: str) -> str:
    return sha256("\n".join(words.strip().splitlines()).encode()).hexdigest()[:16]


def _shows(form: Written, letter: OurLetter) -> None:
    """Remember which version the page shows."""
    form.version.data = str(letter.version)
    form.shown.data = SHOWN.close({name: _print(told) for name, told in _as_it_is(letter).items()})


def _combined(form: Written, letter: OurLetter) -> list[dict[str, str]]:
    """Put what somebody else changed where this person changed nothing, keep what she typed
    elsewhere; the fields that both changed, both texts. What is sent next is of this version."""
    base, both = SHOWN.open(form.shown.data or "") or {}, []
    for name, present in _as_it_is(letter).items():
        field = form[name]
        typed = field.data or ""
        if _print(typed) == base.get(name):
            field.data = present
        elif _print(present) not in (_print(typed), base.get(name)):
            both.append({"label": field.label.text, "mine": typed, "theirs": present})
    _shows(form, letter)
    return both


def _meanwhile(form: Written, letter: OurLetter | None) -> list[dict[str, str]] | None:
    if letter is None:
        return None
    session().refresh(letter)
    return _combined(form, letter) if letter.state in BEFORE_SIGNATURE else None


def _written(
    form: Written, case: Case, letter: OurLetter | None, carry: Callable[[], OurLetter]
) -> ResponseReturnValue:
    """Keep what was typed, and hand it in when that is asked; what is refused comes back."""
    status, meanwhile = 422 if form.is_submitted() else 200, None
    if form.is_submitted() and form.validate():
        try:
            return redirect(_keep(carry), 303)
        except (Conflict, InvalidInput) as refusal:
            form.refuse(refusal)
            status = 409 if isinstance(refusal, Conflict) else 422
            meanwhile = _meanwhile(form, letter) if status == 409 else None
    noted([case], SEEN)
    page = render(
        "correspondence/form.html",
        current=CURRENT,
        back=Target(case.subject or case.reference, case_url(case.reference)),
        page={
            "title": _("Lettre %(n)s", n=letter.reference) if letter else _("Nouvelle lettre"),
            "url": request.path,
            "reference": case.reference,
            "back_url": url_of(letter) if letter else case_url(case.reference),
            "meanwhile": meanwhile,
        },
        types=presenter.types(case, form.type_code.data or "") if letter is None else [],
        form=form,
    )
    return page, status


def _keep(carry: Callable[[], OurLetter]) -> str:
    """Where to go on: to its page, or to what is joined to it when that is asked."""
    joins = "joindre" in request.form
    hands_in = not joins and "brouillon" not in request.form
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            letter = carry()
            if hands_in:
                writing.hand_in(letter, expected=None, actor=actor(), now=now())
                flash(_("Lettre %(n)s mise au parapheur.", n=letter.reference), "success")
            where = f"{url_of(letter)}/joindre" if joins else url_of(letter)
            once.settle(where)
    return where
