"""What follows what, and who does it. The only place that says so.

AFTER: event -> the steps it plans, in the transaction of the event.
TOLD: event -> the name by which webhooks hear of it, see `webhooks.telling`.
STEPS: step -> how it is run. `inside` work happens in one transaction; `outside` work first
speaks to something slow (a parser process, a mail server) with no transaction open.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from grc.bulk import leaving
from grc.bulk import service as bulk
from grc.cases import unread
from grc.cases.models import Case
from grc.channels.protocol import ChannelError
from grc.channels.reader import Reader
from grc.core import clock
from grc.core.db import Base, end_read, session
from grc.core.events import Event
from grc.correspondence import acknowledging
from grc.correspondence.signing import Made
from grc.danger import alarm
from grc.danger import service as danger
from grc.finding import exports
from grc.intake import quarantine, reading, splitting, understanding
from grc.intake.models import Item
from grc.intake.reading import Reading
from grc.interviews import taking
from grc.outbox import notices, sending
from grc.outbox import service as outbox
from grc.receipts import service as receipts
from grc.recovery.proposing import LATE
from grc.routing import closing, due, trying
from grc.routing import service as routing
from grc.supervision import derailed
from grc.webhooks import delivering
from grc.webhooks.names import Told
from grc.work import call_backs, elsewhere, follow_up

AFTER: Mapping[Event, tuple[str, ...]] = {
    Event.CASE_OPENED: ("route",),
    Event.CASE_ROUTED: ("acknowledge",),
    Event.CASE_TO_ROUTE: ("acknowledge",),  # noted as withheld until a person confirms
    Event.CASE_ROUTE_CONFIRMED: ("acknowledge",),
    Event.CASE_RECEIVED_EARLIER: ("redate",),
    Event.CALL_BACK_ASKED: ("call_back",),
    Event.CALL_NOTED: ("after_call",),
    Event.CASE_RESOLVED: ("plan_closing",),
    Event.OUR_LETTER_ACKNOWLEDGES: ("lay_out",),
    Event.MESSAGE_FAILED: ("tell_unit",),
    Event.MESSAGE_BOUNCED: ("tell_unit",),
    Event.ALERT_RAISED: ("alarm",),
    Event.CASE_HANDED_UP: ("tell_heirs",),
}

TOLD: Mapping[Event, Told] = {  # what webhooks hear of, by which name
    Event.CASE_ROUTED: Told.OPENED,
    Event.CASE_ROUTE_CONFIRMED: Told.OPENED,
    Event.CASE_LEVEL_SET: Told.OPENED,  # may it be spoken of from now on?
    Event.CASE_REROUTED: Told.UNIT,
    Event.CASE_UNIT_ADDED: Told.UNIT,
    Event.CASE_MOVED: Told.STATUS,
    Event.CASE_RESOLVED: Told.STATUS,
    Event.CASE_CLOSED: Told.STATUS,
    Event.CASE_REOPENED: Told.STATUS,
    Event.MESSAGE_RECEIVED: Told.MESSAGE,
}


# What may take a case off its rails, or put it back: looked at again, at once or after a while.
DERAILS: Mapping[Event, timedelta] = {
    Event.TASK_PLANNED: timedelta(0),
    Event.TASK_DONE: timedelta(0),
    Event.CALL_BACK_TRIED: LATE + timedelta(hours=3),  # the next try has its time too
    Event.CALL_BACK_DONE: timedelta(0),
    Event.CALL_BACK_ASKED: LATE + timedelta(minutes=5),
    Event.SENT_AGAIN: timedelta(0),
    Event.APPOINTMENT_SETTLED: timedelta(0),
    Event.OUR_LETTER_BACK: timedelta(0),
    Event.OUR_LETTER_NOT_BACK: timedelta(0),
    Event.CASE_REROUTED: timedelta(0),
    Event.CASE_LINKED: timedelta(hours=1),  # by then both have their unit
    Event.CASE_UNLINKED: timedelta(0),
    Event.CASE_RESOLVED: timedelta(0),
    Event.CASE_CLOSED: timedelta(0),
    Event.CASE_REOPENED: timedelta(0),
    Event.CASE_LEVEL_SET: timedelta(0),
}
# Of these, also what the program proposes on cases that may be the same request: what was drawn
# from a case that is secret now, or ended, stands no more.
AROUND = frozenset(
    {Event.CASE_RESOLVED, Event.CASE_CLOSED, Event.CASE_REOPENED, Event.CASE_LEVEL_SET}
)
UNTIL_DONE = 1_000_000  # attempts of a step that nobody may give up for


@dataclass(frozen=True)
class Tools:
    """What outside work needs of this process."""

    reader: Reader


@dataclass(frozen=True)
class Work:
    """How a step is run: `outside` without a transaction, then `inside` with its result."""

    inside: Callable[[int, Any, datetime], None]
    outside: Callable[[int, Tools], Any] | None = None
    give_up: Callable[[int, str, datetime], None] | None = None
    max_attempts: int = 12
    about: type[Base] | None = None  # what its subjects are, to read those of many steps at once


def _read(item_id: int, tools: Tools) -> Reading:
    found = reading.read(item_id, tools.reader.read)
    end_read()
    return found


def _understood(item_id: int, found: Reading, now: datetime) -> None:
    if understanding.apply(item_id, found, now=now):
        danger.born(item_id, now=now)
        taking.settle(item_id, found, now=now)
        item = session().get_one(Item, item_id)
        if item.outcome == "appended" and item.case_id:
            elsewhere.tell(item.case_id, now)


def _routed(case_id: int, now: datetime) -> None:
    routing.route(case_id, now=now)
    elsewhere.tell(case_id, now)  # by now its service is known


def _split(item_id: int, tools: Tools) -> splitting.Batch | ChannelError:
    batch = splitting.read(item_id, tools.reader.splitter.split)
    end_read()
    return batch


def _laid_out(letter_id: int) -> Made:
    made = acknowledging.lay_out(letter_id)
    end_read()
    return made


def _tried(trial_id: int) -> trying.Chunk:
    found = trying.compute(trial_id, clock.now())
    end_read()
    return found


def _sent(outgoing_id: int, error: str | None, now: datetime) -> None:
    if error is None:
        outbox.mark_sent(outgoing_id, now=now)
    else:
        outbox.mark_failed(outgoing_id, error, now=now)


STEPS: Mapping[str, Work] = {
    "understand": Work(
        outside=_read,
        inside=_understood,
        give_up=quarantine.give_up,
        max_attempts=3,
        about=Item,
    ),
    "split": Work(
        outside=_split,
        inside=lambda item_id, batch, now: splitting.apply(item_id, batch, now=now),
        give_up=quarantine.give_up,
        max_attempts=3,
    ),
    "route": Work(inside=lambda case_id, _, now: _routed(case_id, now), about=Case),
    "try_rules": Work(
        outside=lambda trial_id, _: _tried(trial_id),
        inside=lambda trial_id, found, now: trying.keep(trial_id, found, now=now),
        give_up=trying.give_up,
        max_attempts=3,
    ),
    "redate": Work(inside=lambda case_id, _, now: due.redate(case_id, now=now)),
    "acknowledge": Work(
        inside=lambda case_id, _, now: receipts.acknowledge(case_id, now=now), about=Case
    ),
    "lay_out": Work(
        outside=lambda letter_id, _: _laid_out(letter_id),
        inside=lambda letter_id, made, now: acknowledging.ready(letter_id, made, now=now),
    ),
    "send": Work(
        outside=lambda outgoing_id, _: sending.send(outgoing_id),
        inside=_sent,
        give_up=lambda outgoing_id, error, now: outbox.mark_failed(outgoing_id, error, now=now),
        max_attempts=20,  # with the back-off of core.steps: about five days
    ),
    "notify": Work(
        outside=lambda notice_id, _: notices.send(notice_id),
        inside=lambda notice_id, error, now: notices.settle(notice_id, error, now=now),
        give_up=lambda notice_id, error, now: notices.settle(notice_id, error, now=now),
    ),
    "deliver": Work(
        outside=lambda delivery_id, _: delivering.deliver(delivery_id),
        inside=lambda delivery_id, outcome, now: delivering.settle(delivery_id, outcome, now),
        give_up=delivering.give_up,
    ),
    "tell_unit": Work(
        inside=lambda outgoing_id, _, now: follow_up.undelivered(outgoing_id, now=now)
    ),
    "tell_heirs": Work(inside=lambda case_id, _, now: follow_up.handed_up(case_id, now=now)),
    "find_reader": Work(inside=lambda user_id, _, now: unread.hand_up(user_id, now=now)),
    "call_back": Work(inside=lambda case_id, _, now: follow_up.call_back(case_id, now=now)),
    "after_call": Work(inside=lambda call_id, _, now: call_backs.after_call(call_id, now=now)),
    "plan_closing": Work(inside=lambda subject, _, now: follow_up.plan_closing(subject, now=now)),
    "propose": Work(
        inside=lambda case_id, _, now: derailed.look(case_id, now=now), max_attempts=3, about=Case
    ),
    "bulk": Work(
        inside=lambda line_id, _, now: bulk.carry(line_id, now=now),
        give_up=bulk.give_up,
        max_attempts=3,
    ),
    "export": Work(
        inside=lambda export_id, _, now: exports.collect(export_id, now=now),
        give_up=exports.give_up,
        max_attempts=3,
    ),
    "bulk_undo": Work(
        inside=lambda line_id, _, now: bulk.take_back(line_id, now=now),
        give_up=bulk.give_up,
        max_attempts=3,
    ),
    "hand_up": Work(inside=lambda part_id, _, now: closing.carry(part_id, now=now)),
    "leave": Work(
        inside=lambda line_id, _, now: leaving.carry(line_id, now=now),
        give_up=leaving.give_up,
        max_attempts=3,
    ),
    "leave_undo": Work(
        inside=lambda line_id, _, now: leaving.take_back(line_id, now=now),
        give_up=leaving.give_up,
        max_attempts=3,
    ),
    "hand_over": Work(
        inside=lambda alert_id, _, now: danger.follow(alert_id, now=now), max_attempts=UNTIL_DONE
    ),
    "alarm": Work(
        inside=lambda alert_id, _, now: alarm.ring(alert_id, now=now), max_attempts=UNTIL_DONE
    ),
    "close": Work(
        inside=lambda handling_id, _, now: follow_up.close_resolved(handling_id, now=now)
    ),
}
