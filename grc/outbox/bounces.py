"""A delivery status notification comes back to the message that bounced."""

from datetime import datetime

from sqlalchemy import select

from grc.channels.protocol import Bounce
from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import session
from grc.core.events import Event
from grc.outbox.models import Outgoing


def find(bounce: Bounce) -> Outgoing | None:
    """The message of ours a notification speaks of."""
    if bounce.message_id is None:
        return None
    return session().scalar(select(Outgoing).where(Outgoing.rfc_id == bounce.message_id))


def apply(outgoing: Outgoing, bounce: Bounce, *, actor: Actor, now: datetime) -> None:
    """Mark the message undelivered when the failure is permanent; a delay is only noted."""
    if bounce.permanent:
        outgoing.status, outgoing.error = "bounced", bounce.diagnostic[:500]
        session().flush()
    audit.record(
        Event.MESSAGE_BOUNCED if bounce.permanent else Event.MESSAGE_DELAYED,
        subject=("outgoing", outgoing.id),
        case_id=outgoing.case_id,
        actor=actor,
        now=now,
        status=bounce.status or "?",
    )
