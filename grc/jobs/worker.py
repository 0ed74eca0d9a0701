"""The worker: lanes that run steps, a keeper, and RQ's bell in the main thread.

- main thread: rung by RQ, takes the signals;
- four lanes: run due steps, two for what was received, one for mail, one for webhooks;
- keeper: shows that the worker lives, seals the journal;
- listener: takes messages in from `grc receive`, when no other worker does.
"""

from contextlib import suppress
from functools import partial

from flask import Flask, current_app
from redis.exceptions import RedisError

from grc.channels.reader import Reader
from grc.core.db import on_commit
from grc.jobs import bell, queue
from grc.jobs.keeper import Keeper
from grc.jobs.lanes import LANES, Lane
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
    url = queue.address(app.extensions["grc.settings"])
    if url is not None:
        _refuse_eviction(url)
    stop = bell.Stop()
    stop.install()
    _lanes[:] = [Lane(app, names) for names in LANES]
    threads: list[Keeper | Lane] = [Keeper(app, _lanes), *_lanes]
    on_commit(lambda _: wake())  # what these lanes plan, they also run: no need for Redis
    with stop.later(), stop.elsewhere_blocked():
        for thread in threads:
            thread.start()
    if url is None:
        bell.wait(stop)
    else:
        bell.listen(partial(queue.connect, url), stop)
    with stop.later():
        for thread in threads:
            thread.stop()
        for thread in threads:
            thread.join()


def _refuse_eviction(url: str) -> None:
    with suppress(RedisError, OSError), queue.connect(url) as redis:  # away: looked at later
        bell.check_policy(redis)
