"""What the mail room may do: everything to a letter that waits, nothing to any other.

A person of the mail room reads no case. She holds the paper: until it is indexed she sees its
pages and says what they are; the acts on its case that follow are carried out by the services
that agents use, in her name, and end with the letter.
"""

from datetime import datetime

from sqlalchemy import bindparam, select, update

from grc.cases import service as cases
from grc.cases.models import Case, CaseAccess, Handling
from grc.cases.states import Status
from grc.core.actor import Actor
from grc.core.db import execute, session
from grc.core.errors import Conflict, NotFound
from grc.core.i18n import N_
from grc.intake import letters
from grc.intake.letters import Opened
from grc.intake.models import Letter
from grc.staff.policy import Level, Permission, allowed

NO_SUCH_LETTER = N_("Ce courrier n'existe pas, ou n'est plus à indexer.")
_CHANGE = (
    update(Letter)
    .where(Letter.item_id == bindparam("letter"), Letter.version == bindparam("known"))
    .where(Letter.done_at.is_(None))
)


def letter_for(actor: Actor, item_id: int) -> Opened:
    """A letter that waits, when this person may index it; NotFound otherwise, also once it has
    been indexed, and for a case that named people read or from which she is kept by name."""
    found = letters.opened(item_id) if allowed(actor, Permission.MAIL_INDEX) else None
    if found is None or _is_kept(found.case, actor):
        raise NotFound(NO_SUCH_LETTER)
    return found


def _is_kept(case: Case, actor: Actor) -> bool:
    if not actor.is_listed:
        return False
    row = select(CaseAccess.effect).where(
        CaseAccess.case_id == case.id, CaseAccess.user_id == actor.user_id
    )
    return session().scalar(row) == "deny"


def knows(actor: Actor, case: Case) -> bool:
    """True for a case of which the mail room may learn that it exists: nothing else of it."""
    known = allowed(actor, Permission.MAIL_INDEX) and not is_hidden(case)
    return known and not _is_kept(case, actor)


def is_hidden(case: Case) -> bool:
    """True for a case of which the mail room learns nothing, not even that it exists."""
    return case.level == Level.NAMED or case.is_medical


def demand(actor: Actor, item_id: int, expected: int, **values: object) -> Opened:
    """The first line of what is done to a letter: one person at a time, who has seen it as it
    is. Raises NotFound or, when somebody else was quicker, Conflict."""
    found = letter_for(actor, item_id)
    cases.alone(found.case)
    if found.case.level == Level.NAMED:  # since this moment
        raise NotFound(NO_SUCH_LETTER)
    changed = {"letter": item_id, "known": expected, "version": expected + 1, **values}
    if execute(_CHANGE, changed).rowcount != 1:
        raise Conflict(N_("Quelqu'un d'autre vient de s'occuper de ce courrier."))
    session().refresh(found.letter)
    return found


def untouched(case: Case) -> list[Handling]:
    """The handlings of a case on which nobody works yet. Raises Conflict when somebody does."""
    handlings = cases.all_handlings(case)
    if any(one.assignee_id or one.status != Status.RECEIVED for one in handlings):
        raise Conflict(
            N_("Un agent s'occupe déjà de cette demande : voyez avec son service, puis indexez-la.")
        )
    return handlings


def in_the_name_of(actor: Actor) -> Actor:
    """Who acts on the case of a letter that was demanded: the same name in the journal, without
    the roles, since the letter is what gives the right."""
    return Actor(actor.label, locale=actor.locale)


def done(actor: Actor, now: datetime) -> dict[str, object]:
    """The columns of a letter that no longer waits."""
    return {"done_at": now, "done_by": actor.label[:80]}
