"""What was said about a case: messages with their files, internal notes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import defer

from grc.cases.models import Attachment, Message
from grc.cases.reference import reference
from grc.core.clock import paris_date
from grc.core.db import session
from grc.intake.models import Item
from grc.outbox.models import Outgoing
from grc.staff.models import User
from grc.supervision.views import AttachmentView, MessageView, NoteView
from grc.work.models import Note


def messages(case_id: int) -> tuple[MessageView, ...]:
    """The conversation in the order it was recorded."""
    files = _attachments(case_id)
    query = (
        select(Message, Outgoing, User.name, Item.stored_at, Message.html.is_not(None))
        .options(defer(Message.html))  # up to a megabyte each, shown on a page of its own
        .outerjoin(Outgoing, Outgoing.message_id == Message.id)
        .outerjoin(User, User.id == Message.author_id)
        .outerjoin(Item, Item.id == Message.item_id)
        .where(Message.case_id == case_id)
        .order_by(Message.id)
    )
    rows = session().execute(query).all()
    return tuple(_message(number, row, files) for number, row in enumerate(rows, start=1))


def _message(number: int, row: Any, files: Mapping[int, Sequence[AttachmentView]]) -> MessageView:
    message: Message = row[0]
    outgoing: Outgoing | None = row[1]
    author, stored_at = row[2], row[3]
    item = stored_at and reference("E", paris_date(stored_at).year, message.item_id or 0)
    return MessageView(
        number=number,
        id=message.id,
        direction=message.direction,
        channel=message.channel,
        automatic=message.automatic,
        sender=message.sender,
        recipients=tuple(message.recipients),
        subject=message.subject,
        text=message.text,
        quoted_text=message.quoted_text,
        has_html=row[4],
        warnings=tuple(message.warnings or ()),
        sent_at=message.sent_at,
        recorded_at=message.recorded_at,
        author=author,
        author_id=message.author_id,
        item=item,
        outgoing_id=outgoing.id if outgoing else None,
        sending=outgoing.status if outgoing else None,
        sending_kind=outgoing.kind if outgoing else None,
        leaves_at=outgoing.leaves_at if outgoing else None,
        error=outgoing.error if outgoing else None,
        attachments=tuple(files.get(message.id, ())),
    )


def _attachments(case_id: int) -> Mapping[int, Sequence[AttachmentView]]:
    """The files of a case by message, numbered through the whole case."""
    query = (
        select(Attachment)
        .join(Message, Message.id == Attachment.message_id)
        .where(Message.case_id == case_id)
        .order_by(Attachment.id)
    )
    found: dict[int, list[AttachmentView]] = defaultdict(list)
    for number, row in enumerate(session().scalars(query), start=1):
        view = AttachmentView(
            number=number,
            filename=row.filename,
            content_type=row.content_type,
            size=row.size,
            sha256=row.sha256,
            inline=row.inline,
            content_id=row.content_id,
        )
        found[row.message_id].append(view)
    return found


def notes(case_id: int) -> tuple[NoteView, ...]:
    """The internal notes, oldest first."""
    query = select(Note.id, User.name, Note.text, Note.at).join(User, User.id == Note.author_id)
    rows = session().execute(query.where(Note.case_id == case_id).order_by(Note.id))
    return tuple(NoteView(number, *row) for number, row in enumerate(rows, start=1))
