"""What an exchange tells: the call is noted, and its item applied to it."""

from datetime import datetime

from sqlalchemy import and_, or_, select

from grc.cases.phone import PhoneCall
from grc.channels.protocol import Call, ChannelError, Request
from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import add, amend, session
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.intake import past, service, whereabouts
from grc.intake.models import Item
from grc.intake.reading import Reading

# In the organisation file, lines are the sources of this. It is no channel: the notes agents
# type come by `phone`, and name a unit.
LINES = "exchange"
KINDS = {True: N_("appel répondu"), False: N_("appel manqué")}


def told(reading: Reading) -> Request | None:
    """What an item says, when it tells of a call."""
    if isinstance(reading, ChannelError) or len(reading) != 1:
        return None
    return reading[0].request if reading[0].request.call else None


def apply(item: Item, request: Request, now: datetime) -> None:
    """Note a call, or complete what is known of it: told twice, or in any order, it is one.

    A line that the organisation file does not name is the triage's: nobody's call is lost for
    a line that was forgotten.
    """
    if (call := request.call) is None:
        raise ValueError("no call")
    call_id, changed = _note(call)
    item.applied_kind, item.applied_id = "call", call_id
    service.settle(item, "applied", now)
    if changed and call.incoming and (call.is_over or call.answered):
        audit.record(
            Event.CALL_NOTED,
            subject=("call", call_id),
            actor=Actor(item.actor),
            now=now,
            kind=Text(KINDS[call.answered]),
        )
    if request.past is not None:
        past.settle_corrected(item, request.past, now)


def find(call: Call) -> PhoneCall | None:
    """The same call as it was told before."""
    name = call.call[:100]
    forgotten = and_(PhoneCall.number.is_(None), PhoneCall.at == call.at)  # an old log, again
    same = select(PhoneCall).where(
        PhoneCall.call == name, or_(PhoneCall.number == call.number, forgotten)
    )
    return session().scalars(same).first()


def _note(call: Call) -> tuple[int, bool]:
    """The id of the call, and whether this tells something new of it."""
    known = find(call)
    if known is None:
        return _add(call.call[:100], call), True
    answered, is_over = known.answered or call.answered, known.is_over or call.is_over
    changed = (answered, is_over) != (known.answered, known.is_over)
    seconds = known.seconds if call.seconds is None else call.seconds
    amend(known, answered=answered, is_over=is_over, seconds=seconds, at=min(known.at, call.at))
    return known.id, changed


def _add(name: str, call: Call) -> int:
    return add(
        PhoneCall,
        call=name,
        number=call.number,
        at=call.at,
        line=call.line[:80],
        unit_id=whereabouts.owner(LINES, call.line).id,
        incoming=call.incoming,
        answered=call.answered,
        is_over=call.is_over,
        seconds=call.seconds,
    )
