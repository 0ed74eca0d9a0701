"""`grc import`: store everything at the given paths, then understand it, in that order.

It can be killed and run again at any moment: what is stored is known, what waits is taken
up. It writes to nobody unless told to.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import select

from grc.channels import registry
from grc.channels.protocol import Found
from grc.core import blobs, clock
from grc.core.actor import Actor
from grc.core.db import end_read, on_commit, session, transaction
from grc.core.steps import Step
from grc.intake import service
from grc.intake.models import Item
from grc.intake.service import Arrival
from grc.jobs import runner
from grc.pipeline import Tools

BATCH = 100  # items a commit while storing
PEEK = 65_536
OUTCOMES = (
    "opened",
    "appended",
    "duplicate",
    "applied",
    "split",
    "quarantined",
    "discarded",
    "waiting",
)
Progress = Callable[[str, int], None]


@dataclass
class Report:
    """What an import did; `ids` are the items seen, for their present outcome."""

    received: int = 0
    stored: int = 0
    already_known: int = 0
    ids: list[int] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    started: float = field(default_factory=time.monotonic)

    def as_json(self) -> dict[str, Any]:
        """The shape `--json` prints."""
        return {
            "received": self.received,
            "stored": self.stored,
            "already_known": self.already_known,
            "outcomes": {name: self.outcomes.get(name, 0) for name in OUTCOMES},
            "seconds": round(time.monotonic() - self.started, 3),
        }


def find(channel: str, paths: Iterable[Path]) -> Iterator[Found]:
    """The items at all paths, in a stable order. Raises Unreadable."""
    adapter = registry.get(channel)
    for path in paths:
        yield from adapter.walk(path)


def store_all(
    channel: str, source: str, found: Iterable[Found], *, acknowledge: bool, actor: Actor,
    report: Report, progress: Progress,
) -> None:
    """Store items a hundred a commit; memory does not grow with their number or size."""
    items = iter(found)
    while batch := list(islice(items, BATCH)):
        arrivals = [_arrival(channel, source, one) for one in batch]
        with transaction():
            done = service.store(
                arrivals, actor=actor, now=clock.now(), acknowledge=acknowledge
            )
        report.received += len(batch)
        report.stored += len(done.new)
        report.already_known += len(batch) - len(done.new)
        report.ids += [*done.new, *done.known]
        progress("stored", report.received)


def _arrival(channel: str, source: str, found: Found) -> Arrival:
    with found.open() as stream:
        head = stream.read(min(PEEK, found.size))
    with found.open() as stream:
        sha256, size = blobs.store().put(stream, found.size)
    dated_at = registry.get(channel).peek(head).dated_at
    return Arrival(channel, source, found.locator, sha256, size, dated_at)


def understand_all(report: Report, tools: Tools, progress: Progress) -> None:
    """Run what these items wait for, oldest mail first, then what follows from it."""
    planned: list[int] = []
    on_commit(planned.extend)
    for number, step_id in enumerate(_planned(report.ids), start=1):
        runner.run(step_id, tools)
        while planned:
            runner.run(planned.pop(0), tools)
        progress("understood", number)


def _planned(item_ids: list[int]) -> list[int]:
    """The understand steps of the items that still wait, in the order of their dates."""
    found: list[tuple[Any, int, int]] = []
    for start in range(0, len(item_ids), 500):
        query = (
            select(Item.dated_at, Item.id, Step.id)
            .join(Step, Step.subject_id == Item.id)
            .where(
                Item.id.in_(item_ids[start : start + 500]),
                Item.outcome == "waiting",
                Step.subject_kind == "item",
                Step.name == "understand",
                Step.done_at.is_(None),
            )
        )
        found += [(row[0], row[1], row[2]) for row in session().execute(query)]
    end_read()
    found.sort(key=lambda row: (row[0] is None, row[0].timestamp() if row[0] else 0, row[1]))
    return [step_id for _, _, step_id in found]


def count_outcomes(report: Report) -> None:
    """Read the present outcome of every item seen."""
    for start in range(0, len(report.ids), 500):
        report.outcomes.update(service.outcomes_of(report.ids[start : start + 500]))
    end_read()
