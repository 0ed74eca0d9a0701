"""Planned work: a row is the message, the queue is only a nudge.

A step is written in the transaction of the change that calls for it. It is run under a
lease taken by a conditional UPDATE, and done only while that lease is still ours, so it
does not matter how often, by whom or when it is rung.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    CursorResult,
    Executable,
    Index,
    String,
    and_,
    bindparam,
    null,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from grc.core import audit
from grc.core.audit import Follower, Subject
from grc.core.crash import seconds
from grc.core.db import Base, execute, is_postgresql, later, session, write_later
from grc.core.events import Event
from grc.core.types import BigId, Json, UtcDateTime

LEASE = seconds("GRC_LEASE_SECONDS", 90)
MINUTE = seconds("GRC_MINUTE_SECONDS", 60)
BACK_OFF = (1, 5, 15, 60, 240, 480)  # minutes; the last one repeats
_PENDING = "done_at IS NULL AND failed_at IS NULL"
_FAILED = "failed_at IS NOT NULL"
_OF_A_RUN = ("done_at", "failed_at", "leased_until", "lease_token", "last_error")


class Step(Base):
    """One piece of planned work about one subject; `key` makes planning it twice one row."""

    __tablename__ = "step"
    __table_args__ = (
        Index(
            "ix_step_pending",
            "due_at",
            "id",
            sqlite_where=text(_PENDING),
            postgresql_where=text(_PENDING),
        ),
        Index(
            "ix_step_failed",
            "failed_at",
            sqlite_where=text(_FAILED),
            postgresql_where=text(_FAILED),
        ),
        Index("ix_step_subject", "subject_kind", "subject_id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(BigId)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    args: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_token: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(500))


@dataclass(frozen=True)
class Lease:
    """The right to run one step until it expires."""

    step_id: int
    token: str
    name: str
    subject_kind: str
    subject_id: int
    args: Mapping[str, Any]
    attempts: int


After = Mapping[Event, Sequence[str]]


def install(after: After, *others: Follower) -> None:
    """Say what follows what; called once by the factory with `pipeline.AFTER`, and with the
    others who are told of each event."""

    def _plan(event: Event, subject: Subject, _case: int | None, now: datetime) -> None:
        for name in after.get(event, ()):
            plan(name, subject, key=f"{name}:{subject[0]}:{subject[1]}", now=now)

    audit.follow(_plan, *others)


def plan(
    name: str,
    subject: Subject,
    *,
    key: str,
    now: datetime,
    due_at: datetime | None = None,
    args: Mapping[str, Any] | None = None,
) -> None:
    """Write one step in the present transaction; the nudge follows the commit.

    The same key while it waits is the same step; once it has run, it is to run again (a
    case resolved a second time is closed a second time).
    """
    row = {
        "name": name,
        "subject_kind": subject[0],
        "subject_id": subject[1],
        "key": key,
        "args": dict(args or {}),
        "created_at": now,
        "due_at": due_at or now,
        "attempts": 0,
    }
    later(_plan_again(is_postgresql()), row, key=key, then=_planned)


def _planned(rows: Sequence[Mapping[str, Any]], written: CursorResult[Any]) -> None:
    """Of these steps, those that may run at once are rung after the commit."""
    at_once = {row["key"] for row in rows if row["due_at"] <= row["created_at"]}
    session().info["planned"].extend(sorted(row.id for row in written if row.key in at_once))


@cache
def _plan_again(on_postgresql: bool) -> Executable:
    """Insert, or call back a step that has ended. Built once, see `core.db`; what it sets is
    spelled out, for a statement with values of its own is not run for many rows in one go."""
    insert = (postgresql if on_postgresql else sqlite).insert(Step)
    ended = or_(Step.done_at.is_not(None), Step.failed_at.is_not(None))
    again: Executable = insert.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "due_at": insert.excluded.due_at,
            "args": insert.excluded.args,
            "attempts": text("0"),
            **dict.fromkeys(_OF_A_RUN, null()),
        },
        where=ended,
    ).returning(Step.id, Step.key)
    return again


def _runnable(now: Any) -> Any:
    free = or_(Step.leased_until.is_(None), Step.leased_until <= now)
    return and_(Step.done_at.is_(None), Step.failed_at.is_(None), Step.due_at <= now, free)


_NOW = bindparam("now", type_=UtcDateTime())
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_CLAIMED = (Step.name, Step.subject_kind, Step.subject_id, Step.args, Step.attempts)
_CLAIM = (
    update(Step)
    .where(Step.id.in_(_IDS), _runnable(_NOW))
    .values(
        leased_until=bindparam("until", type_=UtcDateTime()),
        lease_token=bindparam("token"),
        attempts=Step.attempts + 1,
    )
    .returning(Step.id.label("step_id"), Step.lease_token.label("token"), *_CLAIMED)
)
_CLAIM_UNTRIED = _CLAIM.where(Step.attempts == 0)
_SETTLE = update(Step).where(
    Step.id == bindparam("step"),
    Step.lease_token == bindparam("token"),
    Step.done_at.is_(None),
)
_FINISH = (
    update(Step)
    .where(Step.id.in_(_IDS), Step.lease_token.in_(bindparam("tokens", expanding=True)))
    .where(Step.done_at.is_(None))
    .values(done_at=_NOW, leased_until=None, last_error=None)
    .returning(Step.id)
)


def due(now: datetime, limit: int = 50, *, names: Collection[str] | None = None) -> list[int]:
    """Ids of the steps that could run now, of these names if given, oldest first."""
    query = select(Step.id).where(_runnable(now)).order_by(Step.due_at, Step.id).limit(limit)
    if names is not None:
        query = query.where(Step.name.in_(names))
    return list(session().scalars(query))


def next_due(now: datetime) -> datetime | None:
    """When the next pending step becomes due; None when nothing is planned."""
    pending = (Step.done_at.is_(None), Step.failed_at.is_(None), Step.due_at > now)
    return session().scalar(select(Step.due_at).where(*pending).order_by(Step.due_at).limit(1))


def lease(step_id: int, now: datetime) -> Lease | None:
    """Claim a step by one conditional UPDATE; None when somebody else has it or it is done.

    The attempt is counted before the work, so that work which kills the process is counted.
    """
    return next(iter(lease_all([step_id], now)), None)


def lease_all(step_ids: Sequence[int], now: datetime, *, untried: bool = False) -> list[Lease]:
    """Claim what can be claimed of several steps, in their order; only those never tried when
    they must be `untried`."""
    token = secrets.token_hex(16)
    values = {"ids": list(step_ids), "now": now, "until": now + LEASE, "token": token}
    rows = execute(_CLAIM_UNTRIED if untried else _CLAIM, values) if step_ids else ()
    held = {row.step_id: Lease(**row._asdict()) for row in rows}
    return [held[step_id] for step_id in step_ids if step_id in held]


def finish(held: Lease, now: datetime) -> bool:
    """Mark done while the lease is ours. False: it expired and somebody else has it."""
    return bool(finish_all([held], now))


def finish_all(leases: Sequence[Lease], now: datetime) -> frozenset[int]:
    """Mark several done; the ids of those whose lease was still ours."""
    if not leases:
        return frozenset()
    ids, tokens = [held.step_id for held in leases], {held.token for held in leases}
    done = execute(_FINISH, {"ids": ids, "tokens": list(tokens), "now": now})
    return frozenset(done.scalars())


def postpone(held: Lease, now: datetime, error: str) -> bool:
    """Give back after a passing failure; the next try waits longer each time."""
    wait = BACK_OFF[min(held.attempts, len(BACK_OFF)) - 1]
    return _settle(held, due_at=now + wait * MINUTE, last_error=error[:500])


def give_back(held: Lease) -> bool:
    """Let go of a step that could not be tried, as if it had not been leased."""
    return _settle(held, attempts=held.attempts - 1)


def wait(held: Lease, now: datetime, why: str) -> bool:
    """Try again in a minute, uncounted: what the step needs is missing for the moment."""
    later = now + MINUTE
    return _settle(held, due_at=later, attempts=held.attempts - 1, last_error=why[:500])


def last_error(step_id: int) -> str | None:
    """What the latest failure of a step said."""
    return session().scalar(select(Step.last_error).where(Step.id == step_id))


def fail(held: Lease, now: datetime, error: str) -> bool:
    """Give up: a person must look."""
    return _settle(held, failed_at=now, last_error=error[:500])


def _settle(held: Lease, **values: Any) -> bool:
    statement = _SETTLE.values(leased_until=None, **values)
    done = execute(statement, {"step": held.step_id, "token": held.token})
    return bool(done.rowcount == 1)


def cancel(key: str, now: datetime) -> bool:
    """Withdraw a step that has not run and is not running; False when it is too late.

    One attempt is too late as well: whoever made it may have done the work without saying so.
    """
    untried = Step.attempts == 0
    write_later()
    waiting = (Step.key == key, Step.done_at.is_(None), Step.failed_at.is_(None), untried)
    statement = update(Step).where(*waiting).values(done_at=now, last_error="cancelled")
    return bool(execute(statement).rowcount == 1)


def retry(subject: Subject, name: str, now: datetime) -> bool:
    """Run a failed or done step of a subject again, at a person's request."""
    kind, subject_id = subject
    write_later()
    statement = (
        update(Step)
        .where(Step.subject_kind == kind, Step.subject_id == subject_id, Step.name == name)
        .values(done_at=None, failed_at=None, due_at=now, leased_until=None, attempts=0)
        .returning(Step.id)
    )
    ids = list(execute(statement).scalars())
    session().info["planned"].extend(ids)
    return bool(ids)
