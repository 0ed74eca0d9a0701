"""The worker: lanes that run steps, a keeper, and RQ's bell in the main thread.

- main thread: rung by RQ, takes the signals;
- three lanes: run due steps, two for what was received, one for what leaves;
- keeper: shows that the worker lives, seals the journal;
- listener: takes messages in from `grc receive`, when no other worker does.
"""

from flask import Flask, current_app
from redis import Redis
from redis.exceptions import RedisError

from grc.channels.reader import Reader
from grc.core.db import on_commit
from grc.jobs import bell
from grc.jobs.keeper import Keeper
from grc.jobs.lanes import LANES, Lane
from grc.jobs.queue import client
from grc.pipeline import Tools

_lanes: list[Lane] = []


def tools() -> Tools:
    """The tools of a process that runs steps by itself, made at first use."""
    if "grc.tools" not in current_app.extensions:
        current_app.extensions["grc.tools"] = Tools(reader=Reader())
    return current_app.extensions["grc.tools"]  # type: ignore[no-any-return]


def rung(step_id: int) -> None:  # noqa: ARG001 - lanes find it, and what else is due
    """What a nudge carries out in a worker."""
    wake()


def wake() -> None:
    """Let every lane of this process look at the step table now."""
    for lane in _lanes:
        lane.wake()


def serve(app: Flask) -> None:
    """Work until SIGTERM or SIGINT, then finish the steps at hand. Main thread only.

    Raises bell.EvictingQueue when the queue's server would make jobs vanish.
    """
    redis = client(app.extensions["grc.settings"])
    if redis is not None:
        _refuse_eviction(redis)
    stop = bell.Stop()
    stop.install()
    _lanes[:] = [Lane(app, names) for names in LANES]
    keeper = Keeper(app, _lanes)
    on_commit(lambda _: wake())  # what these lanes plan, they also run: no need for Redis
    threads: list[Keeper | Lane] = [keeper, *_lanes]
    with stop.later(), stop.elsewhere_blocked():
        for thread in threads:
            thread.start()
    bell.listen(redis, stop)
    with stop.later():
        for thread in threads:
            thread.stop()
        for thread in threads:
            thread.join()


def _refuse_eviction(redis: Redis) -> None:
    try:
        bell.check_policy(redis)
    except (RedisError, OSError):
        return  # away: looked at again when it is back
