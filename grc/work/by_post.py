"""A reply that was typed becomes a letter: for who reads no e-mail, or asked for paper."""

from collections.abc import Mapping
from datetime import datetime

from grc.cases import service as cases
from grc.cases.models import Case
from grc.core.actor import Actor
from grc.core.db import end_read, session
from grc.core.errors import InvalidInput
from grc.core.i18n import N_
from grc.correspondence import beginning, queries, writing
from grc.correspondence import enclosing as joined
from grc.correspondence.models import OurLetter
from grc.correspondence.states import Purpose
from grc.correspondence.writing import Words
from grc.outbox import wording
from grc.staff.policy import Permission
from grc.work import canned, drafts, enclosing
from grc.work.composing import EMPTY
from grc.work.signing import signed

GREETING = "Madame, Monsieur,"
Printed = Mapping[tuple[str, str], joined.Leaves]


def prepared(case: Case, files: str, actor: Actor) -> Printed:
    """The pages of the files that go with a reply, named by its form. Gives the read view back
    before they are made. Raises InvalidInput naming a file that cannot be printed."""
    found = [enclosing.copied(one) for one in enclosing.named(case, files, actor)]
    end_read()
    return {(one.sha256, one.filename): joined.prepared(one) for one in found}


def write(
    case: Case,
    text: str,
    *,
    names: str,
    files: str,
    printed: Printed,
    page: drafts.Page,
    actor: Actor,
    now: datetime,
) -> OurLetter:
    """Begin a letter with what was typed in the reply box; words in braces stay, to be filled
    in. It is a request for documents when a canned reply asked for some, an answer otherwise.
    The draft has become the letter, and its files are joined to it: `printed`, as `prepared`.

    Raises InvalidInput when nothing was typed, when there is no type of letter, or when a file
    was changed meanwhile.
    """
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    if not text.strip():
        raise InvalidInput(EMPTY, field="text")
    begun = beginning.of(case, _type(names), actor=actor, now=now)
    words = Words(
        type_code=begun.type_code,
        recipient=begun.recipient,
        subject=begun.subject,
        text=_whole(case, text.strip(), actor),
        agent_quality=begun.agent_quality,
        registered=begun.registered,
    )
    letter_id = writing.draft(case, words, actor=actor, now=now)
    letter = session().get_one(OurLetter, letter_id)
    taken = enclosing.take(case, files, actor)
    joined.put(letter, [printed[one.sha256, one.filename] for one in taken], now=now)
    drafts.drop(case, actor, page, text)
    return letter


def _type(names: str) -> str:
    asks = any("{pièces}" in one.text for one in canned.used(names))
    wanted = (Purpose.DOCUMENTS, Purpose.ANSWER) if asks else (Purpose.ANSWER,)
    known = queries.types().values()
    for purpose in wanted:
        for one in known:
            if one.purpose == purpose:
                return one.code
    raise InvalidInput(N_("Aucun type de lettre n'est une réponse : voyez l'administration."))


def _whole(case: Case, text: str, actor: Actor) -> str:
    """With a greeting, unless it has one."""
    greets = not wording.greeting(text, signed(case, actor), "fr")
    return text if greets else f"{GREETING}\n\n{text}"
