"""Reading what leaves."""

from sqlalchemy import exists, func, select, text

from grc.cases.models import Case
from grc.core.db import session
from grc.outbox.models import FAILED, Outgoing
from grc.staff.policy import Level


def of_message(message_id: int) -> int | None:
    """The id of the sending of a message of ours; None for what came in."""
    return session().scalar(select(Outgoing.id).where(Outgoing.message_id == message_id))


def failed() -> int:
    """How many messages could not be handed over. Those of named cases are counted nowhere: a
    task tells their units."""
    known = exists().where(Case.id == Outgoing.case_id, Case.level != Level.NAMED)
    query = select(func.count()).select_from(Outgoing).where(text(FAILED), known)
    return session().scalars(query).one()
