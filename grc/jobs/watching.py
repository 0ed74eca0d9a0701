"""Staying with the mailboxes: each has a connection and a thread of its own, so that one that
fails, or is slow, holds up no other."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from grc.core.i18n import Text
from grc.jobs.fetching import TRIES, Mailbox, Stopping, Visit, fetch, note, take_up
from grc.jobs.memory import Memory

AT_ONCE = 16  # mailboxes visited at the same time when nobody stays
PROGRESS = 0.2  # seconds between two looks at how far they are
LOOK = 1.0  # seconds between two looks at what the organisation says is fetched
AGAIN = 60.0  # at most, the first time
FORGIVE = 3600.0  # seconds before a message that could not be read is tried again
PATIENCE = 900.0  # most seconds before a mailbox that fails is tried again
Tell = Callable[[Visit], None]
Find = Callable[[], list[Mailbox]]
Look = Callable[[Sequence[Visit]], None]


def visit_all(app: Flask, boxes: Sequence[Mailbox], stopping: Stopping, look: Look) -> list[Visit]:
    """Visit each mailbox once, several at a time; `look` is called now and then meanwhile."""
    visits = [Visit(box.source) for box in boxes]

    def _visit(box: Mailbox, visit: Visit) -> None:
        with app.app_context():
            fetch(box, visit, stopping)

    with ThreadPoolExecutor(min(len(boxes), AT_ONCE), "fetch") as pool:
        running = [pool.submit(_visit, *pair) for pair in zip(boxes, visits, strict=True)]
        while wait(running, PROGRESS).not_done:
            look(visits)
        for done in running:
            done.result()
    return visits


@dataclass(frozen=True)
class Watch:
    """How to stay: `every` is the most seconds between two looks into a folder; `tell` is
    called when a mailbox fails in another way than before, and when it works again."""

    app: Flask
    every: float
    tell: Tell

    def stay(self, find: Find, stopping: Stopping) -> list[Visit]:
        """Fetch what arrives until it is time to stop; `find` says from where, now."""
        visits: dict[str, Visit] = {}
        pause = threading.Event()
        while not stopping():
            boxes = find()
            with self._threads(boxes, visits):
                while not stopping() and not _changed(boxes, find):
                    pause.wait(LOOK)
        return [visits[source] for source in sorted(visits)]

    @contextmanager
    def _threads(self, boxes: Sequence[Mailbox], visits: dict[str, Visit]) -> Iterator[None]:
        stop = threading.Event()
        threads = [
            threading.Thread(
                target=self._follow,
                args=(box, visits.setdefault(box.source, Visit(box.source)), stop),
                name=f"fetch {box.source}",
            )
            for box in boxes
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def _follow(self, box: Mailbox, visit: Visit, stop: threading.Event) -> None:
        """Connect, and connect again, later and later while it fails: a password refused too
        often locks some mailboxes."""
        memory, failures = Memory(), 0
        while not stop.is_set():
            before, stored = visit.error, visit.stored
            with self.app.app_context():
                worked = self._connected(box, visit, stop, memory)
                note(box, visit.error)
            if visit.error != before:
                self.tell(visit)
            failures = 0 if worked or visit.stored > stored else failures + 1
            if not (memory.has_learnt and failures < TRIES):
                stop.wait(min(min(self.every, AGAIN) * 2 ** min(failures, 10), PATIENCE))

    def _connected(self, box: Mailbox, visit: Visit, stop: threading.Event, memory: Memory) -> bool:
        """Take up what arrives until stopped, or until something fails; True when some worked."""
        worked, problem, forgiven = False, visit.error, time.monotonic()
        try:
            with box.opened() as folder:
                while not stop.is_set():
                    take_up(box, folder, visit, stop.is_set, memory, whole=not worked)
                    note(box, visit.error)
                    self._told(visit, problem)
                    worked, problem = True, visit.error
                    folder.wait(self.every, stop)
                    if time.monotonic() - forgiven > FORGIVE:
                        memory.forgive()
                        forgiven = time.monotonic()
        except Exception as error:  # noqa: BLE001 - the thread goes on, and it is told
            visit.fail(error)
        return worked

    def _told(self, visit: Visit, before: Text | None) -> None:
        if visit.error != before:
            self.tell(visit)


def _changed(boxes: Sequence[Mailbox], find: Find) -> bool:
    with suppress(SQLAlchemyError):  # away: nothing is known to have changed
        return find() != boxes
    return False
