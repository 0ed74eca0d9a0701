"""Reading what leaves."""

from sqlalchemy import func, select, text

from grc.core.db import session
from grc.outbox.models import FAILED, Outgoing


def of_message(message_id: int) -> int | None:
    """The id of the sending of a message of ours; None for what came in."""
    return session().scalar(select(Outgoing.id).where(Outgoing.message_id == message_id))


def failed() -> int:
    """How many messages could not be handed over."""
    query = select(func.count()).select_from(Outgoing).where(text(FAILED))
    return session().scalars(query).one()
