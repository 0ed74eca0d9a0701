"""The append-only journal. One row per act, in the transaction of the act.

Each row carries its own hash, computed without any lock. One sealer at a time appends the
chain: `audit_seal(position, audit_id, chain_hash)`. Triggers refuse UPDATE and DELETE.
Free text never enters `data`: it lives in `remark` and is referenced, so that erasing a
person does not break the chain.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text as SqlText
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.actor import Actor
from grc.core.db import Base, session
from grc.core.events import Event
from grc.core.i18n import Text
from grc.core.types import BigId, Json, UtcDateTime

APPEND_ONLY = ("audit", "audit_seal")


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


Follower = Callable[[Event, AuditRow], None]
_followers: list[Follower] = []


def follow(follower: Follower) -> None:
    """Install what is told of each event inside the transaction (steps plans from it)."""
    _followers[:] = [follower]


def row_hash(row: AuditRow) -> str:
    """SHA-256 over the row's content in one canonical JSON spelling."""
    content = [
        row.event,
        row.at.isoformat(timespec="microseconds"),
        row.subject_kind,
        row.subject_id,
        row.case_id,
        row.actor_id,
        row.actor,
        row.data,
        row.remark_id,
    ]
    spelled = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(spelled.encode()).hexdigest()


def chain_hash(previous: str, audit_id: int, content_hash: str) -> str:
    """The next link of the chain."""
    return hashlib.sha256(f"{previous}|{audit_id}|{content_hash}".encode()).hexdigest()


def remark(text: str, *, now: datetime) -> int | None:
    """Keep free text apart; the id goes into the audit row. Empty text is no remark."""
    if not text.strip():
        return None
    row = Remark(text=text.strip(), created_at=now)
    session().add(row)
    session().flush([row])
    return row.id


def record(
    event: Event,
    *,
    subject: tuple[str, int],
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
    row = AuditRow(
        event=event.code,
        at=now,
        subject_kind=subject[0],
        subject_id=subject[1],
        case_id=case_id,
        actor_id=actor.user_id,
        actor=actor.label,
        data=kept,
        remark_id=remark_id,
    )
    row.row_hash = row_hash(row)
    session().add(row)
    for follower in _followers:
        follower(event, row)


def sentence(row: AuditRow) -> Text:
    """What the timeline says of this row."""
    return _by_code(row.event).text(row.data)


def _by_code(code: str) -> Event:
    return Event(code)


def facts_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a row with translated texts flattened, for JSON output."""
    return {k: str(Text.from_json(v)) if isinstance(v, dict) else v for k, v in data.items()}
