"""The nudge: after a commit, the ids of planned steps go to RQ. It may be lost at any time.

Only step ids enter Redis: no personal data. One queue only (two would let a killed worker
lose jobs silently); the JSON serializer, so that nobody's pickle is loaded.
"""

import logging

from flask import current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue

from grc.core.settings import Settings

log = logging.getLogger("grc.jobs")
QUEUE = "grc"
RUN = "grc.jobs.worker.run_step"


def connect(url: str) -> Redis:
    """A client that fails fast: a nudge is never worth waiting for."""
    return Redis.from_url(
        url,
        socket_connect_timeout=0.5,
        socket_timeout=2,
        retry=Retry(NoBackoff(), 0),
    )


def client(settings: Settings) -> Redis | None:
    """The client of these settings; the embedded server listens on a socket under GRC_VAR."""
    if settings.redis_url == "none":
        return None
    if settings.redis_url == "embedded":
        return connect(f"unix://{socket_path(settings)}")
    return connect(settings.redis_url)


def socket_path(settings: Settings) -> str:
    """Where the embedded server listens: private to this user, short enough for a socket."""
    return str(settings.var / "redis" / "redis.sock")


def nudge(step_ids: list[int]) -> None:
    """Ring the worker for these steps. Never raises: the rows are committed, a sweep follows."""
    client = current_app.extensions.get("grc.redis")
    if client is None:
        return
    try:
        queue = Queue(QUEUE, connection=client, serializer="json")
        for step_id in step_ids[:50]:  # a big batch is drained by whoever wakes up first
            queue.enqueue(RUN, step_id, job_timeout=120, result_ttl=0, failure_ttl=3600)
    except (RedisError, OSError) as error:
        log.warning("nudge lost (%s): the sweep will run these steps", type(error).__name__)
