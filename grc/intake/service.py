"""Storing what arrives: nothing is acknowledged before this is committed."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Executable, Select, func, select
from sqlalchemy.dialects import postgresql, sqlite

from grc.core import audit, blobs, steps
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import amend, execute, is_postgresql, later, lock, session
from grc.core.errors import InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.intake.models import Item, Received
from grc.intake.reasons import said
from grc.staff.policy import GRANTS, Permission

_LOCK = 92_001  # of PostgreSQL: see `alone`
NO_SUCH_ITEM = N_("Cet élément n'existe pas, ou n'est pas de vos services.")


@dataclass(frozen=True)
class Arrival:
    """One received item whose bytes are already durable in the blob store."""

    channel: str
    source: str
    locator: str  # stable name inside the source; see design of the adapters
    sha256: str
    size: int
    dated_at: datetime | None = None  # to understand a backlog in date order
    arrived_at: datetime | None = None  # when the source took it in; None: it does not say
    arrived_by: str | None = None  # what says so: `internal_date`


@dataclass(frozen=True)
class Stored:
    """What storing a batch did: the ids of new items, and of the item of each arrival."""

    new: tuple[int, ...]
    ids: tuple[int, ...]  # one per arrival given, in its order

    @property
    def known(self) -> tuple[int, ...]:
        """The items that were in the ledger before, in order."""
        new = set(self.new)
        return tuple(item_id for item_id in self.ids if item_id not in new)


Key = tuple[str, str, str, str]


def locator_hash(locator: str) -> str:
    """The indexed form of a locator, which may be a path of any length."""
    return hashlib.sha256(locator.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def store(arrivals: Sequence[Arrival], *, actor: Actor, now: datetime, acknowledge: bool) -> Stored:
    """Write items and their understand steps; what is already in the ledger stays as it is.

    The key is (channel, source, locator, sha256): only a full match is already known.
    `acknowledge` False: nothing automatic will ever leave because of these items.
    """
    wanted = {_key(arrival): arrival for arrival in arrivals}
    known = _known(wanted)
    new = [arrival for key, arrival in wanted.items() if key not in known]
    inserted = _write([_row(arrival, actor, now, acknowledge) for arrival in new], now)
    known |= inserted
    if len(known) < len(wanted):  # another process stored some of them meanwhile
        known |= _known(wanted)
    return Stored(tuple(inserted.values()), tuple(known[_key(arrival)] for arrival in arrivals))


def store_alone(arrival: Arrival, *, actor: Actor, now: datetime, acknowledge: bool) -> Item | None:
    """Write the one item of a locator that `alone_with` has shown to be new; the entity is what
    was written, not read again. None when the same key came by a road that asks nobody."""
    row = _row(arrival, actor, now, acknowledge)
    ids = tuple(_write([row], now).values())
    return Item(id=ids[0], is_medical=False, **row) if ids else None


def _write(rows: list[dict[str, Any]], now: datetime) -> dict[Key, int]:
    """Items with their blobs, their place in the counts of the day and their next step."""
    blobs.refer({row["sha256"]: row["size"] for row in rows}, now)
    inserted = _insert(rows)
    _count([(channel, source) for channel, source, *_ in inserted], now)
    _plan_understanding(tuple(inserted.values()), now)
    return inserted


def store_parts(whole: Item, parts: Sequence[Arrival], *, now: datetime) -> None:
    """Write the parts of an item as items of their own, with their understand steps.

    They are not counted as received: their whole was. Two versions of one file keep each
    their parts, equal ones included: the later are duplicates that can be seen.
    """
    actor = Actor(whole.actor)
    blobs.refer({part.sha256: part.size for part in parts}, now)
    own = {"parent_id": whole.id, "arrived_at": whole.arrived_at}
    rows = [
        _row(part, actor, now, whole.acknowledge)
        | own
        | {"locator_hash": locator_hash(f"{whole.id}#{part.locator}")}
        for part in parts
    ]
    _plan_understanding(tuple(_insert(rows).values()), now)


def known_ids(arrivals: Sequence[Arrival]) -> list[int | None]:
    """The item of each arrival, None for those the ledger does not know."""
    known = _known({_key(arrival): arrival for arrival in arrivals})
    return [known.get(_key(arrival)) for arrival in arrivals]


def alone_with(locator: str) -> str:
    """The indexed form of a locator, once the transaction of who asked for it before has ended."""
    hashed = locator_hash(locator)
    lock(int(hashed[:15], 16))  # 60 bits: strangers hardly ever share it, and then only wait
    return hashed


def known_locator(channel: str, source: str, locator: str) -> int | None:
    """The item a source has sent under this name, whatever its bytes; see `alone_with`."""
    hashed = alone_with(locator)
    named = select(Item.id).where(
        Item.channel == channel, Item.source == source, Item.locator_hash == hashed
    )
    return session().scalar(named.order_by(Item.id).limit(1))


def _key(arrival: Arrival) -> Key:
    return (arrival.channel, arrival.source, locator_hash(arrival.locator), arrival.sha256)


def _known(wanted: dict[Key, Arrival]) -> dict[Key, int]:
    query: Select[int, str, str, str, str] = select(
        Item.id, Item.channel, Item.source, Item.locator_hash, Item.sha256
    ).where(Item.sha256.in_({sha256 for *_, sha256 in wanted}))
    rows = session().execute(query)
    return {key: row_id for row_id, *rest in rows if (key := tuple(rest)) in wanted}


def _row(arrival: Arrival, actor: Actor, now: datetime, acknowledge: bool) -> dict[str, Any]:
    return {
        "channel": arrival.channel,
        "source": arrival.source,
        "locator": arrival.locator.encode("utf-8", "replace").decode()[:1000],
        "locator_hash": locator_hash(arrival.locator),
        "sha256": arrival.sha256,
        "size": arrival.size,
        "stored_at": now,
        "arrived_at": arrival.arrived_at or now,
        "arrived_by": arrival.arrived_by,
        "dated_at": arrival.dated_at,
        "acknowledge": acknowledge,
        "actor": actor.label,
        "outcome": "waiting",
    }


def _insert(rows: list[dict[str, Any]]) -> dict[Key, int]:
    if not rows:
        return {}
    inserted = execute(_insert_new(is_postgresql()), rows)
    return {(row.channel, row.source, row.locator_hash, row.sha256): row.id for row in inserted}


@cache
def _insert_new(on_postgresql: bool) -> Executable:
    """Insert the items that are not in the ledger. Built once: see `core.db`."""
    insert = (postgresql if on_postgresql else sqlite).insert(Item).on_conflict_do_nothing()
    key = (Item.channel, Item.source, Item.locator_hash, Item.sha256)
    new: Executable = insert.returning(Item.id, *key)
    return new


def _count(sources: Sequence[tuple[str, str]], now: datetime) -> None:
    """Just before the commit: everything that arrives from a source on a day wants this row."""
    for (channel, source), count in sorted(Counter(sources).items()):
        row = {"channel": channel, "source": source, "on_date": paris_date(now), "count": count}
        later(_add_to_count(is_postgresql()), row)


@cache
def _add_to_count(on_postgresql: bool) -> Executable:
    insert = (postgresql if on_postgresql else sqlite).insert(Received)
    more: Executable = insert.on_conflict_do_update(
        index_elements=["channel", "source", "on_date"],
        set_={"count": Received.count + insert.excluded["count"]},
    )
    return more


def _plan_understanding(item_ids: Sequence[int], now: datetime) -> None:
    for item_id in item_ids:
        steps.plan("understand", ("item", item_id), key=f"understand:item:{item_id}", now=now)


def alone() -> None:
    """Two workers must not open two cases for two copies, or two halves, of one thread; nor
    two people settle one item. One at a time until the transaction ends."""
    lock(_LOCK)


def demand(item: Item, actor: Actor) -> None:
    """The first line of what a person does with an item: it must be one of theirs.

    Raises NotFound, with the same words as for an item that does not exist.
    """
    own = actor.units(*GRANTS[Permission.QUARANTINE])
    if not actor.is_machine and item.unit_id not in own:
        raise NotFound(NO_SUCH_ITEM)


def retry(item: Item, *, actor: Actor, now: datetime) -> None:
    """Try again to understand an item in quarantine."""
    demand_quarantined(item, actor)
    item.outcome, item.reason, item.detail = "waiting", None, None
    session().flush()
    if not steps.retry(("item", item.id), "understand", now):
        raise InvalidInput(N_("Une partie d'envoi ne se relit pas seule : ouvrez-la à la main."))
    audit.record(Event.ITEM_RETRIED, subject=("item", item.id), actor=actor, now=now)


def discard(item: Item, why: str, *, actor: Actor, now: datetime) -> None:
    """Set an item in quarantine aside, by a person, with a reason; its bytes stay."""
    demand_quarantined(item, actor)
    remark_id = audit.remark(why, now=now)
    if remark_id is None:
        raise InvalidInput(N_("Dites pourquoi cet élément est écarté."), field="reason")
    item.outcome, item.settled_at, item.remark_id = "discarded", now, remark_id
    session().flush()
    audit.record(
        Event.ITEM_DISCARDED,
        subject=("item", item.id),
        actor=actor,
        now=now,
        remark_id=remark_id,
    )


def demand_quarantined(item: Item, actor: Actor) -> None:
    """The item must be one of the actor's, and still be there to examine, nobody else at it."""
    demand(item, actor)
    alone()
    session().refresh(item)
    if item.outcome != "quarantined":
        raise InvalidInput(
            N_("L'élément %(reference)s n'est pas à examiner : sa suite est « %(outcome)s »."),
            reference=item.reference,
            outcome=item.outcome,
        )


def quarantine(item: Item, reason: str, detail: Text, unit_id: int, now: datetime) -> None:
    """Keep an item aside until a person looks; it never blocks the channel."""
    item.outcome, item.reason = "quarantined", reason[:40]
    item.detail, item.detail_params = detail.msgid[:500], dict(detail.params)
    item.unit_id, item.settled_at = unit_id, now
    session().flush()
    audit.record(
        Event.ITEM_QUARANTINED,
        subject=("item", item.id),
        actor=Actor(item.actor),
        now=now,
        reason=Text(said(reason)),
    )


def settle(item: Item, outcome: str, now: datetime, *, case_id: int | None = None) -> None:
    """Give an item its one outcome."""
    settled = {"outcome": outcome, "settled_at": now, "case_id": case_id}
    amend(item, fingerprint=item.fingerprint, reason=None, detail=None, **settled)


def outcomes_of(item_ids: Sequence[int]) -> dict[str, int]:
    """How many of these items have each outcome."""
    query = select(Item.outcome, func.count()).where(Item.id.in_(item_ids)).group_by(Item.outcome)
    return {row[0]: row[1] for row in session().execute(query)}
