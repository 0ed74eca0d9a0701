"""A reply that was typed becomes a letter: for who reads no e-mail, or asked for paper."""

from datetime import datetime

from grc.cases import service as cases
from grc.cases.models import Case
from grc.core.actor import Actor
from grc.core.db import session
from grc.core.errors import InvalidInput
from grc.core.i18n import N_
from grc.correspondence import beginning, queries, writing
from grc.correspondence.models import OurLetter
from grc.correspondence.states import Purpose
from grc.correspondence.writing import Words
from grc.outbox import wording
from grc.staff.policy import Permission
from grc.work import canned, drafts, enclosing
from grc.work.composing import EMPTY
from grc.work.signing import signed

GREETING = "Madame, Monsieur,"
ENCLOSED = "Pièces jointes :"


def write(
    case: Case,
    text: str,
    *,
    names: str,
    files: str,
    page: drafts.Page,
    actor: Actor,
    now: datetime,
) -> OurLetter:
    """Begin a letter with what was typed in the reply box; words in braces stay, to be filled
    in. It is a request for documents when a canned reply asked for some, an answer otherwise.
    The draft has become the letter; its files stay beside the box, and the letter names them.

    Raises InvalidInput when nothing was typed, or when there is no type of letter.
    """
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    if not text.strip():
        raise InvalidInput(EMPTY, field="text")
    begun = beginning.of(case, _type(names), actor=actor, now=now)
    words = Words(
        type_code=begun.type_code,
        recipient=begun.recipient,
        subject=begun.subject,
        text=_whole(case, text.strip(), files, actor),
        agent_quality=begun.agent_quality,
        registered=begun.registered,
    )
    letter_id = writing.draft(case, words, actor=actor, now=now)
    drafts.drop(case, actor, page, text)
    return session().get_one(OurLetter, letter_id)


def _type(names: str) -> str:
    asks = any("{pièces}" in one.text for one in canned.used(names))
    wanted = (Purpose.DOCUMENTS, Purpose.ANSWER) if asks else (Purpose.ANSWER,)
    known = queries.types().values()
    for purpose in wanted:
        for one in known:
            if one.purpose == purpose:
                return one.code
    raise InvalidInput(N_("Aucun type de lettre n'est une réponse : voyez l'administration."))


def _whole(case: Case, text: str, files: str, actor: Actor) -> str:
    """With a greeting, unless it has one, and what is enclosed."""
    greets = not wording.greeting(text, signed(case, actor), "fr")
    enclosed = [f"- {one.filename}" for one in enclosing.named(case, files, actor)]
    listed = "\n".join([ENCLOSED, *enclosed]) if enclosed else ""
    return "\n\n".join(filter(None, ("" if greets else GREETING, text, listed)))
