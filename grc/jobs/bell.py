"""The bell: RQ's worker, in the main thread. A job only wakes the lanes up.

The work itself is decided by the step table, so nothing depends on what RQ promises: a job
lost, doubled or late changes nothing but the second at which a step is run.
"""

import logging
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job

from grc.jobs.queue import QUEUE

log = logging.getLogger("grc.worker")
WAIT = 5  # seconds a wait for a ring lasts; RQ takes 15 off its time to live
AGAIN = 2.0  # seconds between two attempts to reach a server that is away
SAFE_POLICY = "noeviction"
Connect = Callable[[], Redis]


class EvictingQueue(Exception):
    """The server may throw jobs away when its memory is full; `policy` is its setting."""

    def __init__(self, policy: str) -> None:
        super().__init__(policy)
        self.policy = policy


class Stop:
    """SIGTERM and SIGINT, which end waiting at once and a job after it is done."""

    _signals = (signal.SIGTERM, signal.SIGINT)

    def __init__(self) -> None:
        self.requested = False
        self._interruptible = True

    def install(self) -> None:
        """Take the two signals over. Main thread only."""
        for number in self._signals:
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self.requested = True
        if self._interruptible:
            raise StopRequested

    @contextmanager
    def elsewhere_blocked(self) -> Iterator[None]:
        """Threads started inside never get the signals: they must interrupt this thread."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, self._signals)
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    @contextmanager
    def later(self) -> Iterator[None]:
        """Inside, a signal is only noted."""
        self._interruptible = False
        try:
            yield
        finally:
            self._interruptible = True


class Bell(SimpleWorker):  # type: ignore[misc]
    """One queue, JSON, no signals of its own, no remote commands."""

    max_connection_wait_time = 30.0

    def __init__(self, redis: Redis, stop: Stop) -> None:
        queue = Queue(QUEUE, connection=redis, serializer="json")
        super().__init__(
            [queue],
            connection=redis,
            serializer="json",
            worker_ttl=WAIT + 15,
            log_job_description=False,
        )
        self._stop = stop

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run one job to its end, whatever signal comes meanwhile."""
        with self._stop.later():
            super().execute_job(job, queue)
        self._stop_requested = self._stop.requested

    def subscribe(self) -> None:
        """Nobody commands a worker through Redis: who may write there is not trusted so far."""

    def _install_signal_handlers(self) -> None:
        """`Stop` has them."""


def check_policy(redis: Redis) -> None:
    """Raise EvictingQueue when the server would make jobs vanish; RedisError when it is away."""
    policy = str(redis.info("memory").get("maxmemory_policy", SAFE_POLICY))
    if policy != SAFE_POLICY:
        raise EvictingQueue(policy)


def listen(connect: Connect, stop: Stop) -> None:
    """Wait for rings until a signal comes; a server that is away is waited for."""
    logging.getLogger("rq.worker").setLevel(logging.ERROR)
    try:
        while not stop.requested:
            _listen_once(connect, stop)
    except StopRequested:
        return


def _listen_once(connect: Connect, stop: Stop) -> None:
    """RQ ends its loop on a signal, but also when the server went away at a bad moment."""
    try:
        with connect() as redis:
            check_policy(redis)
        with connect() as redis:  # RQ waits longer for an answer than the connection above
            Bell(redis, stop).work()
    except EvictingQueue as error:
        log.error("queue not used: its maxmemory-policy is %s", error.policy)
    except (RedisError, OSError) as error:
        log.warning("queue away (%s), sweeping meanwhile", type(error).__name__)
    if not stop.requested:
        time.sleep(AGAIN)


def wait(stop: Stop) -> None:
    """Without a queue: wait until a signal comes."""
    with suppress(StopRequested):
        while not stop.requested:
            time.sleep(1)  # not for ever: a signal may come just before
