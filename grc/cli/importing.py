"""`grc import`: store everything at the given paths, then understand it, in that order.

It can be killed and run again at any moment: what is stored is known, what waits is taken
up. It writes to nobody unless told to. Memory does not grow with the number of items.
"""

import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Select, func, or_, select

from grc.channels import registry
from grc.channels.protocol import Found, Unreadable
from grc.cli.seen import Seen
from grc.core import blobs, clock, steps
from grc.core.actor import Actor
from grc.core.blobs import BlobStore
from grc.core.db import end_read, on_commit, session, transaction
from grc.core.steps import Step
from grc.intake import service, splitting
from grc.intake.models import Item
from grc.intake.queries import OUTCOMES
from grc.intake.service import Arrival
from grc.jobs import runner
from grc.jobs.ahead import TOGETHER, Ahead
from grc.pipeline import Tools

BATCH = 100  # items a commit while storing
WRITERS = 4  # files being made durable at the same time
PEEK = 65_536
POLL = 0.2  # seconds between two looks at what another process is doing
FOLLOW_UPS = ("route", "acknowledge")  # what an import that was killed may have left
Progress = Callable[[str, int, int | None], None]  # what, how many, of how many


@dataclass
class Report:
    """What an import did."""

    received: int = 0
    stored: int = 0
    already_known: int = 0
    seen: Seen = field(default_factory=Seen)
    outcomes: Counter[str] = field(default_factory=Counter)
    problems: list[Unreadable] = field(default_factory=list)
    files: list[int] = field(default_factory=list)  # items that are split into those counted
    more: dict[str, Any] = field(default_factory=dict)  # what only some channels tell
    started: float = field(default_factory=time.monotonic)

    def as_json(self) -> dict[str, Any]:
        """The shape `--json` prints."""
        return {
            "received": self.received,
            "stored": self.stored,
            "already_known": self.already_known,
            "outcomes": {name: self.outcomes.get(name, 0) for name in OUTCOMES},
            **self.more,
            "seconds": round(time.monotonic() - self.started, 3),
        }


@dataclass(frozen=True)
class Import:
    """What to import and how. `stopping` is asked between two items."""

    channel: str
    source: str
    paths: tuple[Path, ...]
    actor: Actor
    acknowledge: bool = False
    progress: Progress = lambda *_: None
    stopping: Callable[[], bool] = lambda: False
    guide: str = ""  # hash of the file that says how to read what is found


def find(job: Import, report: Report) -> Iterator[Found]:
    """The items at all paths, in a stable order; what cannot be read is noted."""
    adapter = registry.get(job.channel)
    for path in job.paths:
        try:
            for found in adapter.walk(path):
                if job.stopping():
                    return
                yield _guided(found, job.guide)
        except Unreadable as problem:
            report.problems.append(problem)


def _guided(found: Found, guide: str) -> Found:
    return replace(found, locator=splitting.guided(found.locator, guide)) if guide else found


def store_all(job: Import, report: Report) -> None:
    """Store every item found, a hundred a commit."""
    for batch in _batches(find(job, report)):
        arrivals = _keep_all(job, batch, report)
        with transaction():
            done = service.store(
                arrivals, actor=job.actor, now=clock.now(), acknowledge=job.acknowledge
            )
        report.received += len(arrivals)
        report.stored += len(done.new)
        report.already_known += len(arrivals) - len(done.new)
        report.seen.add(done.ids)
        job.progress("stored", report.received, None)


def compare_all(job: Import, report: Report) -> None:
    """A dry run: what would be stored, and what the ledger knows. Writes nothing."""
    for batch in _batches(find(job, report)):
        arrivals = list(filter(None, (_look(job, found, report) for found in batch)))
        ids = [item_id for item_id in service.known_ids(arrivals) if item_id is not None]
        end_read()
        report.received += len(arrivals)
        report.stored += len(arrivals) - len(ids)
        report.already_known += len(ids)
        report.seen.add(ids)
        job.progress("stored", report.received, None)


def _batches(found: Iterator[Found]) -> Iterator[list[Found]]:
    while batch := list(islice(found, BATCH)):
        yield batch


def _keep_all(job: Import, batch: Sequence[Found], report: Report) -> list[Arrival]:
    """Make the bytes of a batch durable, several at a time: they wait for the same disk."""
    keep = partial(_keep, job, blobs.store(), report)
    with ThreadPoolExecutor(WRITERS, "keep") as pool:
        return [arrival for arrival in pool.map(keep, batch) if arrival is not None]


def _keep(job: Import, store: BlobStore, report: Report, found: Found) -> Arrival | None:
    """Make the bytes of one item durable."""
    head = _head(found, report)
    if head is None:
        return None
    with found.open() as stream:
        sha256, size = store.put(stream, found.size)
    return _arrival(job, found, head, sha256, size)


def _look(job: Import, found: Found, report: Report) -> Arrival | None:
    """The same without keeping anything."""
    head = _head(found, report)
    if head is None:
        return None
    with found.open() as stream:
        sha256, size = blobs.digest(stream, found.size)
    return _arrival(job, found, head, sha256, size)


def _head(found: Found, report: Report) -> bytes | None:
    """The first bytes; None when the file vanished or is refused since it was listed."""
    try:
        with found.open() as stream:
            return stream.read(min(PEEK, found.size))
    except OSError as error:
        path = Path(error.filename or found.locator)
        report.problems.append(Unreadable(path, error.strerror or "?"))
        return None


def _arrival(job: Import, found: Found, head: bytes, sha256: str, size: int) -> Arrival:
    dated_at = registry.get(job.channel).peek(head).dated_at
    return Arrival(job.channel, job.source, found.locator, sha256, size, dated_at)


def understand_all(job: Import, report: Report, tools: Tools) -> None:
    """Run what these items wait for, oldest mail first, then what follows from it.

    What another process has taken is waited for, until its lease would have expired.
    """
    planned: list[int] = []
    on_commit(planned.extend)
    patience = steps.LEASE.total_seconds() + 5
    last = time.monotonic()
    while not job.stopping():
        pending, left = _pending(job, report, _to_understand), _pending(job, report, _to_follow)
        if not pending and not left:
            return
        if _understand(job, pending, planned, tools) + _follow(left, tools):
            last = time.monotonic()
        elif time.monotonic() - last > patience:
            return
        else:
            time.sleep(POLL)


def _understand(job: Import, pending: "array[int]", planned: list[int], tools: Tools) -> int:
    """Run these steps and what they plan; returns how many did their work."""
    ahead = Ahead(job.channel, pending, tools)
    with closing(ahead.run()) as running:
        for _ in running:
            _follow(planned, tools)
            job.progress("understood", ahead.tried, len(pending))
            if job.stopping():
                break
    _follow(planned, tools)
    return ahead.done


def _follow(planned: "list[int] | array[int]", tools: Tools) -> int:
    """Run what was planned, and what that plans, until none is left."""
    done = 0
    while planned:
        group = planned[:TOGETHER]
        del planned[:TOGETHER]
        done += runner.run_together(group, tools)
    return done


def _pending(
    job: Import, report: Report, wanted: Callable[[Import], Select[int, int]]
) -> "array[int]":
    """The steps due for these items: understanding in the order of their dates, then what
    an interrupted import left behind."""
    rows = session().execute(wanted(job).execution_options(yield_per=1000))
    found = array("q", (step_id for item_id, step_id in rows if item_id in report.seen))
    end_read()
    return found


def _to_understand(job: Import) -> Select[int, int]:
    return (
        select(Item.id, Step.id)
        .join(Step, (Step.subject_id == Item.id) & (Step.subject_kind == "item"))
        .where(
            Item.channel == job.channel,
            Item.source == job.source,
            Item.outcome == "waiting",
            Step.name == "understand",
            *is_due(),
        )
        .order_by(Item.dated_at.is_(None), Item.dated_at, Item.id)
    )


def _to_follow(job: Import) -> Select[int, int]:
    return (
        select(func.coalesce(Item.parent_id, Item.id), Step.id)
        .join(Item, Item.case_id == Step.subject_id)
        .where(
            Item.channel == job.channel,
            Item.source == job.source,
            Item.outcome == "opened",
            Step.subject_kind == "case",
            Step.name.in_(FOLLOW_UPS),
            *is_due(),
        )
        .order_by(Step.id)
    )


def is_due() -> tuple[Any, ...]:
    """The conditions on a step that it could run now."""
    return (Step.done_at.is_(None), Step.failed_at.is_(None), Step.due_at <= clock.now())


def count_outcomes(report: Report) -> None:
    """Read the present outcome of every item seen; one seen twice counts twice."""
    for chunk in report.seen.chunks():
        report.outcomes.update(service.outcomes_of(chunk))
    for item_id, times in report.seen.again.items():
        (outcome,) = service.outcomes_of([item_id])
        report.outcomes[outcome] += times
    report.outcomes.update(service.outcomes_of(report.files))
    end_read()


def understand_again(item_ids: Iterable[int], tools: Tools) -> None:
    """Run what single items wait for now, with what follows: for a person at a terminal."""
    planned: list[int] = []
    on_commit(planned.extend)
    case_of = select(Item.case_id).where(Item.id.in_(list(item_ids)))
    about = or_(
        (Step.subject_kind == "item") & Step.subject_id.in_(list(item_ids)),
        (Step.subject_kind == "case") & Step.subject_id.in_(case_of),
    )
    planned += session().scalars(select(Step.id).where(about, *is_due()).order_by(Step.id))
    end_read()
    while planned:
        runner.run(planned.pop(0), tools)
