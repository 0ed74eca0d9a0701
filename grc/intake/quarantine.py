"""What could not be understood waits for a person; it has an owner, a reason, an age."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Row, Select, func, select
from sqlalchemy import text as sql

from grc.cases import opening
from grc.cases.opening import NewFile, NewMessage
from grc.channels.protocol import Request, Sender
from grc.core import blobs
from grc.core.actor import Actor
from grc.core.db import session
from grc.core.errors import Forbidden, InvalidInput, NotFound
from grc.core.i18n import N_, Text
from grc.intake import medical, service, unread, whereabouts
from grc.intake.models import ATTENTION, Item
from grc.intake.reasons import REASONS
from grc.intake.service import settle
from grc.parsing.addresses import Address, emails, parse_addresses
from grc.parsing.headers import read_headers
from grc.parsing.limits import DEFAULT, LimitExceeded
from grc.staff.policy import GRANTS, Permission

# The first condition is that of the partial index, or SQLite reads the whole ledger.
_HEAD = 65_536  # bytes in which the header of a mail is looked for
_IN_QUARANTINE = (sql(ATTENTION), Item.outcome == "quarantined")


def give_up(item_id: int, error: str, now: datetime) -> None:
    """After the last try an item waits for a person instead of for us."""
    item = session().get_one(Item, item_id)
    if item.outcome == "waiting":
        reason = error if error in REASONS else "internal_error"
        unread.keep_aside(item, reason, Text(error), now)


def waiting(actor: Actor, limit: int = 200, *, after: int = 0) -> Sequence[Item]:
    """The items in quarantine this actor may look at, oldest first; `after` the last item of the
    page before."""
    query = select(Item).where(*_IN_QUARANTINE, Item.id > after).order_by(Item.id).limit(limit)
    if not actor.is_machine:
        query = query.where(Item.unit_id.in_(actor.units(*GRANTS[Permission.QUARANTINE])))
    return session().scalars(query).all()


def of_units(actor: Actor) -> Select[int]:
    """The ids of the items that wait for this actor's units, to be counted."""
    units = actor.units(*GRANTS[Permission.QUARANTINE])
    return select(Item.id).where(*_IN_QUARANTINE, Item.unit_id.in_(units))


def number(actor: Actor, cap: int) -> int:
    """How many items wait for this actor's units; counting stops at `cap`."""
    ids = of_units(actor).limit(cap)
    return session().scalar(select(func.count()).select_from(ids.subquery())) or 0


def ages() -> Row[int, datetime | None]:
    """How many items are in quarantine, and since when the oldest waits."""
    query = select(func.count(), func.min(Item.settled_at)).where(*_IN_QUARANTINE)
    return session().execute(query).one()


def item_for(actor: Actor, item_id: int) -> Item:
    """The item, when this actor may look at it; NotFound otherwise.

    Once a case has it, only that case shows it: the case may have become more secret. So with
    what was split: each part may.
    """
    item = session().get(Item, item_id)
    if item is None:
        raise NotFound(service.NO_SUCH_ITEM)
    is_shown_there = item.case_id is not None or item.outcome == "split"
    if is_shown_there and not actor.is_machine:
        raise NotFound(service.NO_SUCH_ITEM)
    service.demand(item, actor)
    return item


def sealed(item: Item, actor: Actor) -> str:
    """Why this actor may not look into an item, in words; "" when they may. A medical letter,
    or a batch that may hold one, is opened by those of a medical unit, whatever was not understood
    of it."""
    if actor.is_machine or not medical.is_secret(item):
        return ""
    doctors = {unit.id for unit in medical.units()}
    if not doctors:
        return medical.NO_UNIT
    return "" if doctors & actor.units(*GRANTS[Permission.QUARANTINE]) else medical.NOT_YOURS


def demand_open(item: Item, actor: Actor) -> None:
    """The first line of what shows or uses the bytes of an item. Raises NotFound, Forbidden."""
    service.demand(item, actor)
    if why := sealed(item, actor):
        raise Forbidden(why)


def open_by_hand(
    item: Item,
    *,
    subject: str,
    text: str,
    name: str,
    email: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Open a case on an item a person has read; the raw bytes are attached to it."""
    service.demand_quarantined(item, actor)
    demand_open(item, actor)
    is_medical = medical.is_secret(item)
    if is_medical and not medical.units():
        raise InvalidInput(medical.NO_UNIT)
    if not subject.strip():
        raise InvalidInput(N_("Donnez un objet à la demande."), field="subject")
    if email.strip() and emails([email]) != (email.strip().lower(),):
        raise InvalidInput(N_("Cette adresse électronique n'est pas valable."), field="email")
    sender = Sender(name=name.strip() or None, email=email.strip().lower() or None)
    hints = (medical.HINT,) if is_medical else ()
    request = Request(sender=sender, subject=subject.strip(), text=text.strip(), hints=hints)
    new = whereabouts.new_case(item, request, item.arrived_at, now)
    case_id = opening.open_case(new, _typed(item, request), actor=actor, now=now)
    settle(item, "opened", now, case_id=case_id)
    return case_id


def _typed(item: Item, request: Request) -> NewMessage:
    return NewMessage(
        channel=item.channel,
        item_id=item.id,
        automatic="no",
        sender=request.sender.name or request.sender.email or "",
        recipients=(),
        subject=request.subject,
        text=request.text,
        quoted_text="",
        html=None,
        warnings=(N_("Saisi à la main depuis un élément à examiner."),),
        sent_at=item.arrived_at,
        rfc_id=None,
        references=(),
        files=(_raw_file(item),),
        is_secret=medical.is_medical(request),
    )


def _raw_file(item: Item) -> NewFile:
    return NewFile(
        sha256=item.sha256,
        size=item.size,
        filename=f"{item.reference}.bin",
        content_type="application/octet-stream",
    )


class Heading(NamedTuple):
    """What the first lines of a mail say; empty texts when they do not."""

    subject: str = ""
    name: str = ""
    email: str = ""


def heading(item: Item) -> Heading:
    """Who seems to have written and about what, for a person to correct."""
    with blobs.store().open(item.sha256) as stream:
        raw = stream.read(_HEAD)
    try:
        headers, _ = read_headers(raw, 0, DEFAULT)
    except LimitExceeded:
        return Heading()
    senders = parse_addresses(headers.first("from")) or [Address(None, None)]
    return Heading(headers.text("subject"), senders[0].name or "", senders[0].email or "")


def preview(item: Item, length: int = 4000) -> str:
    """The beginning of the raw bytes as text a person may look at."""
    with blobs.store().open(item.sha256) as stream:
        return stream.read(length).decode("utf-8", "replace").replace("\0", "␀")
