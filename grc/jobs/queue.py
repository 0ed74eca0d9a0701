"""The nudge: after a commit, the ids of planned steps go to RQ. It may be lost at any time.

Only step ids enter Redis: no personal data. One queue only (two would let a killed worker
lose jobs silently); the JSON serializer, so that nobody's pickle is loaded.
"""

import logging
import threading
import time

from flask import Flask, current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue

from grc.core import handover
from grc.core.crash import crash
from grc.core.db import on_commit
from grc.core.settings import Settings

log = logging.getLogger("grc.jobs")
QUEUE = "grc"
RUNG = "grc.jobs.worker.rung"
RINGS = 5  # a bigger batch is shared by the workers that these wake up
REST = 5.0  # seconds without a nudge after one was lost: a sweep costs less than waiting
SOCKET = "redis.sock"


def install(app: Flask) -> None:
    """Let the commits of this application ring the workers."""
    app.extensions["grc.redis"] = client(app.extensions["grc.settings"])
    on_commit(nudge)


def connect(url: str) -> Redis:
    """A client that fails fast: a nudge is never worth waiting for."""
    return Redis.from_url(
        url,
        socket_connect_timeout=0.5,
        socket_timeout=0.5,
        retry=Retry(NoBackoff(), 0),
    )


def client(settings: Settings) -> Redis | None:
    """The client of these settings; None when there is to be no queue."""
    url = address(settings)
    return None if url is None else connect(url)


def address(settings: Settings) -> str | None:
    """The address of the queue's server; the embedded one listens on a private socket."""
    if settings.redis_url == "none":
        return None
    if settings.redis_url == "embedded":
        return f"unix://{handover.place(str(settings.var / 'redis'), SOCKET)}"
    return settings.redis_url


class Silence:
    """Keeps requests from waiting, one after the other, for a server that does not answer."""

    def __init__(self, rest: float = REST) -> None:
        self._rest = rest
        self._until = 0.0
        self._lock = threading.Lock()

    @property
    def is_kept(self) -> bool:
        """True while nothing should be asked of the server."""
        return time.monotonic() < self._until

    def begin(self) -> bool:
        """Ask nothing for a while. True when this is news."""
        with self._lock:
            is_news = time.monotonic() > self._until + self._rest
            self._until = time.monotonic() + self._rest
        return is_news


_silence = Silence()


def nudge(step_ids: list[int]) -> None:
    """Ring the workers for these steps. Never raises: the rows are committed, a sweep follows."""
    redis = current_app.extensions.get("grc.redis")
    if redis is None or _silence.is_kept:
        return
    crash("R1")
    try:
        jobs = [_job(step_id) for step_id in step_ids[:RINGS]]
        Queue(QUEUE, connection=redis, serializer="json").enqueue_many(jobs)
    except (RedisError, OSError) as error:
        if _silence.begin():
            log.warning("nudge lost (%s): workers find the steps by themselves", error)
    crash("R2")


def _job(step_id: int) -> object:
    return Queue.prepare_data(RUNG, (step_id,), timeout=10, result_ttl=0, failure_ttl=3600, ttl=600)
