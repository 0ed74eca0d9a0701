"""What a new letter begins with: its addressee if known, the text of its type."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from grc.cases.models import Case
from grc.catalogue.queries import request_type
from grc.core.actor import Actor
from grc.core.db import session
from grc.correspondence import queries, recipients
from grc.correspondence.models import OurLetter


@dataclass(frozen=True)
class Begun:
    """The fields of a form, as they are first shown."""

    type_code: str
    recipient: str
    subject: str
    text: str
    agent_quality: str
    registered: bool


def of(case: Case, code: str, *, actor: Actor, now: datetime) -> Begun:
    """A letter about a case; the first type when `code` is none. Its text is still to be filled
    in."""
    types = queries.types()
    kind = types.get(code) or next(iter(types.values()), None)
    about = request_type(case.request_type) if case.request_type else None
    return Begun(
        type_code=kind.code if kind else "",
        recipient=recipients.known_address(actor, case, now),
        subject=f"Votre demande : {about.label_fr}" if about else "Votre demande",
        text=kind.text if kind else "",
        agent_quality=_quality(actor),
        registered=bool(kind and kind.registered),
    )


def _quality(actor: Actor) -> str:
    """What this person has written of herself last."""
    last = select(OurLetter.agent_quality).where(
        OurLetter.author_id == actor.user_id, OurLetter.agent_quality != ""
    )
    return session().scalar(last.order_by(OurLetter.id.desc()).limit(1)) or ""
