"""Taking in what an agent types, and understanding it while she waits.

The same two steps as for everything received: the form's bytes are in the ledger first. The
second is tried at once, so that a reference can be read to the caller; when it cannot be, the
workers do it as they do for all the rest.
"""

import io
import time
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from grc.core import blobs, clock, steps
from grc.core.actor import Actor
from grc.core.db import end_read, session, write_later
from grc.core.steps import Lease, Step
from grc.intake import service
from grc.intake.models import Item
from grc.intake.service import Arrival
from grc.jobs import runner
from grc.pipeline import Tools

PATIENCE = 2.0  # seconds for a step that a worker has taken before us
_LOOK = 0.05
ON_PAPER = "paper"  # what says when it reached us


@dataclass(frozen=True)
class Entered:
    """A form in the ledger; `held` is the right to understand it before any worker does."""

    item_id: int
    reference: str
    held: Lease | None


def keep(raw: bytes) -> tuple[str, int]:
    """Make the bytes of a form durable, before any transaction: (sha256, size)."""
    return blobs.store().put(io.BytesIO(raw))


def store(
    channel: str,
    source: str,
    key: str,
    blob: tuple[str, int],
    *,
    actor: Actor,
    now: datetime,
    acknowledge: bool = False,
    paper_at: datetime | None = None,
) -> Entered:
    """Write one form, in the caller's transaction; `key` is the form's own: the same form sent
    again is the same item. Nothing automatic leaves because of what an agent typed: she has
    answered; `acknowledge` for what a citizen has sent herself. `paper_at`: it was noted on
    paper, and that is when it reached us.
    """
    sha256, size = blob
    by = ON_PAPER if paper_at else None
    arrival = Arrival(channel, source, key, sha256, size, paper_at or now, paper_at, by)
    stored = service.store([arrival], actor=actor, now=now, acknowledge=acknowledge)
    return _held(stored.ids[0], now)


def store_once(
    channel: str, source: str, key: str, blob: tuple[str, int], *, actor: Actor, now: datetime
) -> Entered:
    """Write what a citizen has sent, in the caller's transaction. The same `key` again is the
    same item, whenever its bytes say it was sent; two at once wait for each other."""
    known = service.known_locator(channel, source, key)
    if known is not None:
        return _held(known, now)
    return store(channel, source, key, blob, actor=actor, now=now, acknowledge=True)


def _held(item_id: int, now: datetime) -> Entered:
    item = session().get_one(Item, item_id)
    write_later()  # the step is leased by the transaction that plans it
    planned = session().scalars(_pending("item", item.id)).all()
    held = next(iter(steps.lease_all(planned, now)), None)
    return Entered(item.id, item.reference, held)


def understand(entered: Entered, tools: Tools) -> None:
    """Understand a form and route its case now, if that can be; never raises for what fails:
    the steps say it, and are tried again."""
    if entered.held is not None:
        runner.work(entered.held, tools)
    case_id = session().scalar(select(Item.case_id).where(Item.id == entered.item_id))
    end_read()
    if case_id is not None:
        _follow(case_id, tools)


def _follow(case_id: int, tools: Tools) -> None:
    """Run what the opened case waits for; what a worker has taken is waited for a little."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        pending = session().scalars(_pending("case", case_id)).all()
        end_read()
        if not pending:
            return
        if not sum(runner.run(step_id, tools) for step_id in pending):
            time.sleep(_LOOK)


def _pending(kind: str, subject_id: int) -> Select[int]:
    about = (Step.subject_kind == kind, Step.subject_id == subject_id)
    due = (Step.done_at.is_(None), Step.failed_at.is_(None), Step.due_at <= clock.now())
    return select(Step.id).where(*about, *due).order_by(Step.id)
