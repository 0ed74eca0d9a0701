"""Understanding many items quickly, for imports: one is read while another is written.

`runner.run` leases, waits for the reader, then writes, one step after the other. Here the
leases of twenty steps are one transaction and the reader is never waited for.
"""

from collections.abc import Generator, Iterator, Sequence
from functools import partial

from sqlalchemy import select

from grc.core import blobs
from grc.core.crash import crash
from grc.core.db import end_read, session
from grc.core.steps import Lease
from grc.intake import understanding
from grc.intake.models import Item
from grc.jobs import runner
from grc.parsing.limits import DEFAULT as LIMITS
from grc.parsing.limits import LimitExceeded, check_size
from grc.pipeline import Tools

TOGETHER = 20  # steps a transaction: few enough to be done long before their leases expire


class Ahead:
    """The understand steps of one channel, in order."""

    def __init__(self, channel: str, step_ids: Sequence[int], tools: Tools) -> None:
        self._channel, self._step_ids, self._tools = channel, step_ids, tools
        self._leased: dict[int, Lease] = {}
        self._aside: list[bool] = []  # what was run in the usual way, not yet told

    def run(self) -> Generator[bool]:
        """Run them; each gives whether it was done. Closing the iterator early gives back
        what was leased and not begun."""
        reading = self._tools.reader.read_ahead(self._channel, self._raws())
        try:
            for held, result in reading:
                yield from self._told()
                del self._leased[held.step_id]
                yield runner.carry_out(held, partial(understanding.keep, result))
            yield from self._told()
        finally:
            runner.give_back(self._leased.values())

    def _told(self) -> list[bool]:
        told, self._aside = self._aside, []
        return told

    def _raws(self) -> Iterator[tuple[Lease, bytes]]:
        """The bytes of every item that can be read ahead; the others are run on the way."""
        for start in range(0, len(self._step_ids), TOGETHER):
            group = self._step_ids[start : start + TOGETHER]
            self._leased |= {held.step_id: held for held in runner.lease_untried(group)}
            stored = self._stored()
            for step_id in group:
                held = self._leased.get(step_id)
                raw = _read(*stored[held.subject_id]) if held else None
                if held is not None and raw is not None:
                    crash(f"{held.name}:leased")
                    yield held, raw
                else:
                    self._aside.append(self._alone(step_id))

    def _alone(self, step_id: int) -> bool:
        """In the usual way: what was tried before, and what the usual way must refuse."""
        runner.give_back([held] if (held := self._leased.pop(step_id, None)) else [])
        return runner.run(step_id, self._tools)

    def _stored(self) -> dict[int, tuple[str, int]]:
        """Hash and size of the items leased."""
        item_ids = [held.subject_id for held in self._leased.values()]
        query = select(Item.id, Item.sha256, Item.size).where(Item.id.in_(item_ids))
        found = {row.id: (row.sha256, row.size) for row in session().execute(query)}
        end_read()
        return found


def _read(sha256: str, size: int) -> bytes | None:
    """The bytes; None when they are too many or cannot be read."""
    try:
        check_size(size, LIMITS)
        return blobs.store().read(sha256)
    except (LimitExceeded, OSError):
        return None
