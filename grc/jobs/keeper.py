"""What a worker does at intervals: shows it lives, seals the journal and counts what is new,
tidies, looks at the cases that wait for us, keeps the door."""

import logging
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from grc.core import blobs, clock, verify
from grc.core.db import transaction
from grc.core.settings import Settings
from grc.intake import waiting_files
from grc.jobs.lanes import Lane
from grc.jobs.listener import Listener, Place
from grc.jobs.tidying import tidy
from grc.supervision import derailed
from grc.supervision.statistics.checking import fold_all

log = logging.getLogger("grc.worker")
ROUND = 1.0  # seconds between two rounds
SEAL = 60.0  # seconds between two seals of the journal
TIDY = 3600.0  # seconds between two removals of what killed writers left and of old rows
LOOK = 6 * 3600.0  # seconds between two looks at the cases that wait for us
SEEN = "worker.seen"


class Keeper(threading.Thread):
    """One round a second, until stopped."""

    def __init__(self, app: Flask, lanes: Sequence[Lane]) -> None:
        super().__init__(name="keeper", daemon=True)
        self.app, self.lanes = app, lanes
        self.settings: Settings = app.extensions["grc.settings"]
        self._stopping = threading.Event()
        self._listener: Listener | None = None
        self._sealed = 0
        self._seal_at = self._tidy_at = self._look_at = time.monotonic() + SEAL
        self._trouble = ""

    def run(self) -> None:
        """Keep on, whatever goes wrong with one of the duties."""
        while not self._stopping.is_set():
            try:
                self._open_door()
                self._show()
                self._seal()
                self._tidy()
                self._look()
                self._trouble = ""
            except (OSError, SQLAlchemyError) as error:
                self._say(error)
            except Exception:
                log.exception("a periodic duty failed, trying again")
            self._stopping.wait(ROUND)
        if self._listener is not None:
            self._listener.stop()
            self._listener.join()

    def stop(self) -> None:
        """Let the message at hand in, close the door, end. Returns at once."""
        self._stopping.set()

    def _open_door(self) -> None:
        if self._listener is not None:
            if self._listener.is_alive():
                return
            self._listener.stop()
            self._listener = None
        place = Place.take(self.settings)
        if place is not None:
            self._listener = Listener(self.app, place, stored=self._wake)
            self._listener.start()

    def _wake(self) -> None:
        for lane in self.lanes:
            lane.wake()

    def _show(self) -> None:
        """Only a worker whose lanes all looked at the table is alive."""
        if all(lane.swept.is_set() for lane in self.lanes):
            (self.settings.var / SEEN).touch(mode=0o600)
            for lane in self.lanes:
                lane.swept.clear()

    def _seal(self) -> None:
        if time.monotonic() < self._seal_at:
            return
        self._seal_at = time.monotonic() + SEAL
        with self.app.app_context():
            self._sealed = seal_journal(max(0, self._sealed - verify.LATE))
            fold_all(clock.now())

    def _tidy(self) -> None:
        if time.monotonic() < self._tidy_at:
            return
        self._tidy_at = time.monotonic() + TIDY
        with self.app.app_context():
            blobs.store().tidy(clock.now())
            waiting_files.tidy(clock.now())
            tidy(clock.now())

    def _look(self) -> None:
        if time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + LOOK
        with self.app.app_context():
            derailed.sweep(clock.now())

    def _say(self, error: Exception) -> None:
        """Once for each kind of trouble: a disk may stay full for hours."""
        if (trouble := type(error).__name__) != self._trouble:
            log.warning("periodic duties: %s, trying again", trouble)
        self._trouble = trouble


def seal_journal(after: int) -> int:
    """Chain the journal rows above `after` that have no seal yet; returns the last id."""
    while True:
        with transaction():
            count, after = verify.seal(after)
        if not count:
            return after


def catch_up(now: datetime) -> int:
    """Seal what is done and count it, for who is to read figures of this instant; returns how
    many seals were counted."""
    seal_journal(verify.near_the_end())
    return fold_all(now)


def last_seen(var: Path) -> datetime | None:
    """When a worker of this installation last showed that it lives; None for never."""
    try:
        return datetime.fromtimestamp((var / SEEN).stat().st_mtime, tz=clock.PARIS)
    except OSError:
        return None
