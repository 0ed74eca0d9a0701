"""What was said about a case: messages with their files, internal notes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import Integer, bindparam, func, select

from grc.cases.models import Attachment, Message, MessageShare
from grc.cases.reference import reference
from grc.cases.shared import told_in
from grc.core.clock import PARIS, paris_date
from grc.core.db import fetch, session
from grc.correspondence import enclosing
from grc.correspondence.models import OurLetter
from grc.intake.models import Item
from grc.outbox.models import Outgoing
from grc.staff.models import User
from grc.supervision.views import AttachmentView, LetterView, MessageView, NoteView
from grc.work.models import Note

_OF_CASE: Any = bindparam("case")
_MOST: Any = bindparam("most", type_=Integer)
_MESSAGES = (  # not the HTML: up to a megabyte each, shown on a page of its own
    select(
        Message.id,
        Message.item_id,
        Message.direction,
        Message.channel,
        Message.automatic,
        Message.sender,
        Message.recipients,
        Message.subject,
        Message.text,
        Message.quoted_text,
        Message.html.is_not(None).label("has_html"),
        Message.warnings,
        Message.sent_at,
        Message.recorded_at,
        Message.author_id,
        User.name.label("author"),
        Outgoing.id.label("outgoing_id"),
        Outgoing.status.label("sending"),
        Outgoing.kind.label("sending_kind"),
        Outgoing.leaves_at,
        Outgoing.error,
        Item.stored_at,
    )
    .outerjoin(Outgoing, Outgoing.message_id == Message.id)
    .outerjoin(User, User.id == Message.author_id)
    .outerjoin(Item, Item.id == Message.item_id)
    .order_by(Message.id.desc())
)
_ALL = _MESSAGES.where(told_in(_OF_CASE))
_LATEST = _MESSAGES.where(told_in(_OF_CASE, latest=_MOST)).limit(_MOST)
_HOW_MANY = select(
    select(func.count()).where(Message.case_id == _OF_CASE).scalar_subquery()
    + select(func.count()).where(MessageShare.case_id == _OF_CASE).scalar_subquery()
)
_ATTACHMENTS = (
    select(
        Attachment.message_id,
        Attachment.filename,
        Attachment.content_type,
        Attachment.size,
        Attachment.sha256,
        Attachment.inline,
        Attachment.content_id,
    )
    .where(told_in(_OF_CASE, Attachment.message_id))
    .order_by(Attachment.id)
)
_NOTES = (
    select(Note.id, User.name.label("author"), Note.text, Note.at)
    .join(User, User.id == Note.author_id)
    .where(Note.case_id == _OF_CASE)
    .order_by(Note.id)
)
_LETTERS = (
    select(OurLetter, User.name)
    .outerjoin(User, User.id == OurLetter.author_id)
    .where(OurLetter.case_id == _OF_CASE)
    .order_by(OurLetter.id)
)


def messages(case_id: int, latest: int | None = None) -> tuple[MessageView, ...]:
    """The conversation, oldest first, of the `latest` that arrived (None: all); numbers are
    those of arrival."""
    files = _attachments(case_id)
    query = _ALL if latest is None else _LATEST
    rows = list(fetch(query, {"case": case_id, "most": latest}))
    known = len(rows)
    if known == latest:  # older ones are not read, only counted
        known = session().scalar(_HOW_MANY, {"case": case_id}) or known
    found = [_message(known - place, row, files) for place, row in enumerate(rows)]
    return tuple(sorted(found, key=_when))


def _when(message: MessageView) -> tuple[datetime, int]:
    """In the order they were written, whatever the order they came in; a date in the future
    (a sender's wrong clock) is not believed."""
    return min(message.sent_at, message.recorded_at), message.number


def _message(number: int, row: Any, files: Mapping[int, Sequence[AttachmentView]]) -> MessageView:
    values = row._asdict()
    stored_at, item_id = values.pop("stored_at"), values.pop("item_id")
    values["item"] = stored_at and reference("E", paris_date(stored_at).year, item_id)
    values["recipients"] = tuple(row.recipients)
    values["warnings"] = tuple(row.warnings or ())
    return MessageView(number=number, attachments=tuple(files.get(row.id, ())), **values)


def _attachments(case_id: int) -> Mapping[int, Sequence[AttachmentView]]:
    """The files of a case by message, numbered through the whole case."""
    found: dict[int, list[AttachmentView]] = defaultdict(list)
    for number, row in enumerate(fetch(_ATTACHMENTS, {"case": case_id}), start=1):
        values = row._asdict()
        found[values.pop("message_id")].append(AttachmentView(number=number, **values))
    return found


def notes(case_id: int) -> tuple[NoteView, ...]:
    """The internal notes, oldest first."""
    rows = fetch(_NOTES, {"case": case_id})
    return tuple(
        NoteView(number=number, **row._asdict()) for number, row in enumerate(rows, start=1)
    )


def letters(case_id: int) -> tuple[LetterView, ...]:
    """The letters of ours, as they were begun."""
    rows = session().execute(_LETTERS, {"case": case_id}).all()
    behind = enclosing.behind_all([row.id for row, _author in rows]) if rows else {}
    return tuple(
        _letter(row, author, [one.filename for one in behind.get(row.id, ())])
        for row, author in rows
    )


def _letter(row: OurLetter, author: str | None, joined: Sequence[str]) -> LetterView:
    at = row.changed_at
    if row.posted_on is not None:
        at = datetime.combine(row.posted_on, time(12), PARIS)
    return LetterView(
        reference=row.reference,
        state=row.state,
        purpose=row.purpose,
        subject=row.subject,
        text=row.text,
        to=tuple(row.recipient),
        author=row.signatory or author,
        at=at,
        posted_on=row.posted_on,
        returned_how=row.returned_how,
        returned_on=row.returned_on,
        notified_on=row.notified_on,
        departure=row.departure_words,
        has_pdf=row.sha256 is not None,
        joined=tuple(joined),
    )
