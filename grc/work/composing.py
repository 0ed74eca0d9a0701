"""A reply as it leaves: what is shown before sending is made by what sends."""

from collections.abc import Sequence
from dataclasses import dataclass

from grc.cases.models import Case
from grc.catalogue.models import CannedReply
from grc.catalogue.placeholders import NAMES, left
from grc.core.actor import Actor
from grc.core.i18n import N_, Text
from grc.outbox import wording
from grc.outbox.service import subject_of
from grc.work import answering, canned
from grc.work.answering import REFUSALS, Road
from grc.work.models import DraftFile
from grc.work.signing import signed

UNFILLED = N_("Il reste à compléter dans votre texte : %(what)s. Rien n'a été envoyé.")
EMPTY = N_("La réponse est vide.")


@dataclass(frozen=True)
class Leaving:
    """A whole message; `problem` says why it cannot leave."""

    recipient: str | None  # None: it is read on the follow-up page
    subject: str
    greeting: str
    text: str
    closing: str
    used: list[CannedReply]
    problem: Text | None
    files: Sequence[DraftFile] = ()

    @property
    def whole(self) -> str:
        """Everything the citizen reads."""
        return wording.whole(self.greeting, self.text, self.closing)


def compose(
    case: Case, text: str, actor: Actor, names: str = "", files: Sequence[DraftFile] = ()
) -> Leaving:
    """The message that these words and files make; `names` are the canned replies they came
    from, of which the first gives its language to what surrounds them."""
    address = answering.correspondent(case)
    road = answering.road(case, address)
    used = canned.used(names)
    locale = used[0].language if used else "fr"
    who, body = signed(case, actor), text.strip()
    return Leaving(
        recipient=address,
        subject=subject_of(case),
        greeting=wording.greeting(body, who, locale),
        text=body,
        closing=wording.closing(body, who, locale, on_page=road is Road.PAGE),
        used=used,
        problem=_problem(body, road),
        files=files,
    )


def _problem(text: str, road: Road) -> Text | None:
    if not text:
        return Text(EMPTY)
    if road in REFUSALS:
        return Text(REFUSALS[road])
    names = left(text)
    if not names:
        return None
    return Text(UNFILLED, {"what": _listed(names)})


def _listed(names: Sequence[str]) -> Text:
    """The words to fill in, one after the other."""
    first, *rest = (Text(NAMES[name]) for name in names)
    for one in rest:
        first = Text(N_("%(first)s, %(rest)s"), {"first": first, "rest": one})
    return first
