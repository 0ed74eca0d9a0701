"""The worker: rung by RQ when Redis is there, sweeping the step table in any case."""

import logging
import threading
from datetime import UTC, datetime, timedelta

from flask import Flask, current_app
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from sqlalchemy.exc import SQLAlchemyError

from grc.channels.reader import Reader
from grc.core import steps
from grc.core.db import end_read
from grc.jobs.queue import QUEUE
from grc.jobs.runner import drain, run
from grc.pipeline import Tools

log = logging.getLogger("grc.worker")
SWEEP = 1.0  # seconds between two looks at the step table


def tools() -> Tools:
    """The tools of this process, made at first use."""
    if "grc.tools" not in current_app.extensions:
        current_app.extensions["grc.tools"] = Tools(reader=Reader())
    return current_app.extensions["grc.tools"]  # type: ignore[no-any-return]


def run_step(step_id: int) -> None:
    """What a nudge carries out: this step, then whatever it planned."""
    if run(step_id, tools()):
        drain(tools(), limit=50)


class Sweeper(threading.Thread):
    """Runs what is due, whoever was rung: Redis may be lost and nothing is."""

    def __init__(self, app: Flask, every: float = SWEEP) -> None:
        super().__init__(name="sweeper", daemon=True)
        self.app = app
        self.every = every
        self.stopping = threading.Event()

    def run(self) -> None:
        """Sweep until stopped; a database that is away is waited for."""
        while not self.stopping.is_set():
            try:
                with self.app.app_context():
                    drain(tools())
                    pause = self._pause()
            except SQLAlchemyError as error:
                log.warning("database away (%s), trying again", type(error).__name__)
                pause = 2.0
            self.stopping.wait(pause)

    def _pause(self) -> float:
        now = datetime.now(UTC)
        due = steps.next_due(now)
        end_read()
        if due is None:
            return self.every
        return min(self.every, max((due - now) / timedelta(seconds=1), 0.01))

    def stop(self) -> None:
        """Finish the step at hand, then end."""
        self.stopping.set()
        self.join(timeout=60)


def serve(app: Flask, stopping: threading.Event) -> None:
    """Listen to the queue until stopped; a Redis that is away is waited for."""
    client = app.extensions.get("grc.redis")
    while not stopping.is_set():
        if client is None:
            stopping.wait()
            return
        try:
            with app.app_context():
                SimpleWorker(
                    [Queue(QUEUE, connection=client, serializer="json")],
                    connection=client,
                    serializer="json",
                ).work(with_scheduler=False)
                stopping.set()  # RQ returns only when asked to stop
        except (RedisError, OSError) as error:
            log.warning("queue away (%s), sweeping meanwhile", type(error).__name__)
            stopping.wait(2)
