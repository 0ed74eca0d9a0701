"""Letters that wait to be indexed: written with the case they open, gone when a person is done.

While its case is read by named people only, a letter waits for nobody in the mail room.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import aliased

from grc.cases.models import Attachment, Case, Handling, Message
from grc.channels import registry
from grc.core.audit import Remark
from grc.core.db import add_later, session
from grc.intake.models import ATTENTION, Item, Letter
from grc.staff.policy import Level

MOST = 200  # batches, or letters of one, shown at once
_ITS_CASE = Case.id == Letter.case_id
_WAITS = (Letter.done_at.is_(None), Case.level != Level.NAMED)


def wait(item_id: int, batch_id: int, case_id: int) -> None:
    """Note that a letter was understood and waits for a person, in the caller's transaction."""
    add_later(Letter, item_id=item_id, batch_id=batch_id, case_id=case_id)


def waiting() -> Select[int]:
    """The letters that wait, to be counted."""
    return select(Letter.item_id.label("id")).join(Case, _ITS_CASE).where(*_WAITS)


@dataclass(frozen=True)
class Waiting:
    """A batch of which letters wait: `left` of `whole`, of which `aside` were put aside."""

    batch: Item
    left: int
    aside: int

    @property
    def whole(self) -> int:
        """How many letters it was cut into."""
        return self.batch.applied_id or self.left


def batches() -> list[Waiting]:
    """The batches with letters that wait, oldest first."""
    query = (
        select(Item, func.count().label("waiting"), func.count(Letter.aside_id).label("aside"))
        .join(Letter, Letter.batch_id == Item.id)
        .join(Case, _ITS_CASE)
        .where(*_WAITS)
        .group_by(Item.id)
        .order_by(Item.id)
        .limit(MOST)
    )
    return [Waiting(*row) for row in session().execute(query)]


def of_batch(batch_id: int) -> Sequence[Letter]:
    """The letters of a batch that wait, in order."""
    query = select(Letter).join(Case, _ITS_CASE).where(*_WAITS, Letter.batch_id == batch_id)
    return session().scalars(query.order_by(Letter.item_id).limit(MOST)).all()


def next_after(item_id: int) -> int | None:
    """The letter to look at after this one: the next of its batch, else the first of the
    oldest batch; those put aside come when one opens them."""
    here, there = aliased(Letter), Letter
    batch = select(here.batch_id).where(here.item_id == item_id).scalar_subquery()
    left = select(there.item_id).join(Case, _ITS_CASE).where(*_WAITS, there.aside_id.is_(None))
    left = left.where(there.item_id != item_id)
    after = left.where(there.batch_id == batch, there.item_id > item_id)
    found = session().scalar(after.order_by(there.item_id).limit(1))
    if found is None:
        found = session().scalar(left.order_by(there.batch_id, there.item_id).limit(1))
    return found


def quarantined() -> Sequence[Item]:
    """The batches that could not be cut, oldest first."""
    names = [name for name in registry.names() if getattr(registry.look(name), "indexed", False)]
    query = select(Item).where(
        sql(ATTENTION),
        Item.outcome == "quarantined",
        Item.parent_id.is_(None),
        Item.channel.in_(names),
    )
    return session().scalars(query.order_by(Item.id).limit(MOST)).all()


def gone_elsewhere(since: datetime, limit: int = 10) -> list[tuple[Letter, Item]]:
    """The letters that lately left for somebody else, the last first."""
    query = (
        select(Letter, Item)
        .join(Item, Item.id == Letter.item_id)
        .where(Letter.destination.is_not(None), Letter.done_at > since)
        .order_by(Letter.done_at.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session().execute(query)]


@dataclass(frozen=True)
class Opened:
    """A letter, its item, its case, its message, the PDF of its pages and the first unit."""

    letter: Letter
    item: Item
    case: Case
    message: Message
    pdf: str  # SHA-256
    unit_id: int


def opened(item_id: int) -> Opened | None:
    """A letter that waits, with what belongs to it. One statement."""
    query = (
        select(Letter, Item, Case, Message, Attachment.sha256, Handling.unit_id)
        .join(Item, Item.id == Letter.item_id)
        .join(Case, _ITS_CASE)
        .join(Message, Message.item_id == Letter.item_id)
        .join(Attachment, Attachment.message_id == Message.id)
        .join(Handling, Handling.case_id == Letter.case_id)
        .where(Letter.item_id == item_id, *_WAITS)
        .order_by(Handling.id, Attachment.id)
        .limit(1)
    )
    row = session().execute(query).first()
    return Opened(*row) if row else None


def done_by(item_id: int) -> str | None:
    """Who dealt with a letter; None when nobody has, or there is none."""
    return session().scalar(select(Letter.done_by).where(Letter.item_id == item_id))


def aside(limit: int = MOST) -> list[tuple[Letter, Item, str]]:
    """The letters put aside, with the reason, oldest first."""
    query = (
        select(Letter, Item, Remark.text)
        .join(Item, Item.id == Letter.item_id)
        .join(Remark, Remark.id == Letter.aside_id)
        .join(Case, _ITS_CASE)
        .where(*_WAITS)
        .order_by(Letter.item_id)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in session().execute(query)]


def first_of(batch_id: int) -> int | None:
    """The first letter of a batch that waits, those put aside after the others."""
    query = select(Letter.item_id).join(Case, _ITS_CASE)
    query = query.where(*_WAITS, Letter.batch_id == batch_id)
    order = (Letter.aside_id.is_not(None), Letter.item_id)
    return session().scalar(query.order_by(*order).limit(1))
