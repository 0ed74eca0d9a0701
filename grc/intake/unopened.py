"""An envelope that is not opened: noted, and put on the list of its destination for the day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, select

from grc.channels.protocol import ChannelError, Unopened
from grc.channels.unopened import KINDS, MEDICAL
from grc.citizens.matching import plain_name
from grc.core import audit
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add, session
from grc.core.events import Event
from grc.core.i18n import Text
from grc.intake import service
from grc.intake.models import Envelope, HandOver, Item
from grc.intake.reading import Reading
from grc.organisation.queries import snapshot
from grc.staff.policy import CONTENT


def told(reading: Reading) -> Unopened | None:
    """The envelope an item tells of, when it tells of one."""
    if isinstance(reading, ChannelError) or len(reading) != 1:
        return None
    return reading[0].request.unopened


def to_sign(actor: Actor) -> Select[int]:
    """The lists of this actor's units that nobody has signed for, to be counted."""
    own = HandOver.unit_id.in_(actor.units(*CONTENT))
    return select(HandOver.id).where(HandOver.handed_at.is_(None), own, holds_some())


def holds_some() -> ColumnElement[bool]:
    """A list has an envelope: the last one may have been corrected away."""
    return exists().where(Envelope.hand_over_id == HandOver.id)


def apply(item: Item, envelope: Unopened, now: datetime) -> None:
    """Note an envelope, and apply its item to it."""
    today = paris_date(item.stored_at)
    envelope_id = add(
        Envelope,
        item_id=item.id,
        hand_over_id=list_for(addressed(envelope.destination), today),
        kind=envelope.kind,
        arrived_on=_arrived(envelope, today),
        sender=None if envelope.kind == MEDICAL else envelope.sender or None,
        registered=envelope.registered or None,
    )
    item.applied_kind, item.applied_id = "envelope", envelope_id
    service.settle(item, "applied", now)
    audit.record(
        Event.ENVELOPE_NOTED,
        subject=("envelope", envelope_id),
        actor=Actor(item.actor),
        now=now,
        kind=Text(dict(KINDS)[envelope.kind]),
    )


def _arrived(envelope: Unopened, today: date) -> date:
    """A day to come is not believed."""
    arrived = envelope.arrived
    return arrived if arrived and arrived < today + timedelta(days=1) else today


@dataclass(frozen=True)
class Addressee:
    """Where an envelope goes; the same `key` for the same destination, however written."""

    key: str
    shown: str
    unit_id: int | None


def addressed(destination: str) -> Addressee:
    """The unit of a code, else whoever is called so."""
    unit = snapshot().find_unit(destination)
    if unit is not None:
        return Addressee(f"unit:{unit.id}", unit.name[:120], unit.id)
    name = plain_name(destination) or destination.lower()
    return Addressee(f"name:{name}"[:140], destination[:120], None)


def list_for(to: Addressee, on: date) -> int:
    """The open list of a destination; items are applied one at a time, so that there is one."""
    query = select(HandOver.id).where(
        HandOver.key == to.key, HandOver.on_date == on, HandOver.handed_at.is_(None)
    )
    found = session().scalar(query)
    if found is not None:
        return found
    row = {"key": to.key, "destination": to.shown, "unit_id": to.unit_id}
    return add(HandOver, on_date=on, **row)
