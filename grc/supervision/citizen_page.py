"""What a citizen may see of her request: less than any agent, and nothing of the agents.

Reading needs the secret of its reference (`grc.cases.tokens`), which is checked before any
table is asked. The content of a request that is not of the normal level is never shown.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from grc.cases.models import Attachment, Case, Handling, Message, Party
from grc.cases.queries import by_reference
from grc.cases.reference import parse, reference
from grc.cases.states import Status
from grc.cases.tokens import opens
from grc.channels import registry
from grc.channels.protocol import typed
from grc.citizens.models import ContactPoint
from grc.core.clock import paris_date
from grc.core.db import session
from grc.core.settings import settings
from grc.intake.models import Item
from grc.intake.queries import by_reference as item_by_reference
from grc.outbox.models import Outgoing
from grc.outbox.service import PAGE
from grc.outbox.wording import whole


@dataclass(frozen=True)
class Enclosed:
    """A file of a message. `id`: that of an attachment we sent, which she may take; None for
    her own, which this page does not give out."""

    name: str
    id: int | None = None


@dataclass(frozen=True)
class Exchanged:
    """One message she wrote or received."""

    is_hers: bool
    text: str
    at: datetime
    files: tuple[Enclosed, ...] = ()


@dataclass(frozen=True)
class CitizenPage:
    """A request as its citizen follows it. `case_id` None: received, not yet opened, or added
    to a request whose secret this is not. `answer_by` None: nothing more is due."""

    reference: str
    received_at: datetime
    status: str = Status.RECEIVED.value
    answer_by: date | None = None
    is_shown: bool = False
    messages: tuple[Exchanged, ...] = ()
    case_id: int | None = None
    name: str = ""  # of the correspondent, for what she adds; not shown


def canonical(typed: str) -> str:
    """A reference as it is written, from what was typed; itself when it is none."""
    found = parse(typed)
    if found is None:
        return typed.strip().upper()[:40]
    return reference("D" if found.kind == "D" else "E", found.year, found.number)


def open_page(given: str, secret: str) -> CitizenPage | None:
    """The page a reference and its secret open; None for a wrong secret as for an unknown
    reference, after the same work."""
    name = canonical(given)
    return page_of(name) if opens(name, secret, settings().token_keys) else None


def page_of(name: str) -> CitizenPage | None:
    """The page of a reference whose secret was given."""
    case = by_reference(name)
    if case is not None:
        return _of_case(case)
    item = item_by_reference(name)
    if item is None:
        return None
    if item.outcome == "opened" and item.case_id:
        return _of_case(session().get_one(Case, item.case_id))
    return CitizenPage(item.reference, item.arrived_at)


def given_reference(item_id: int) -> str:
    """The reference to give to who sent an item: its own until it has opened a request. What
    was added to a request that exists gives no right to read that one."""
    item = session().get_one(Item, item_id)
    if item.outcome == "opened" and item.case_id:
        return session().get_one(Case, item.case_id).reference
    return item.reference


def _of_case(case: Case) -> CitizenPage:
    is_shown = case.level == "normal"
    return CitizenPage(
        reference=case.reference,
        received_at=case.received_at,
        status=case.status,
        answer_by=_answer_by(case),
        is_shown=is_shown,
        messages=_messages(case) if is_shown else (),
        case_id=case.id,
        name=_name(case.id),
    )


def _name(case_id: int) -> str:
    query = select(Party.name).where(Party.case_id == case_id, Party.is_correspondent)
    return session().scalar(query.order_by(Party.id).limit(1)) or ""


def _answer_by(case: Case) -> date | None:
    due = select(func.min(Handling.due_on)).where(Handling.case_id == case.id, Handling.is_open)
    return session().scalar(due)


def _messages(case: Case) -> tuple[Exchanged, ...]:
    rows = session().execute(_exchanged(case)).all()
    files = _files({row.id: row.direction == "out" for row in rows})
    return tuple(
        Exchanged(
            row.direction == "in",
            _text(row),
            row.sent_at,
            files.get(row.id, ()),
        )
        for row in rows
    )


def _text(row: Any) -> str:
    """Signed when it was written for this page; what left by mail is signed there."""
    if row.recipient != PAGE:
        return str(row.text)
    return whole(row.greeting, row.text, row.closing)


def _exchanged(case: Case) -> Select[int, str, str, datetime, str, str, str]:
    """What she wrote, here or from her address, and what was sent to that address or written
    for this page. Nothing of others who take part, nothing that has not left, nothing an agent
    noted in her own words."""
    address = _address(case.id)
    hers: ColumnElement[bool] = Message.channel.in_(_by_her_hand(case.channel))
    if address is not None:
        tail = func.lower(Message.sender)
        hers = or_(hers, tail == address, tail.endswith(f"<{address}>", autoescape=True))
    came = and_(Message.direction == "in", Message.automatic == "no", hers)
    left = and_(
        Message.direction == "out",
        Outgoing.recipient.in_({PAGE, address or PAGE}),
        Outgoing.status == "sent",
    )
    return (
        select(
            Message.id,
            Message.direction,
            Message.text,
            Message.sent_at,
            Outgoing.recipient,
            Outgoing.greeting,
            Outgoing.closing,
        )
        .outerjoin(Outgoing, Outgoing.message_id == Message.id)
        .where(Message.case_id == case.id, or_(came, left))
        .order_by(Message.sent_at, Message.id)
    )


def _by_her_hand(channel: str) -> set[str]:
    """The channels whose messages on a case she has written herself."""
    found = registry.look(channel)
    is_noted = found is not None and typed(found) is not None
    own = (name for name in registry.names() if getattr(registry.look(name), "follow_up", False))
    return {*own, *(() if is_noted else (channel,))}


def _address(case_id: int) -> str | None:
    query = (
        select(ContactPoint.value)
        .join(Party, Party.contact_point_id == ContactPoint.id)
        .where(Party.case_id == case_id, Party.is_correspondent, ContactPoint.kind == "email")
    )
    return session().scalar(query.order_by(Party.id).limit(1))


def _files(ours: Mapping[int, bool]) -> Mapping[int, tuple[Enclosed, ...]]:
    """The files of messages, by their ids; of ours what she may take."""
    query = select(Attachment.id, Attachment.message_id, Attachment.filename).where(
        Attachment.message_id.in_(ours), Attachment.inline.is_(False)
    )
    found: dict[int, tuple[Enclosed, ...]] = defaultdict(tuple)
    for number, message_id, filename in session().execute(query.order_by(Attachment.id)):
        found[message_id] += (Enclosed(filename, number if ours[message_id] else None),)
    return found


def file_of(page: CitizenPage, number: int) -> Attachment | None:
    """An attachment of a message of ours that a page shows; None for any other."""
    shown = {one.id for message in page.messages for one in message.files}
    return session().get(Attachment, number) if number in shown else None


def is_late(page: CitizenPage, now: datetime) -> bool:
    """True when the answer should have left already."""
    return page.answer_by is not None and page.answer_by < paris_date(now)
