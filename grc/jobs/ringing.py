"""What an exchange tells, as it comes: the screen of whoever's telephone rings, and the ledger."""

import io
from datetime import datetime, timedelta

from sqlalchemy import select, update

from grc.cases.phone import Ringing
from grc.channels.exchange import PhoneEvent, outside
from grc.core import blobs
from grc.core.actor import importer
from grc.core.db import add_all, lock, session, transaction
from grc.intake import service
from grc.intake.service import Arrival
from grc.staff.models import User

CHANNEL = "phone"
SHOWN = timedelta(minutes=15)  # a call whose end was never told is over by then
_LOCK = 92_101
_ORDER = {"ringing": 0, "answered": 1, "ended": 2}
_KEPT = frozenset({"answered", "ended"})


def keep(raw: bytes) -> tuple[str, int]:
    """Make the bytes of an event durable, before any transaction: (sha256, size)."""
    return blobs.store().put(io.BytesIO(raw))


def take_in(event: PhoneEvent, raw: bytes, now: datetime) -> bool:
    """Note one event; False when it was told before, and then nothing changes.

    What rings is shown and nothing more; what was answered or has ended is an item.
    """
    blob = keep(raw) if event.event in _KEPT else None
    with transaction():
        shown = _show(event, now)
        if blob is None:
            return shown
        known = service.known_locator(CHANNEL, event.source, event.locator)
        if known is None:
            arrival = Arrival(CHANNEL, event.source, event.locator, *blob, event.at)
            service.store([arrival], actor=importer("exchange"), now=now, acknowledge=False)
        return known is None


def _show(event: PhoneEvent, now: datetime) -> bool:
    """Put the call on the screen of its extension, when somebody watches it; take one that has
    ended off every screen, whichever extension its end names."""
    if event.event == "ended":
        _take_off(event.call)
    if not event.extension or not _is_watched(event.extension):
        return True
    lock(_LOCK)
    row = session().get(Ringing, event.extension, populate_existing=True)
    told = {
        "call": event.call,
        "state": event.event,
        "number": "" if event.event == "ended" else outside(event.number),
        "at": event.at,
        "told_at": now,
    }
    if row is None:
        add_all(Ringing, [{"extension": event.extension, **told}])
        return True
    if not _is_later(event, row):
        return False
    for name, value in told.items():
        setattr(row, name, value)
    session().flush()
    return True


def _take_off(call: str) -> None:
    lock(_LOCK)
    shown = update(Ringing).where(Ringing.call == call, Ringing.number != "")
    ended = shown.values(state="ended", number="")
    session().execute(ended.execution_options(synchronize_session=False))


def _is_watched(extension: str) -> bool:
    query = select(User.id).where(User.extension == extension, User.is_active)
    return session().scalar(query.limit(1)) is not None


def _is_later(event: PhoneEvent, row: Ringing) -> bool:
    """False for what came before what is shown: told again, or on a slower road."""
    if event.call == row.call:
        return _ORDER[event.event] > _ORDER[row.state]
    return event.at >= row.at and event.event != "ended"


def now_on(extension: str, now: datetime) -> Ringing | None:
    """The call of this extension at this moment, its number told."""
    row = session().get(Ringing, extension)
    if row is None or row.state == "ended" or not row.number or now - row.told_at > SHOWN:
        return None
    return row
