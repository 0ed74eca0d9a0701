"""Coverage: contacts recorded here ÷ contacts the channel counted, on the days it counted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from grc.appointments.models import Visit
from grc.appointments.words import Result
from grc.core.clock import paris_date, start_of
from grc.core.db import session
from grc.coverage.models import ChannelCount
from grc.coverage.words import WAYS, Counted, Measure
from grc.intake.calls import LINES
from grc.intake.models import Information, Item, Received
from grc.organisation.queries import snapshot

_LETTERS, _COUNTER = "post", "counter"
_NOTED = frozenset({"phone"})
Days = tuple[date, date]  # both included
Daily = Mapping[date, int]


@dataclass(frozen=True)
class Coverage:
    """One way in during some days. `days` is how many were counted; `recorded` is of those days
    only, so that `share` (None when nothing was counted) compares like with like."""

    way: Counted
    days: int
    counted: int
    recorded: int
    others: Mapping[Measure, int]
    recorded_in_all: int  # on the other days too

    @property
    def share(self) -> float | None:
        """Recorded ÷ counted; above 1 when more was recorded than the channel noticed."""
        return self.recorded / self.counted if self.counted else None


def coverage(days: Days) -> list[Coverage]:
    """Every way in, in the order of `WAYS`. Five statements, whose cost is that of the days."""
    told, recorded = _told(days), _recorded(days)
    return [_of(way, told, recorded) for way in WAYS]


def counts(on: date) -> dict[str, int]:
    """What was told of one day without naming a place, by measure."""
    query = select(ChannelCount.measure, ChannelCount.count)
    query = query.where(ChannelCount.on_date == on, ChannelCount.place == "")
    return {row[0]: row[1] for row in session().execute(query)}


def _of(way: Counted, told: Mapping[str, Daily], recorded: Mapping[str, Daily]) -> Coverage:
    counted = told.get(way.base, {})
    daily = sum((Counter(recorded.get(one, {})) for one in way.channels), Counter[date]())
    return Coverage(
        way=way,
        days=len(counted),
        counted=sum(counted.values()),
        recorded=sum(daily[on] for on in counted),
        others={one: sum(told.get(one, {}).values()) for one in way.others},
        recorded_in_all=daily.total(),
    )


def _told(days: Days) -> dict[str, Counter[date]]:
    found: dict[str, Counter[date]] = {}
    query = select(ChannelCount.measure, ChannelCount.on_date, func.sum(ChannelCount.count))
    query = query.where(ChannelCount.on_date.between(*days))
    for measure, on, count in session().execute(
        query.group_by(ChannelCount.measure, ChannelCount.on_date)
    ):
        found.setdefault(measure, Counter())[on] += int(count)
    return found


def _recorded(days: Days) -> dict[str, Counter[date]]:
    found = _received(days)
    found[_LETTERS] = _letters(days)
    for channel, on, count in _informations(days):
        found.setdefault(channel, Counter())[on] += count
    found.setdefault(_COUNTER, Counter()).update(_visits(days))
    return found


def _received(days: Days) -> dict[str, Counter[date]]:
    """What was stored, by channel and day. Of calls, those that an agent noted for her service:
    what a telephone exchange tells of its lines was recorded by nobody."""
    query = select(Received.channel, Received.source, Received.on_date, Received.count)
    found: dict[str, Counter[date]] = {}
    for channel, source, on, count in session().execute(
        query.where(Received.on_date.between(*days))
    ):
        if channel not in _NOTED or _is_service(source):
            found.setdefault(channel, Counter())[on] += count
    return found


def _is_service(source: str) -> bool:
    here = snapshot()
    return here.find_unit(source) is not None and (LINES, source) not in here.mailboxes


def _letters(days: Days) -> Counter[date]:
    """Letters cut out of the batches of these days."""
    batch, letter = aliased(Item), aliased(Item)
    first, after = start_of(days[0]), start_of(days[1] + timedelta(days=1))
    query = (
        select(batch.stored_at, func.count())
        .join(letter, letter.parent_id == batch.id)
        .where(batch.parent_id.is_(None), batch.channel == _LETTERS)
        .where(batch.stored_at >= first, batch.stored_at < after)
        .group_by(batch.id, batch.stored_at)
    )
    found = Counter[date]()
    for stored_at, count in session().execute(query):
        found[paris_date(stored_at)] += count
    return found


def _informations(days: Days) -> list[tuple[str, date, int]]:
    query = select(Information.channel, Information.on_date, func.count())
    here = Information.unit_id.in_(tuple(snapshot().units_by_id))  # its index begins with the unit
    query = query.where(here, Information.on_date.between(*days))
    rows = session().execute(query.group_by(Information.channel, Information.on_date))
    return [(row[0], row[1], row[2]) for row in rows]


def _visits(days: Days) -> Counter[date]:
    """Visits; one that became a request is recorded as that request already."""
    query = select(Visit.on_date, func.count()).where(
        Visit.site_id.in_(tuple(snapshot().sites)),  # its index begins with the site
        Visit.on_date.between(*days),
        Visit.result.is_(None) | Visit.result.not_in((Result.MISTAKE, Result.REQUEST)),
    )
    return Counter({row[0]: row[1] for row in session().execute(query.group_by(Visit.on_date))})
