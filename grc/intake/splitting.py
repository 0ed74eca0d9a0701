"""From an item that holds others (a table) to one item for each of its parts.

A batch of parts is stored by one step, which plans the next: the work may be killed and taken
up anywhere, and memory does not depend on the number of parts. How many are stored already is
counted in the ledger, never remembered elsewhere.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from sqlalchemy import func, select

from grc.channels import registry
from grc.channels.past import Account, Part, Parts, needs_guide, splitting, together
from grc.channels.protocol import ChannelError
from grc.channels.registry import UnknownChannel
from grc.core import audit, blobs, steps
from grc.core.actor import Actor
from grc.core.db import end_read, session
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.core.toml_source import InvalidFile
from grc.intake import accounts, copies, mappings, medical, service, unread, whereabouts
from grc.intake.models import Item
from grc.intake.service import Arrival

GUIDED = "@"  # in a locator, before the hash of the file that says how to read the item
WRITERS = 4

Split = Callable[..., Parts]  # `Splitter.split`


@dataclass(frozen=True)
class Batch:
    """Parts whose bytes are durable; they follow the first `after`."""

    after: int
    parts: tuple[Arrival, ...]
    is_last: bool
    account: Account | None = None  # with the last, for channels that count


def guided(locator: str, guide: str) -> str:
    """The locator of an item to be read as the file of this hash says: with another mapping
    it is another item, that can be split anew."""
    return f"{locator}{GUIDED}{guide}"


def is_whole(item: Item) -> bool:
    """True for an item that is to be split, not read."""
    if item.parent_id is not None:
        return False
    try:
        return splitting(registry.get(item.channel)) is not None
    except UnknownChannel:
        return False


def begin(item: Item, now: datetime) -> None:
    """Plan the first batch, unless the same file was split in the same way before."""
    if original := _split_before(item):
        copies.settle(item, original, now)
    else:
        _plan(item, stored(item.id), now)


def _split_before(item: Item) -> Item | None:
    same = select(Item).where(
        Item.sha256 == item.sha256,
        Item.channel == item.channel,
        Item.parent_id.is_(None),
        Item.outcome == "split",
        Item.id != item.id,
    )
    if needs_guide(registry.get(item.channel)):
        guide = item.locator.rpartition(GUIDED)[2]
        same = same.where(Item.locator.endswith(guided("", guide), autoescape=True))
    return session().scalars(same.order_by(Item.id).limit(1)).first()


def _plan(item: Item, after: int, now: datetime) -> None:
    steps.plan("split", ("item", item.id), key=f"split:item:{item.id}:{after}", now=now)


def stored(item_id: int) -> int:
    """How many parts of an item are in the ledger."""
    query = select(func.count()).where(Item.parent_id == item_id)
    return session().scalar(query) or 0


def read(item_id: int, split: Split) -> Batch | ChannelError:
    """The next parts of an item, their bytes durable. A passing failure is raised."""
    item = session().get_one(Item, item_id)
    after = stored(item_id)
    end_read()
    store = blobs.store()
    try:
        channel = registry.get(item.channel)
        guide = _guide(item) if needs_guide(channel) else _context(item)
        most = together(channel)
        found = split(item.channel, store.path(item.sha256), guide, after=after, most=most)
        _demand_no_gap(found.account)
    except ChannelError as error:
        if not error.permanent:
            raise
        return error
    except (InvalidFile, FileNotFoundError, UnicodeError):
        return ChannelError("no_mapping", N_("la correspondance des colonnes est introuvable"))

    def _keep(part: Part) -> Arrival:
        sha256, size = store.put(BytesIO(part.raw))
        locator = f"{item.locator[:980]}#{part.name}"
        return Arrival(item.channel, item.source, locator, sha256, size, part.dated_at)

    with ThreadPoolExecutor(WRITERS, "keep") as pool:
        kept = tuple(pool.map(_keep, found.parts))
    return Batch(after, kept, is_last=len(kept) < most, account=found.account)


def _demand_no_gap(account: Account | None) -> None:
    if account is not None and account.gap:
        detail = N_("%(gap)s pages sur %(total)s ne sont ni d'un courrier, ni des séparateurs, "
                    "ni blanches")  # fmt: skip
        params = {"gap": account.gap, "total": account.total}
        raise ChannelError("page_gap", detail, params=params)


def _context(item: Item) -> Mapping[str, Any]:
    told = medical.guide(whereabouts.owner(item.channel, item.source))
    end_read()
    return told


def _guide(item: Item) -> Mapping[str, Any]:
    sha256 = item.locator.rpartition(GUIDED)[2]
    if not (len(sha256) == 64 and sha256.isalnum()):
        raise FileNotFoundError(sha256)
    return mappings.read(item.channel, blobs.store().read(sha256).decode("utf-8-sig")).guide


def apply(item_id: int, batch: Batch | ChannelError, *, now: datetime) -> None:
    """Store a batch, in the caller's transaction, and plan the next or end the item."""
    service.alone()
    item = session().get_one(Item, item_id)
    if item.outcome != "waiting":
        return
    if isinstance(batch, ChannelError):
        unread.keep_aside(item, batch.reason, Text(batch.detail, batch.params), now)
        return
    if stored(item_id) == batch.after:  # else somebody else stored them
        service.store_parts(item, batch.parts, now=now)
        if batch.is_last:
            _end(item, batch.after + len(batch.parts), now)
            accounts.keep(item.id, batch.account)
            return
    _plan(item, stored(item_id), now)


def _end(item: Item, count: int, now: datetime) -> None:
    if not count:
        nothing = Text(N_("L'élément ne contient rien."), {"medical": False})  # all was seen
        unread.keep_aside(item, "empty", nothing, now)
        return
    item.applied_kind, item.applied_id = "split", count  # reconciliation counts them
    service.settle(item, "split", now)
    audit.record(
        Event.ITEM_SPLIT, subject=("item", item.id), actor=Actor(item.actor), now=now, count=count
    )
