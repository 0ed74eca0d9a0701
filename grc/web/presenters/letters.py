"""Our letters on screen: in the signature book, on their page, for the mail room."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import request, url_for

from grc.cases.models import Case
from grc.cases.seen import lists
from grc.core.clock import paris_date
from grc.correspondence import enclosing, queries, writing
from grc.correspondence.models import LetterFile, OurLetter, PrintRun
from grc.correspondence.queries import Departure, Waiting
from grc.correspondence.returning import WAYS
from grc.correspondence.states import BEFORE_SIGNATURE, LABELS, LEFT, PURPOSES, Purpose, State
from grc.organisation.queries import snapshot
from grc.staff.policy import Permission, allowed
from grc.staff.queries import names
from grc.supervision.views import LetterView
from grc.web.filters import size_words
from grc.web.present import locale, now
from grc.web.presenters.things import Act
from grc.web.session import actor
from grc.web.words import _, ngettext, say

_TONES = {
    State.VISA: "waiting",
    State.SIGNATURE: "waiting",
    State.SIGNED: "soon",
    State.PRINTED: "soon",
    State.POSTED: "fine",
    State.RETURNED: "late",
}
Thing = dict[str, Any]


def state(letter: OurLetter | LetterView) -> Thing:
    """Its state in words, with the day that matters, and the tone of its colour."""
    words = _(LABELS[State(letter.state)])
    if letter.state == State.POSTED and letter.posted_on:
        words = _("Postée le %(on)s", on=f"{letter.posted_on:%d/%m/%Y}")
    if letter.returned_how and letter.returned_on:
        how, on = _(WAYS[letter.returned_how]), f"{letter.returned_on:%d/%m/%Y}"
        words = _("%(state)s, %(how)s le %(on)s", state=words, how=how, on=on)
    if letter.notified_on:
        words = _("Reçue le %(on)s, selon l’avis signé", on=f"{letter.notified_on:%d/%m/%Y}")
    return {"state_label": words, "state_tone": _TONES.get(State(letter.state), "none")}


def url_of(letter: OurLetter) -> str:
    """Its page."""
    return url_for("correspondence.show", reference=letter.reference)


def kind(letter: OurLetter) -> str:
    """The name of its type, else what it is for."""
    known = queries.type_of(letter)
    return known.label(locale()) if known else _(PURPOSES[Purpose(letter.purpose)]).capitalize()


def row(one: Waiting) -> Thing:
    """A line of the signature book."""
    letter = one.letter
    lists(one.case.id, one.case.level)
    return {
        "url": url_of(letter),
        "subject": letter.subject or _("Sans objet"),
        "to": letter.recipient[0] if letter.recipient else _("Sans destinataire"),
        "kind": kind(letter),
        "reference": letter.reference,
        "unit": snapshot().unit_by_id(letter.unit_id).short_name,
        "changed_at": letter.changed_at,
        **state(letter),
    }


def letter(one: OurLetter, case: Case, *, signs: bool, seen: str) -> Thing:
    """Everything about a letter; `signs`: this person may sign it now, `seen` is the hash of what
    she is shown."""
    people = names({one.author_id or 0, one.agent_id or 0})
    return {
        "reference": one.reference,
        "case": case.reference,
        "kind": kind(one),
        "purpose": _(PURPOSES[Purpose(one.purpose)]),
        "is_holding": one.purpose == Purpose.HOLDING,
        "recipient": one.recipient,
        "subject": one.subject,
        "text": one.text,
        "author": people.get(one.author_id or 0, _("Envoi automatique")),
        "agent": people.get(one.agent_id or 0, ""),
        "quality": one.agent_quality,
        "registered": one.registered,
        "number": one.registered_number,
        "visas": [{"name": name, "at": at} for name, at in queries.visas_of(one)],
        "needed": one.visas,
        "signatory": one.signatory,
        "signed_as": one.quality,
        "act": one.act,
        "signed_at": one.signed_at,
        "departure": one.departure_words,
        "joined": [joined(row) for row in enclosing.behind(one.id)],
        "missing": [say(words) for _field, words in writing.missing(one)]
        if one.state == State.DRAFT
        else [],
        "pdf_url": url_for("correspondence.paper", reference=one.reference),
        "acts": _acts(one, case, signs=signs, seen=seen),
        **state(one),
    }


def joined(one: LetterFile) -> Thing:
    """A file joined to a letter."""
    pages = ngettext("%(num)s page", "%(num)s pages", one.pages)
    told = f"{pages}, {size_words(one.size)}"
    return {"id": one.id, "name": one.filename, "pages": pages, "told": told}


def _acts(one: OurLetter, case: Case, *, signs: bool, seen: str) -> list[Act]:
    """What this person may do to a letter now, the most likely first."""
    facts = queries.facts(case, actor(), now())
    writes = allowed(actor(), Permission.CASE_WRITE, facts)
    leads = one.unit_id in actor().units("supervisor")
    is_mine = one.author_id == actor().user_id
    endorses = one.state == State.VISA and leads and not is_mine
    fields = {"version": str(one.version)}
    go_on = fields | {"suite": "1"}
    unsigned = one.state in BEFORE_SIGNATURE
    on_its_way = one.state in {State.VISA, State.SIGNATURE}
    sealed = queries.is_apart(one, case)
    found = [
        (endorses, _post(_("Viser"), one, "endorse", "check", "s", go_on, "primary")),
        (signs, _post(_("Signer"), one, "sign", "pen", "s", go_on | {"seen": seen}, "primary")),
        (
            one.state == State.DRAFT and writes,
            _post(_("Mettre au parapheur"), one, "hand_in", "send", "s", fields, "primary"),
        ),
        (
            sealed and writes,
            _post(_("Imprimée, sous pli fermé"), one, "printed", "check", "s", fields, "primary"),
        ),
        (
            on_its_way and (leads or signs),
            Act(_("Rendre"), _url(one, "send_back"), icon="undo", key="b", modal=True),
        ),
        (unsigned and writes, Act(_("Joindre"), _url(one, "enclosed"), icon="clip", key="f")),
        (unsigned and writes, Act(_("Modifier"), _url(one, "change"), icon="pen", key="m")),
        (
            (unsigned or one.state in {State.SIGNED, State.PRINTED}) and writes,
            Act(_("Retirer"), _url(one, "withdraw"), icon="close", key="x", modal=True),
        ),
    ]
    return [act for shown, act in found if shown]


def _url(one: OurLetter, name: str) -> str:
    return url_for(f"correspondence.{name}", reference=one.reference)


def _post(
    label: str, one: OurLetter, name: str, icon: str, key: str, fields: dict[str, str], look: str
) -> Act:
    return Act(label, _url(one, name), "post", icon, key, look, fields=fields)


def types(case: Case, chosen: str) -> list[Thing]:
    """The types one may begin with."""
    url = url_for("correspondence.write", reference=case.reference)
    return [
        {
            "label": one.label(locale()),
            "url": f"{url}?type={one.code}",
            "current": one.code == chosen,
            "key": str(number) if number < 10 else None,
        }
        for number, one in enumerate(queries.types().values(), start=1)
    ]


def departure(one: Departure, refused: Collection[int] = ()) -> Thing:
    """A letter as the mail room sees it."""
    letter = one.letter
    sealed = _("Pli fermé")
    return {
        "id": letter.id,
        "number": letter.departure_words,
        "reference": letter.reference,
        "to": sealed if one.is_sealed else ", ".join((letter.recipient[0], letter.recipient[-1])),
        "is_sealed": one.is_sealed,
        "unit": snapshot().unit_by_id(letter.unit_id).short_name,
        "registered": letter.registered,
        "tracking": letter.registered_number,
        "typed": request.form.get(f"n{letter.id}", ""),
        "printed": letter.state == State.PRINTED and not (one.is_sealed and letter.run_id),
        "run": letter.run_id,
        "sheets": sheets(letter.pages),
        "posted_on": letter.posted_on,
        "is_refused": letter.id in refused,
        "acts": [_give_back(letter)] if letter.id in refused else _corrections(letter),
        **state(letter),
    }


def _give_back(letter: OurLetter) -> Act:
    return Act(
        _("Rendre à son service"),
        url_for("departures.give_back", reference=letter.reference),
        "post",
        "undo",
        fields={"version": str(letter.version)},
    )


def _corrections(letter: OurLetter) -> list[Act]:
    """What the mail room may take back of what it noted."""
    if letter.state not in LEFT:
        return []
    fields = {"version": str(letter.version)}
    wrong = Act(
        _("Ce n’est pas elle"),
        url_for("departures.not_it", reference=letter.reference),
        "post",
        "undo",
        fields=fields,
    )
    right = Act(
        _("Corriger le départ"),
        url_for("departures.correct", reference=letter.reference),
        icon="pen",
        modal=True,
    )
    return [wrong if letter.returned_how else right]


def run(one: PrintRun) -> Thing:
    """A print run."""
    return {
        "number": one.id,
        "on": f"{paris_date(one.made_at):%d/%m/%Y}",
        "count": one.count,
        "sheets": sheets(one.pages),
        "url": url_for("departures.run", number=one.id),
        "sheet_url": url_for("departures.run_sheet", number=one.id),
    }


def sheets(pages: int | None) -> str:
    """How much paper, printed on both sides; empty before the signature."""
    return ngettext("%(num)s feuille", "%(num)s feuilles", pages // 2) if pages else ""


def lines_of_run(
    found: Sequence[Waiting], behind: Mapping[int, Sequence[LetterFile]]
) -> list[Thing]:
    """The letters of a run as they lie in its file: from which page to which."""
    lines, first = [], 1
    for one in (waiting.letter for waiting in found):
        pages = one.pages or 0
        lines.append(
            {
                "number": one.departure_words,
                "to": ", ".join((one.recipient[0], one.recipient[-1])),
                "unit": snapshot().unit_by_id(one.unit_id).short_name,
                "registered": one.registered,
                "pages": _("%(first)s à %(last)s", first=first, last=first + pages - 1),
                "sheets": pages // 2,
                "joined": len(behind.get(one.id, ())),
            }
        )
        first += pages
    return lines
