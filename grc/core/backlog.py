"""What waits and what failed among the planned steps, by name."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from grc.core.db import session
from grc.core.steps import Step


@dataclass
class Backlog:
    """The steps of one name that ought to have run by now."""

    waiting: int = 0
    oldest_at: datetime | None = None
    failed: int = 0


def backlog(now: datetime) -> dict[str, Backlog]:
    """By name. Each statement reads a partial index: never the steps that are done."""
    found: dict[str, Backlog] = {}
    waiting = select(Step.name, func.count(), func.min(Step.due_at)).where(
        Step.done_at.is_(None), Step.failed_at.is_(None), Step.due_at <= now
    )
    for name, count, oldest in session().execute(waiting.group_by(Step.name)):
        found[name] = Backlog(count, oldest)
    failed = select(Step.name, func.count()).where(Step.failed_at.is_not(None))
    for name, count in session().execute(failed.group_by(Step.name)):
        found.setdefault(name, Backlog()).failed = count
    return found
