"""The child processes of `grc run`: kept alive, ended together, never left behind.

They die with this process even when it is killed: the kernel sends them SIGTERM then. Each
leads a process group of its own, so that Ctrl-C reaches this process only.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

ENDING = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
WATCHED = ENDING | {signal.SIGCHLD}
FATAL = frozenset({64, 78})  # wrong settings: starting again would not help
STEADY = 30.0  # seconds a process must live for its next death to be a first one
LONGEST_WAIT = 30.0  # seconds between two starts of what keeps dying
POLITE = 7.0  # seconds to end after SIGTERM
POLITE_LAST = 2.0  # the same for the services that end last
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass
class Service:
    """One program; `last`: it ends after the others, which still need it."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    fds: tuple[int, ...] = ()
    last: bool = False
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    start_at: float = 0.0  # when to start (again); only while it does not run
    deaths: int = 0

    @property
    def is_running(self) -> bool:
        """True between a start and the end, whatever ended it."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start the program, tied to the life of this process. Main thread only."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own programs
            self.argv,
            env=self.env,
            stdin=subprocess.DEVNULL,
            pass_fds=self.fds,
            process_group=0,
            preexec_fn=_tied_to(os.getpid()),
        )

    def plan_restart(self) -> float:
        """Note a death; returns the seconds until the next start."""
        lived = time.monotonic() - self.started_at
        self.deaths = 1 if lived > STEADY else self.deaths + 1
        wait = min(0.25 * float(1 << min(self.deaths, 10)), LONGEST_WAIT)
        self.process, self.start_at = None, time.monotonic() + wait
        return wait

    def signal(self, number: int) -> None:
        """Send a signal to the program and all it started."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


Told = Callable[[Service, int], None]


@dataclass
class Family:
    """The services. `on_death` is told of each unexpected end, with the exit code."""

    services: Sequence[Service]
    on_death: Told

    @contextmanager
    def living(self) -> Iterator[None]:
        """All services started; all ended at the end of the block, whatever happened in it."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
        try:
            for service in self.services:
                service.start()
            yield
        finally:
            self._end([s for s in self.services if not s.last], POLITE)
            self._end([s for s in self.services if s.last], POLITE_LAST)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def keep(self, each_round: Callable[[], float]) -> int:
        """Start again what dies, until a signal asks for the end; returns the exit code.

        `each_round` does what else there is to do, and returns how long to wait, in seconds.
        """
        while True:
            caught = signal.sigtimedwait(WATCHED, min(each_round(), self._next_start()))
            if caught is not None and caught.si_signo in ENDING:
                return 0
            for service in self.services:
                if (code := self._look_after(service)) in FATAL:
                    return code

    def _look_after(self, service: Service) -> int:
        """Restart a service when it is time to; returns the exit code of one that just ended."""
        if service.process is None:
            if time.monotonic() >= service.start_at:
                service.start()
            return 0
        code = service.process.poll()
        if code is None:
            return 0
        service.signal(signal.SIGKILL)  # what it may have left running
        service.plan_restart()
        self.on_death(service, code)
        return code

    def _next_start(self) -> float:
        waiting = [s.start_at for s in self.services if s.process is None]
        return max(min(waiting) - time.monotonic(), 0.01) if waiting else 3600.0

    def _end(self, services: Sequence[Service], patience: float) -> None:
        for service in services:
            service.signal(signal.SIGTERM)
        deadline = time.monotonic() + patience
        for service in services:
            if service.process is not None:
                with suppress(subprocess.TimeoutExpired):
                    service.process.wait(max(deadline - time.monotonic(), 0.01))
                service.signal(signal.SIGKILL)
                service.process.wait()


def _tied_to(parent: int) -> Callable[[], None]:
    """What a child does before it becomes its program."""

    def _prepare() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we were tied to it
            os._exit(1)

    return _prepare
