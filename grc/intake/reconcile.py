"""Does everything received have exactly one outcome, and does each outcome hold?

`received` counts what was stored, day by day, in a table of its own; the ledger says what
became of each item. A row that vanished, or a day counted twice, shows as a difference;
an outcome that points at nothing is a gap too.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, func, literal_column, select

from grc.core import blobs
from grc.core.clock import paris_date, start_of
from grc.core.db import is_postgresql, session
from grc.intake.checks import CHECKS, Finding, broken
from grc.intake.models import Item, Received

EXAMPLES = 20  # items named per problem

Key = tuple[str, str]  # channel, source
Day = tuple[str, str, date]


@dataclass
class SourceReport:
    """What one source delivered and what became of it; `gap` 0 means nothing is lost."""

    channel: str
    source: str
    received: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    parts: Counter[str] = field(default_factory=Counter)  # of split items, by outcome
    last: datetime | None = None  # when the latest item was stored
    difference: int = 0  # items counted at storing and not in the ledger, or the reverse
    broken: Counter[str] = field(default_factory=Counter)  # check -> items that fail it
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def gap(self) -> int:
        """How many items are not accounted for."""
        return self.difference + self.broken.total()

    def note(self, check: str, reference: str) -> None:
        """One item whose outcome does not hold."""
        self.broken[check] += 1
        if len(self.examples[check]) < EXAMPLES:
            self.examples[check].append(reference)


def counts(since: date) -> list[SourceReport]:
    """The same reports without looking behind each outcome: two statements, whose cost is
    that of the days since."""
    reports: dict[Key, SourceReport] = {}
    _compare(reports, since)
    return [reports[key] for key in sorted(reports)]


def reconcile(since: date | None = None) -> list[SourceReport]:
    """One report per channel and source, for items stored on `since` (Paris) or later."""
    reports: dict[Key, SourceReport] = {}
    _compare(reports, since)
    start = _start(since)
    for channel, source, outcome, count in _parts(start):
        _report(reports, channel, source).parts[outcome] += count
    for check in CHECKS:
        _note(reports, check, broken(check, start))
    _note(reports, "blob", _without_blob(start))
    return [reports[key] for key in sorted(reports)]


def _report(reports: dict[Key, SourceReport], channel: str, source: str) -> SourceReport:
    return reports.setdefault((channel, source), SourceReport(channel, source))


def _compare(reports: dict[Key, SourceReport], since: date | None) -> None:
    """Received and ledger, day by day: a loss one day cannot hide behind another's excess."""
    days: Counter[Day] = Counter()
    for channel, source, on, count in _received(since):
        _report(reports, channel, source).received += count
        days[channel, source, on] += count
    for channel, source, on, outcome, count, last in _ledger(since):
        report = _report(reports, channel, source)
        report.outcomes[outcome] += count
        report.last = max(report.last or last, last)
        days[channel, source, on] -= count
    for (channel, source, _), missing in days.items():
        _report(reports, channel, source).difference += abs(missing)


def _received(since: date | None) -> Iterator[tuple[str, str, date, int]]:
    query = select(Received.channel, Received.source, Received.on_date, Received.count)
    if since is not None:
        query = query.where(Received.on_date >= since)
    for row in session().execute(query):
        yield row[0], row[1], row[2], row[3]


def _ledger(since: date | None) -> Iterator[tuple[str, str, date, str, int, datetime]]:
    """Counts of items that came from outside, by civil day; children came from their parent."""
    pattern = "YYYY-MM-DD HH24"
    in_utc: ColumnElement[datetime] = literal_column("item.stored_at AT TIME ZONE 'UTC'")
    hour = (
        func.to_char(in_utc, pattern)
        if is_postgresql()
        else func.substr(literal_column("item.stored_at"), 1, 13)
    ).label("hour")
    query = select(
        Item.channel, Item.source, hour, Item.outcome, func.count(), func.max(Item.stored_at)
    ).where(Item.parent_id.is_(None))
    if (start := _start(since)) is not None:
        query = query.where(Item.stored_at >= start)
    for channel, source, at, outcome, count, last in session().execute(
        query.group_by(Item.channel, Item.source, "hour", Item.outcome)
    ):
        moment = datetime.strptime(at, "%Y-%m-%d %H").replace(tzinfo=UTC)
        yield channel, source, paris_date(moment), outcome, count, last


def _parts(start: datetime | None) -> Iterator[tuple[str, str, str, int]]:
    """What became of what items were split into: the rows of a table."""
    query = select(Item.channel, Item.source, Item.outcome, func.count())
    query = query.where(Item.parent_id.is_not(None))
    if start is not None:
        query = query.where(Item.stored_at >= start)
    for row in session().execute(query.group_by(Item.channel, Item.source, Item.outcome)):
        yield row[0], row[1], row[2], row[3]


def _start(since: date | None) -> datetime | None:
    return None if since is None else start_of(since)


def _note(reports: dict[Key, SourceReport], check: str, findings: Iterable[Finding]) -> None:
    for finding in findings:
        _report(reports, finding.channel, finding.source).note(check, finding.reference)


def _without_blob(start: datetime | None) -> Iterator[Finding]:
    """Items whose bytes are no longer on disk, or no longer as long."""
    query = select(Item.id, Item.channel, Item.source, Item.stored_at, Item.sha256, Item.size)
    if start is not None:
        query = query.where(Item.stored_at >= start)
    store = blobs.store()
    for row in session().execute(query.execution_options(yield_per=1000)):
        try:
            is_whole = store.path(row.sha256).stat().st_size == row.size
        except FileNotFoundError:
            is_whole = False
        if not is_whole:
            yield Finding(row.id, row.channel, row.source, row.stored_at)


def orphans() -> int:
    """Blob files that no row names: what a kill between file and commit leaves. No loss."""
    count = 0
    for prefix in blobs.prefixes():
        known = blobs.known(prefix)
        count += sum(sha256 not in known for sha256 in blobs.store().all(prefix))
    return count
