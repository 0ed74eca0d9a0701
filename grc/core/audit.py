"""The append-only journal. One row per act, in the transaction of the act.

Each row carries its own hash, computed without any lock. One sealer at a time appends the
chain: `audit_seal(position, audit_id, chain_hash)`. Triggers refuse UPDATE and DELETE.
Free text never enters `data`: it lives in `remark` and is referenced, so that erasing a
person does not break the chain.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.actor import Actor
from grc.core.db import Base, add, add_later
from grc.core.events import BY_CODE, Event
from grc.core.i18n import Text
from grc.core.types import BigId, Json, UtcDateTime

APPEND_ONLY = ("audit", "audit_seal")
HASHED = (
    "event",
    "at",
    "subject_kind",
    "subject_id",
    "case_id",
    "actor_id",
    "actor",
    "data",
    "remark_id",
)


class Remark(Base):
    """Free text written by a person to explain an act; erasable, hence apart."""

    __tablename__ = "remark"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    text: Mapped[str] = mapped_column(SqlText)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditRow(Base):
    """One act. `data` holds ids, codes and labels, never what a citizen wrote."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_case", "case_id", "id"),
        Index("ix_audit_subject", "subject_kind", "subject_id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(BigId)
    case_id: Mapped[int | None] = mapped_column(BigId)
    actor_id: Mapped[int | None] = mapped_column(BigId)
    actor: Mapped[str] = mapped_column(String(80))
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    remark_id: Mapped[int | None] = mapped_column(ForeignKey("remark.id"))
    row_hash: Mapped[str] = mapped_column(String(64))


class AuditSeal(Base):
    """One link of the chain: SHA-256 of the previous link, the row's id and its hash."""

    __tablename__ = "audit_seal"
    position: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), unique=True)
    chain_hash: Mapped[str] = mapped_column(String(64))


Subject = tuple[str, int]
Follower = Callable[[Event, Subject, int | None, datetime], None]  # with the case
_followers: list[Follower] = []


def follow(*followers: Follower) -> None:
    """Install what is told of each event inside the transaction (steps plans from it)."""
    _followers[:] = followers


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 over a row's content in one canonical JSON spelling."""
    spelled = json.dumps(
        [content[name] for name in HASHED],
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
        default=lambda at: at.astimezone(UTC).isoformat(timespec="microseconds"),
    )
    return hashlib.sha256(spelled.encode()).hexdigest()


def chain_hash(previous: str, audit_id: int, content_hash: str) -> str:
    """The next link of the chain."""
    return hashlib.sha256(f"{previous}|{audit_id}|{content_hash}".encode()).hexdigest()


def remark(text: str, *, now: datetime) -> int | None:
    """Keep free text apart; the id goes into the audit row. Empty text is no remark."""
    if not text.strip():
        return None
    return add(Remark, text=text.strip(), created_at=now)


def record(
    event: Event,
    *,
    subject: Subject,
    actor: Actor,
    now: datetime,
    case_id: int | None = None,
    remark_id: int | None = None,
    **data: Any,
) -> None:
    """Write one act in the present transaction and plan what follows it.

    Raises TypeError when `data` has not exactly the keys the event declares.
    """
    event.check(data)
    kept = {k: v.as_json() if isinstance(v, Text) else v for k, v in data.items()}
    content = {
        "event": event.code,
        "at": now,
        "subject_kind": subject[0],
        "subject_id": subject[1],
        "case_id": case_id,
        "actor_id": actor.user_id,
        "actor": actor.label,
        "data": kept,
        "remark_id": remark_id,
    }
    add_later(AuditRow, **content, row_hash=content_hash(content))
    for follower in _followers:
        follower(event, subject, case_id, now)


def sentence(row: AuditRow) -> Text:
    """What the timeline says of this row."""
    return BY_CODE[row.event].text(row.data)


def facts_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a row with translated texts flattened, for JSON output."""
    return {k: str(Text.from_json(v)) if isinstance(v, dict) else v for k, v in data.items()}
