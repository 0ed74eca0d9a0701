"""What was written on an unopened envelope was wrong: a later line says it anew.

Nothing is erased. Until its list is signed the wrong line leaves it; on a signed list it stays,
and the new line, on an open list, names that one.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from grc.channels.unopened import MEDICAL, NO_SENDER
from grc.core import audit
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add, amend, session
from grc.core.errors import Conflict, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.intake import service, unopened
from grc.intake.models import Envelope, HandOver
from grc.staff.policy import Permission, allowed

NO_SUCH = N_("Ce pli n'existe pas.")
_SAME, _OTHER = N_("inchangé"), N_("corrigé")


@dataclass(frozen=True)
class Written:
    """What is on an envelope. `destination`: the code of a unit, or a name."""

    destination: str
    sender: str = ""
    registered: str = ""


@dataclass(frozen=True)
class Held:
    """An envelope and the list it is on."""

    envelope: Envelope
    hand_over: HandOver


def held(actor: Actor, number: int) -> Held:
    """A line that may be corrected: what is valid of its envelope. Raises NotFound, Conflict when
    it was corrected already."""
    if not allowed(actor, Permission.MAIL_INDEX):
        raise NotFound(NO_SUCH)
    envelope = session().get(Envelope, number, populate_existing=True)
    if envelope is None:
        raise NotFound(NO_SUCH)
    later = select(Envelope.id).where(Envelope.item_id == envelope.item_id, Envelope.id > number)
    if envelope.hand_over_id is None or session().scalar(later.limit(1)) is not None:
        raise Conflict(N_("Ce pli vient d'être corrigé : rien n'a changé."))
    return Held(envelope, session().get_one(HandOver, envelope.hand_over_id))


def correct(number: int, told: Written, *, actor: Actor, now: datetime) -> HandOver:
    """Say anew what is on an envelope; the list where it now is. Saying the same changes nothing.

    Raises InvalidInput naming the field, NotFound, Conflict.
    """
    service.alone()  # a list is signed, and an envelope noted, by one person at a time
    found = held(actor, number)
    old, before = found.envelope, found.hand_over
    session().refresh(before)
    to = unopened.addressed(_checked(told, old).destination)
    stays, same_sender = to.key == before.key, (told.sender or None) == old.sender
    if stays and same_sender and (told.registered or None) == old.registered:
        return before
    is_open = before.handed_at is None
    there = before.id if stays and is_open else unopened.list_for(to, paris_date(now))
    if is_open:
        amend(old, hand_over_id=None)
    new = add(
        Envelope, item_id=old.item_id, hand_over_id=there, kind=old.kind,
        arrived_on=old.arrived_on, sender=told.sender or None, registered=told.registered or None,
    )  # fmt: skip
    audit.record(
        Event.ENVELOPE_CORRECTED, subject=("envelope", new), actor=actor, now=now,
        before=before.reference, to=to.shown, number=told.registered or "—",
        sender=Text(_SAME if same_sender else _OTHER),
    )  # fmt: skip
    return session().get_one(HandOver, there)


def _checked(told: Written, old: Envelope) -> Written:
    if not told.destination.strip():
        raise InvalidInput(N_("Dites à qui le pli est remis."), field="destination")
    if old.kind == MEDICAL and told.sender:
        raise InvalidInput(NO_SENDER, field="sender")
    return told
