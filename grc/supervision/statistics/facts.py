"""What one case adds to the figures of which days. Pure.

It follows from how the case stands now and from what its journal says: the same case always
adds the same, whatever was counted before. A case is counted once, for the unit that came
first; a duplicate adds its contacts and nothing else.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

LONGEST = 400  # civil days; what took longer is told as this


class Measure(StrEnum):
    """One figure of a day."""

    CONTACT = "contact"
    OPENED = "opened"
    ANSWERED = "answered"  # by days since the reception
    HANDLED = "handled"  # by days since the reception
    AT_ONCE = "at_once"
    HANDLED_CONTACTS = "of_handled"
    TWICE = "twice"
    REOPENED = "reopened"
    DUE = "due"
    KEPT = "kept"


class Fact(NamedTuple):
    """Where one thing that happened counts. Its order is that of the columns of `Figure`."""

    measure: str
    on_date: date
    bucket: int
    unit_id: int
    channel: str
    site: str
    territory: str
    commune: str
    request_type: str
    is_named: bool


@dataclass(frozen=True)
class Action:
    """A recovery action that was promised."""

    unit_id: int
    promised_on: date
    done_on: date | None


@dataclass(frozen=True)
class Life:
    """What is known of one case. Days are civil days in Paris."""

    unit_id: int  # the first that was concerned
    channel: str
    site: str
    territory: str
    commune: str
    request_type: str
    is_named: bool
    is_duplicate: bool
    received_on: date
    answered_on: date | None  # the first answer of any unit
    handled_on: date | None  # every unit has ended; None while one works
    contacts: int  # those of its duplicates too
    later: Sequence[tuple[str, date]] = ()  # its own new contacts: channel, day
    rerouted_on: Sequence[date] = ()
    reopened_on: Sequence[date] = ()
    actions: Sequence[Action] = ()


def facts(life: Life) -> Counter[Fact]:
    """All that a case adds."""
    found = Counter[Fact]()
    for measure, on, bucket, number, unit_id, channel in _told(life):
        where = (life.site, life.territory, life.commune, life.request_type, life.is_named)
        found[Fact(measure, on, bucket, unit_id, channel, *where)] += number
    return found


_Told = tuple[Measure, date, int, int, int, str]


def _told(life: Life) -> Iterator[_Told]:
    own = (life.unit_id, life.channel)
    yield Measure.CONTACT, life.received_on, 0, 1, *own
    for channel, on in life.later:
        yield Measure.CONTACT, on, 0, 1, life.unit_id, channel
    if not life.is_duplicate:
        for measure, on, bucket, number in _of_request(life):
            yield measure, on, bucket, number, *own
    for action in life.actions:
        yield Measure.DUE, action.promised_on, 0, 1, action.unit_id, life.channel
        if action.done_on is not None and action.done_on <= action.promised_on:
            yield Measure.KEPT, action.promised_on, 0, 1, action.unit_id, life.channel


def _of_request(life: Life) -> Iterator[tuple[Measure, date, int, int]]:
    yield Measure.OPENED, life.received_on, 0, 1
    if life.answered_on is not None:
        yield Measure.ANSWERED, life.answered_on, _days(life, life.answered_on), 1
    if life.handled_on is not None:
        yield Measure.HANDLED, life.handled_on, _days(life, life.handled_on), 1
        yield Measure.HANDLED_CONTACTS, life.handled_on, 0, life.contacts
        if life.contacts == 1 and not life.reopened_on:
            yield Measure.AT_ONCE, life.handled_on, 0, 1
    for on in sorted(life.rerouted_on)[1:2]:
        yield Measure.TWICE, on, 0, 1
    for on in life.reopened_on:
        yield Measure.REOPENED, on, 0, 1


def _days(life: Life, on: date) -> int:
    return min(max((on - life.received_on).days, 0), LONGEST)
