"""Contacts that asked for nothing but an information: counted, never named, never purged."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add, session
from grc.core.errors import Forbidden
from grc.core.i18n import N_
from grc.intake.models import Information
from grc.staff.policy import GRANTS, Permission


@dataclass(frozen=True)
class Count:
    """How many informations a unit gave on a day, by one channel about one theme."""

    on: date
    unit_id: int
    channel: str
    theme: str | None
    number: int


def give(
    channel: str,
    unit_id: int,
    theme: str | None,
    *,
    actor: Actor,
    now: datetime,
    site_id: int | None = None,
) -> int:
    """Count one information given by this person for one of her units, at one of its sites if
    it was at a counter. Raises Forbidden."""
    if actor.user_id is None or unit_id not in actor.units(*GRANTS[Permission.CONTACT]):
        raise Forbidden(N_("Votre compte ne permet pas de noter un contact pour ce service."))
    return add(
        Information,
        at=now,
        on_date=paris_date(now),
        user_id=actor.user_id,
        unit_id=unit_id,
        site_id=site_id,
        channel=channel,
        theme=theme,
    )


def counts(unit_ids: Collection[int], first: date, last: date) -> Iterator[Count]:
    """What these units gave from one day to another, both included; never by person."""
    told = (Information.on_date, Information.unit_id, Information.channel, Information.theme)
    query = select(*told, func.count()).where(
        Information.unit_id.in_(unit_ids), Information.on_date.between(first, last)
    )
    return (Count(*row) for row in session().execute(query.group_by(*told).order_by(*told)))


def today(unit_id: int, now: datetime) -> int:
    """How many this unit gave today, by all channels."""
    day = paris_date(now)
    return sum(one.number for one in counts([unit_id], day, day))
