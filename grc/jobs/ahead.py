"""Understanding many items quickly, for imports: one is read while others are written.

`runner.run` leases, waits for the reader, then writes, one step after the other. Here twenty
steps share a transaction for their leases and another for their work.
"""

from collections.abc import Generator, Iterator, Sequence
from functools import partial
from itertools import islice

from sqlalchemy import select

from grc.channels.reader import Result
from grc.core import blobs
from grc.core.crash import crash
from grc.core.db import end_read, session
from grc.core.steps import Lease
from grc.intake import reading
from grc.intake.models import Item
from grc.jobs import runner
from grc.parsing.limits import DEFAULT as LIMITS
from grc.parsing.limits import LimitExceeded, check_size
from grc.pipeline import Tools

TOGETHER = 20  # steps a transaction: few enough not to keep others waiting


class Ahead:
    """The understand steps of one channel, in order. `tried` counts those that were run,
    `done` those whose work was done by this process."""

    def __init__(self, channel: str, step_ids: Sequence[int], tools: Tools) -> None:
        self._channel, self._step_ids, self._tools = channel, step_ids, tools
        self._leased: dict[int, Lease] = {}  # and not begun
        self.tried = self.done = 0

    def run(self) -> Generator[None]:
        """Run them, pausing now and then. Closing it early gives back what was not begun."""
        results = self._tools.reader.read_ahead(self._channel, self._raws())
        try:
            while group := list(islice(results, TOGETHER)):
                self._finish(group)
                yield
        finally:
            runner.give_back(self._leased.values())

    def _finish(self, group: list[tuple[Lease, Result]]) -> None:
        ready: list[tuple[Lease, object]] = []
        for held, result in group:
            del self._leased[held.step_id]
            try:
                ready.append((held, reading.keep(result)))
            except Exception:  # noqa: BLE001 - it happens again below, and the row says so
                self.done += runner.carry_out(held, partial(reading.keep, result))
        self.done += runner.finish_together(ready)
        self.tried += len(group)

    def _raws(self) -> Iterator[tuple[Lease, bytes]]:
        """The bytes of every item that can be read ahead; the others are run on the way."""
        for start in range(0, len(self._step_ids), TOGETHER):
            group = self._step_ids[start : start + TOGETHER]
            self._leased |= {held.step_id: held for held in runner.lease_untried(group)}
            stored = self._stored()
            for step_id in group:
                held = self._leased.get(step_id)
                raw = _bytes(*stored[held.subject_id]) if held else None
                if held is not None and raw is not None:
                    crash(f"{held.name}:leased")
                    yield held, raw
                else:
                    self._alone(step_id, held)

    def _alone(self, step_id: int, held: Lease | None) -> None:
        """In the usual way: what was tried before, and what the usual way must refuse."""
        if held is not None:
            runner.give_back([self._leased.pop(step_id)])
        self.done += runner.run(step_id, self._tools)
        self.tried += 1

    def _stored(self) -> dict[int, tuple[str, int]]:
        """Hash and size of the items leased."""
        item_ids = [held.subject_id for held in self._leased.values()]
        query = select(Item.id, Item.sha256, Item.size).where(Item.id.in_(item_ids))
        found = {row.id: (row.sha256, row.size) for row in session().execute(query)}
        end_read()
        return found


def _bytes(sha256: str, size: int) -> bytes | None:
    """The raw bytes; None when they are too many or cannot be read."""
    try:
        check_size(size, LIMITS)
        return blobs.store().read(sha256)
    except (LimitExceeded, OSError):
        return None
