"""The reply box in words: drafts, canned replies, the message as it leaves."""

from datetime import datetime
from typing import Any

from grc.cases.models import Case
from grc.web.filters import day, size_words
from grc.web.present import locale
from grc.web.words import _
from grc.work import drafts
from grc.work.canned import Choice
from grc.work.composing import Leaving
from grc.work.models import Draft, DraftFile
from grc.work.papers import STATES, papers

Thing = dict[str, Any]
_MARKS = {
    "missing": ("soon", "hourglass"),
    "asked": ("waiting", "hourglass"),
    "received": ("fine", "check"),
    "needless": ("none", "dash"),
}


def documents(case: Case) -> list[Thing]:
    """The documents of a case; see templates/cases/_facts.html."""
    return [
        {
            "label": one.label,
            "words": _said(one.state, one.at),
            "file": one.file,
            "tone": _MARKS[one.state][0],
            "icon": _MARKS[one.state][1],
        }
        for one in papers(case, locale())
    ]


def _said(state: str, at: datetime | None) -> str:
    words = _(STATES[state])
    return _("%(state)s, %(day)s", state=words, day=day(at)) if at else words


def enclosed(one: DraftFile) -> Thing:
    """A file that goes with a reply."""
    told = size_words(one.size)
    return {"id": one.id, "name": one.filename, "size": one.size, "told": told}


def canned(one: Choice) -> Thing:
    """One choice of the picker; see `pick` in static/js/palette.js."""
    return {"words": one.label, "text": one.text, "code": one.name}


def leaving(one: Leaving) -> Thing:
    """A whole message."""
    return {
        "to": one.recipient or _("la page de suivi, avec le code de son reçu"),
        "subject": one.subject,
        "text": one.whole,
        "files": [enclosed(file) for file in one.files],
    }


def other_texts(mine: list[Draft], shared: list[drafts.Shared], url: str) -> list[Thing]:
    """The texts beside the one in the box: one's own from another browser, and what colleagues
    share."""
    own = [
        {
            "label": _("Votre autre texte, écrit dans un autre navigateur"),
            "at": row.saved_at,
            "text": row.text,
            "key": row.page,
            "forget_url": f"{url}/brouillon/oublier",
        }
        for row in mine
    ]
    theirs = [
        {
            "label": _("Brouillon de %(who)s", who=one.author),
            "at": one.saved_at,
            "text": one.text,
            "key": one.key,
            "forget_url": None,
        }
        for one in shared
    ]
    take = {"take_url": f"{url}/brouillon/reprendre"}
    return [one | take for one in own + theirs]
