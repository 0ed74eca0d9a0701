"""The registers of the mail room over a period: what is to be returned, registered mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from grc.cases.models import Case
from grc.cases.reference import reference
from grc.core.clock import paris_date
from grc.core.db import session
from grc.intake.models import Enclosure, Envelope, HandOver, Item, Letter
from grc.staff.policy import Level

MOST = 500  # lines of a page
MOST_IN_A_FILE = 50_000
Period = tuple[date, date]  # both included


@dataclass(frozen=True)
class Kept:
    """A line of the register of cheques and originals, and the letter it came in."""

    enclosure: Enclosure
    letter: str  # its reference
    is_hidden: bool = False  # its case is: the register counts it, and does not say from whom

    @property
    def what(self) -> str:
        """Who drew it, or what it is; empty where the mail room may not know."""
        return "" if self.is_hidden else self.enclosure.what


@dataclass(frozen=True)
class Registered:
    """A line of the day book of registered mail. `kind`: of an envelope; None for a letter that
    was opened, of which nothing more is told here. `received_by`: who signed for an envelope."""

    on: date
    number: str
    reference: str
    kind: str | None = None
    sender: str = ""
    destination: str = ""
    received_by: str = ""
    handed_at: datetime | None = None


def enclosures(period: Period, *, held: bool, most: int = MOST) -> list[Kept]:
    """What arrived in a period, only what is still here if `held`. One statement."""
    hidden = or_(Case.level == Level.NAMED, Case.is_medical)
    query = select(Enclosure, Item.id, Item.stored_at, hidden)
    query = query.join(Item, Item.id == Enclosure.item_id)
    query = query.join(Case, Case.id == Enclosure.case_id)
    query = query.where(Enclosure.arrived_on.between(*period))
    if held:
        query = query.where(Enclosure.returned_on.is_(None))
    rows = session().execute(query.order_by(Enclosure.arrived_on, Enclosure.id).limit(most))
    return [Kept(row, _reference(item_id, at), bool(kept)) for row, item_id, at, kept in rows]


def _reference(item_id: int, stored_at: datetime) -> str:
    return reference("E", paris_date(stored_at).year, item_id)


def registered(period: Period, most: int = MOST) -> list[Registered]:
    """Registered mail that arrived in a period, by day: letters that were indexed, envelopes
    that were not opened. Two statements."""
    found = [*_letters(period, most), *_envelopes(period, most)]
    return sorted(found, key=lambda line: (line.on, line.reference))[:most]


def _letters(period: Period, most: int) -> Sequence[Registered]:
    query = select(Letter.arrived_on, Letter.registered, Item.id, Item.stored_at)
    query = query.join(Item, Item.id == Letter.item_id)
    query = query.where(Letter.registered.is_not(None), Letter.arrived_on.between(*period))
    rows = session().execute(query.order_by(Letter.arrived_on).limit(most))
    return [
        Registered(on, number, _reference(item_id, at))
        for on, number, item_id, at in rows
        if on and number
    ]


def _envelopes(period: Period, most: int) -> Sequence[Registered]:
    query = select(Envelope, HandOver, Item.stored_at)
    query = query.join(HandOver, HandOver.id == Envelope.hand_over_id)
    query = query.join(Item, Item.id == Envelope.item_id)
    later = aliased(Envelope)  # of what was corrected the last line is told
    query = query.where(Envelope.registered.is_not(None), Envelope.arrived_on.between(*period))
    query = query.where(~exists().where(later.item_id == Envelope.item_id, later.id > Envelope.id))
    rows = session().execute(query.order_by(Envelope.arrived_on).limit(most))
    return [
        Registered(
            one.arrived_on,
            one.registered or "",
            _reference(one.item_id, at),
            one.kind,
            one.sender or "",
            hand_over.destination,
            hand_over.received_by or "",
            hand_over.handed_at,
        )
        for one, hand_over, at in rows
    ]
