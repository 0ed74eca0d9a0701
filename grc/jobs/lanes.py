"""Threads that run due steps. What is slow to send never stands before what was received."""

import logging
import threading
from collections.abc import Collection
from datetime import timedelta

from flask import Flask
from sqlalchemy.exc import OperationalError

from grc.channels.reader import Reader
from grc.core import clock, steps
from grc.core.db import end_read
from grc.jobs.runner import KNOWN, drain
from grc.pipeline import Tools

log = logging.getLogger("grc.worker")
SWEEP = 1.0  # seconds between two looks at the step table when nobody rings
AWAY = 1.0  # seconds before asking again a database that did not answer

SENDING = frozenset({"send", "notify"})  # speaks to a mail server, which may take its time
TELLING = frozenset({"deliver"})  # speaks to servers of strangers
HERE = KNOWN - SENDING - TELLING
LANES: tuple[Collection[str], ...] = (HERE, HERE, SENDING, TELLING)


class Lane(threading.Thread):
    """Runs the due steps of some names, whoever was rung: Redis may be lost, nothing is.

    Each lane has a reader process of its own, so that a message which is slow to read holds
    up one lane only.
    """

    def __init__(self, app: Flask, names: Collection[str], *, every: float = SWEEP) -> None:
        super().__init__(name="lane", daemon=True)
        self.app, self.names, self.every = app, names, every
        self.swept = threading.Event()  # set after each look; `Keeper` clears it
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._away = False

    def run(self) -> None:
        """Sweep until stopped; a database that is away is waited for."""
        with Reader() as reader:
            while not self._stopping.is_set():
                self._woken.clear()
                self._woken.wait(self._sweep(Tools(reader=reader)))

    def wake(self) -> None:
        """Look at the step table now."""
        self._woken.set()

    def stop(self) -> None:
        """Finish the step at hand, then end. Returns at once; join to wait."""
        self._stopping.set()
        self._woken.set()

    def _sweep(self, tools: Tools) -> float:
        """Run what is due; returns the seconds until the next look."""
        try:
            with self.app.app_context():
                drain(tools, names=self.names, stopped=self._stopping.is_set)
                pause = self._pause()
        except OperationalError as error:
            self._say_away(error)
            return AWAY
        except Exception:  # a lane that ended would leave work undone in silence
            log.exception("sweep failed, trying again")
            return AWAY
        self._say_back()
        self.swept.set()
        return pause

    def _pause(self) -> float:
        now = clock.now()
        due = steps.next_due(now)
        end_read()
        if due is None:
            return self.every
        return min(self.every, max((due - now) / timedelta(seconds=1), 0.01))

    def _say_away(self, error: OperationalError) -> None:
        if not self._away:
            log.warning("database away (%s), waiting for it", type(error.orig).__name__)
        self._away = True

    def _say_back(self) -> None:
        if self._away:
            log.warning("database back")
        self._away = False
