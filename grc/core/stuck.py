"""Steps that will not run by themselves: counted by name, tried again or given up by a person."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select, update

from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import execute, session, write_later
from grc.core.events import Event
from grc.core.i18n import Text
from grc.core.steps import Step

MOST = 1000  # at once: who asks may ask again


class Stuck(NamedTuple):
    """The steps of one name that failed for good, or are late."""

    name: str
    number: int
    since: datetime


def failed(names: Collection[str]) -> list[Stuck]:
    """By name, among these. Reads the partial index of what failed."""
    where = (Step.failed_at.is_not(None), Step.name.in_(names))
    return _by_name(func.min(Step.failed_at), *where)


def late(before: datetime) -> list[Stuck]:
    """By name, those that ought to have run before an instant."""
    pending = (Step.done_at.is_(None), Step.failed_at.is_(None), Step.due_at < before)
    return _by_name(func.min(Step.due_at), *pending)


def _by_name(since: Any, *where: Any) -> list[Stuck]:
    query = select(Step.name, func.count(), since).where(*where).group_by(Step.name)
    return [Stuck(*row) for row in session().execute(query.order_by(Step.name))]


def retry(name: str, *, actor: Actor, now: datetime) -> int:
    """Let the failed steps of a name run again; returns how many."""
    values = {"failed_at": None, "due_at": now, "leased_until": None, "attempts": 0}
    return _settle(Event.STEPS_RETRIED, name, values, "", actor, now)


def abandon(name: str, why: str, *, actor: Actor, now: datetime) -> int:
    """Try the failed steps of a name no more, and why; returns how many."""
    values = {"failed_at": None, "done_at": now, "last_error": "abandoned"}
    return _settle(Event.STEPS_ABANDONED, name, values, why, actor, now)


def _settle(
    event: Event, name: str, values: dict[str, Any], why: str, actor: Actor, now: datetime
) -> int:
    write_later()
    some = select(Step.id).where(Step.failed_at.is_not(None), Step.name == name).limit(MOST)
    done = execute(update(Step).where(Step.id.in_(some)).values(**values).returning(Step.id))
    ids = list(done.scalars())
    if "done_at" not in values:
        session().info["planned"].extend(ids)
    audit.record(
        event,
        subject=("step", 0),
        actor=actor,
        now=now,
        remark_id=audit.remark(why, now=now),
        step=Text(name),
        count=len(ids),
    )
    return len(ids)
