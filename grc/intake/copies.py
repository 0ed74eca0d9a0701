"""What was already received: the same bytes, or the same message by another road.

Parts of a split item are not copies of each other; they are their parent's.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, String, bindparam, exists, func, or_, select, union_all
from sqlalchemy.orm import aliased

from grc.cases import service as cases
from grc.cases.models import Case
from grc.channels import past, registry
from grc.channels.past import grows
from grc.channels.registry import UnknownChannel
from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import fetch, session
from grc.core.events import Event
from grc.intake import medical, service, whereabouts
from grc.intake.checks import REFUSED_BEFORE
from grc.intake.models import Item
from grc.organisation.queries import UnitView

_SETTLED = ("opened", "appended", "applied", "split")
_ORIGINAL = (
    select(Item.id)
    .where(
        Item.channel == bindparam("channel"),
        Item.id != bindparam("item"),
        Item.outcome.in_(_SETTLED),
    )
    .order_by(Item.id)
    .limit(1)
)
_SAME_BYTES = _ORIGINAL.where(Item.sha256 == bindparam("sha256"))
_SAME_MARK = _ORIGINAL.where(Item.fingerprint == bindparam("mark", type_=String))
_SAME_PART = (
    Item.channel == bindparam("channel"),
    Item.source == bindparam("source"),
    Item.sha256 == bindparam("sha256"),
    Item.id < bindparam("item"),
)
_TWINS = select(func.count()).where(*_SAME_PART, Item.parent_id == bindparam("parent"))
_OTHER = aliased(Item)
_IS_COPY = exists().where(_OTHER.id == Item.duplicate_of, _OTHER.sha256 == Item.sha256)
_REFUSED = (
    select(Item.id)
    .where(
        *_SAME_PART,
        Item.parent_id != bindparam("parent"),
        Item.outcome.in_(REFUSED_BEFORE),
        ~_IS_COPY,
    )
    .order_by(Item.id)
    .limit(1)
    .offset(bindparam("twins"))
)
_EITHER = union_all(select(_SAME_BYTES.subquery()), select(_SAME_MARK.subquery())).limit(1)


def refused_before(item: Item) -> Item | None:
    """The same part of the same log, refused when the log was shorter: somebody has it, or has
    settled it. Twins of one log (the same row twice) are told each, and each is its own."""
    if item.parent_id is None or not _grows(item.channel):
        return None
    given = {"channel": item.channel, "item": item.id, "source": item.source}
    given |= {"sha256": item.sha256, "parent": item.parent_id}
    twins = fetch(_TWINS, given).scalar_one()
    found = fetch(_REFUSED, given | {"twins": twins}).scalar()
    return None if found is None else session().get_one(Item, found)


def in_file(item: Item, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is told of an item that may be a part, with the number of its row in the file."""
    try:
        channel = registry.get(item.channel)
    except UnknownChannel:
        return params
    return past.in_file(channel, item.locator.rpartition("#")[2], params)


def _grows(channel: str) -> bool:
    try:
        return grows(registry.get(channel))
    except UnknownChannel:
        return False


def same_bytes(item: Item) -> Item | None:
    """The first item already settled with exactly these bytes."""
    return _original(item, _SAME_BYTES, sha256=item.sha256)


def same_message(item: Item, mark: str | None) -> Item | None:
    """The first item already settled with this fingerprint: it came by another road."""
    return _original(item, _SAME_MARK, mark=mark) if mark else None


def same_item(item: Item, mark: str | None) -> Item | None:
    """The first item already settled with these bytes, else with this fingerprint."""
    return _original(item, _EITHER, sha256=item.sha256, mark=mark)


def known_marks(channel: str, marks: Sequence[str]) -> set[str]:
    """Those of these fingerprints that a settled item has."""
    query = select(Item.fingerprint).where(
        Item.channel == channel, Item.fingerprint.in_(marks), Item.outcome.in_(_SETTLED)
    )
    return {mark for mark in session().scalars(query) if mark}


def _original(item: Item, same: Executable, **wanted: str | None) -> Item | None:
    found = fetch(same, {"channel": item.channel, "item": item.id, **wanted}).scalar()
    return None if found is None else session().get_one(Item, found)


def settle(item: Item, original: Item, now: datetime) -> None:
    """An item is the copy of another. No service loses sight of a mail sent to two mailboxes."""
    item.duplicate_of = original.id
    service.settle(item, "duplicate", now, case_id=original.case_id)
    audit.record(
        Event.ITEM_DUPLICATE,
        subject=("item", item.id),
        case_id=original.case_id,
        actor=Actor(item.actor),
        now=now,
        of=original.reference,
    )
    owner = whereabouts.owner(item.channel, item.source)
    if item.source != original.source and owner.kind != "triage":
        _concern(owner, original, Actor(item.actor), now)


def _concern(owner: UnitView, original: Item, actor: Actor, now: datetime) -> None:
    """Make a unit concerned by what an item, or its parts, became."""
    whole = or_(Item.id == original.id, Item.parent_id == original.id)
    found = select(Case).where(Case.id.in_(select(Item.case_id).where(whole)))
    if owner.kind != medical.KIND:
        found = found.where(Case.is_medical.is_(False))
    for case in session().scalars(found.order_by(Case.id)):
        cases.add_unit(
            case,
            owner.id,
            owner.department_id,
            owner.name,
            due_on=cases.all_handlings(case)[0].due_on,
            actor=actor,
            now=now,
        )
