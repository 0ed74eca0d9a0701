"""What agents add to a case."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.places import Placed
from grc.core.types import BigId, UtcDateTime, sortable

_PENDING = "done_at IS NULL"
_UNREAD = "read_at IS NULL"
# Of no case, and still saying whom it was about: what it says is forgotten after some months.
NAMELESS = "case_id IS NULL AND detail <> ''"


class Note(Base):
    """An internal note; the citizen may one day ask to read it."""

    __tablename__ = "note"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    text: Mapped[str] = mapped_column(SqlText)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Mention(Base):
    """Somebody named in a note, who is to read it. Gives no right: a list shows only what she
    may read anyway."""

    __tablename__ = "mention"
    __table_args__ = (
        Index(
            "ix_mention_unread",
            "user_id",
            "note_id",
            sqlite_where=text(_UNREAD),
            postgresql_where=text(_UNREAD),
        ),
    )
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Draft(Base):
    """A reply being written, kept on the server: it belongs to the page that wrote it last, so
    that two browsers of one person keep two texts. See `drafts`."""

    __tablename__ = "draft"
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    page: Mapped[str] = mapped_column(String(36), primary_key=True)  # its form key; "": none
    text: Mapped[str] = mapped_column(SqlText)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    shared: Mapped[bool] = mapped_column(default=False)  # with who may write on the case
    canned: Mapped[str] = mapped_column(String(400), default="")  # see `canned.Used`


class DraftFile(Placed, Base):
    """A file that waits to leave with the reply of a person on a case. See `enclosing`."""

    __tablename__ = "draft_file"
    __table_args__ = (Index("ix_draft_file_whose", "case_id", "user_id"),)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]


class CannedUse(Base):
    """The version of a canned reply from which a message was written."""

    __tablename__ = "canned_use"
    outgoing_id: Mapped[int] = mapped_column(ForeignKey("outgoing.id"), primary_key=True)
    canned_reply_id: Mapped[int] = mapped_column(ForeignKey("canned_reply.id"), primary_key=True)


class CaseDocument(Base):
    """Where one document of a request type stands on a case: asked, received or needless. A
    document without a row is missing."""

    __tablename__ = "case_document"
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[str] = mapped_column(String(10))  # asked, received, needless
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Task(Base):
    """Work for a person, with a due date."""

    __tablename__ = "task"
    __table_args__ = (
        Index(
            "ix_task_pending",
            "unit_id",
            "due_at",
            "id",
            sqlite_where=text(_PENDING),
            postgresql_where=text(_PENDING),
        ),
        Index(
            "ix_task_nameless",
            "case_id",
            "done_at",
            sqlite_where=text(NAMELESS),
            postgresql_where=text(NAMELESS),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))  # send_failed, ...
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    key: Mapped[str] = mapped_column(String(80), unique=True)
    detail: Mapped[str] = mapped_column(String(500))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CallBack(Base):
    """Of a task to call somebody back: how often she called, how often we tried."""

    __tablename__ = "call_back"
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    number: Mapped[str] = mapped_column(sortable(20), index=True)  # E.164; empty: not told
    asked: Mapped[bool] = mapped_column(default=False)  # by a person, not by calls alone
    missed: Mapped[int] = mapped_column(default=0)  # calls nobody answered
    called_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the latest of them
    tries: Mapped[int] = mapped_column(default=0)  # ours, to reach her
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FormKey(Base):
    """A form already carried out: the same key again gets the same page, not a second act."""

    __tablename__ = "form_key"
    key: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    digest: Mapped[str] = mapped_column(String(64))
    location: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
