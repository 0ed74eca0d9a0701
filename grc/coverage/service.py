"""Recording what a channel counted."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from grc.core import audit
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add, session
from grc.core.errors import InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.coverage.models import ChannelCount
from grc.coverage.words import MEASURES

LARGEST = 10_000_000
LONGEST_PLACE = 80


@dataclass(frozen=True)
class Count:
    """One number, as it is typed or told."""

    on: date
    measure: str
    count: int
    place: str = ""


def record(count: Count, *, actor: Actor, now: datetime) -> str:
    """Keep a number: "created", "updated" (another was told before) or "unchanged".

    Raises InvalidInput for an unknown measure, a day to come, or a number that cannot be.
    """
    _check(count, now)
    place = " ".join(count.place.split())
    known = session().scalar(
        select(ChannelCount)
        .where(ChannelCount.on_date == count.on, ChannelCount.measure == count.measure)
        .where(ChannelCount.place == place)
        .with_for_update()
    )
    if known is None:
        values = {"on_date": count.on, "measure": count.measure, "place": place}
        told = {"count": count.count, "actor": actor.label, "recorded_at": now}
        _audit(add(ChannelCount, **values, **told), count, None, actor, now)
        return "created"
    if known.count == count.count:
        return "unchanged"
    _audit(known.id, count, known.count, actor, now)
    known.count, known.actor, known.recorded_at = count.count, actor.label, now
    return "updated"


def _check(count: Count, now: datetime) -> None:
    if count.measure not in MEASURES:
        known = ", ".join(MEASURES)
        text = N_("La mesure « %(told)s » n'existe pas ; connues : %(known)s.")
        raise InvalidInput(text, field="measure", told=count.measure, known=known)
    if count.on > paris_date(now):
        raise InvalidInput(N_("Ce jour n'est pas encore passé."), field="on")
    if not 0 <= count.count <= LARGEST:
        raise InvalidInput(N_("Un comptage va de 0 à 10 000 000."), field="count")
    if len(count.place) > LONGEST_PLACE:
        raise InvalidInput(N_("Un lieu a au plus 80 caractères."), field="place")


def _audit(count_id: int, count: Count, old: int | None, actor: Actor, now: datetime) -> None:
    audit.record(
        Event.CHANNEL_COUNTED,
        subject=("channel_count", count_id),
        actor=actor,
        now=now,
        measure=Text(MEASURES[count.measure]),
        on=count.on.isoformat(),
        count=count.count,
        old="–" if old is None else old,
    )
