"""A real process: started until ready, killed with all it started, restarted like systemd does."""

import atexit
import contextlib
import ctypes
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, Self

from tests.rig.waiting import PATIENCE, eventually


class Started(Protocol):
    """What is known of a program that was started; `subprocess.Popen` is one."""

    pid: int

    @property
    def returncode(self) -> int | Any: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...


PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class Process:
    """One program in its own session. Its output goes to a file, so that it never blocks.

    `ready` is asked until true before `start` returns. With `restart_always`, whatever ends
    the program it is started again at once, until `stop` or `close`.
    """

    def __init__(
        self,
        argv: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        user: str | None = None,
        ready: Callable[["Process"], bool] = lambda process: process.running,
        ready_within: float = PATIENCE,
        restart_always: bool = False,
    ) -> None:
        self.argv = [str(word) for word in argv]
        self.env = {**os.environ, **(env or {})}
        self.cwd, self.user = cwd, user
        self.ready, self.ready_within = ready, ready_within
        self.restart_always = restart_always
        self.starts = 0
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the object
        self._popen: Started | None = None
        self._keeper: threading.Thread | None = None
        self._wanted = threading.Event()
        atexit.register(self.close)

    @property
    def pid(self) -> int:
        """Process id of the latest start."""
        assert self._popen is not None, "not started"
        return self._popen.pid

    @property
    def running(self) -> bool:
        """True between a start and the end of the program, whatever ended it."""
        return self._popen is not None and self._popen.poll() is None

    @property
    def output(self) -> str:
        """Everything printed since the first start, both streams."""
        size = os.fstat(self._log.fileno()).st_size
        return os.pread(self._log.fileno(), size, 0).decode(errors="replace")

    def start(self) -> Self:
        """Start and wait until ready; TooLate carries the program's last words."""
        assert not self.running, "already running"
        self._wanted.set()
        if self.restart_always:
            self._keeper = threading.Thread(target=self._keep_running, daemon=True)
            self._keeper.start()
        else:
            self._spawn()
        return self.wait_ready()

    def wait_ready(self) -> Self:
        """Wait until `ready` again, for instance after a restart by the keeper."""
        try:
            eventually(self._ready_or_dead, f"{self.argv[0]} ready", self.ready_within)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.output[-2000:]}") from None
        return self

    def wait(self, within: float = PATIENCE) -> int:
        """Wait for the end; returns the exit code, negative for a signal."""
        assert self._popen is not None, "not started"
        return self._popen.wait(within)

    def kill(self, sig: int = signal.SIGKILL, *, family: bool = True) -> None:
        """Signal the program, or with `family` also all its descendants, and wait for the end.

        Groups are not enough: PostgreSQL and RQ give each child a session of its own.
        """
        with contextlib.suppress(ProcessLookupError):
            pids = family_of(self.pid, freeze=True) if family else [self.pid]
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, sig)
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
            eventually(lambda: not any(map(is_alive, pids)), f"end of {self.argv[0]}")

    def stop(self, sig: int = signal.SIGTERM, within: float = PATIENCE) -> int:
        """End it politely, for good; returns the exit code."""
        self._wanted.clear()
        if self.running:
            os.kill(self.pid, sig)
        code = self.wait(within)
        if self._keeper is not None:
            self._keeper.join(within)
        return code

    def close(self) -> None:
        """Leave nothing behind, whatever the state."""
        self._wanted.clear()
        if self.running:
            self.kill()
            self.wait()
        self._log.close()
        atexit.unregister(self.close)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ready_or_dead(self) -> bool:
        if self._popen is None:
            return False
        if not self.running and not self.restart_always:
            raise AssertionError(f"{self.argv[0]} ended with {self._popen.returncode}")
        return self.running and self.ready(self)

    def _keep_running(self) -> None:
        while self._wanted.is_set():
            self._spawn()
            assert self._popen is not None
            self._popen.wait()

    def _spawn(self) -> None:
        # The death signal is tied to the *thread* that starts the child: only to lasting ones.
        lasting = threading.current_thread() in (threading.main_thread(), self._keeper)
        self._popen = subprocess.Popen(
            self.argv,
            env=self.env,
            cwd=self.cwd,
            user=self.user,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent if lasting else None,
        )
        self.starts += 1


def said(text: str) -> Callable[[Process], bool]:
    """Ready when the program has printed `text`."""
    return lambda process: text in process.output


def _die_with_parent() -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def family_of(pid: int, *, freeze: bool = False) -> list[int]:
    """The process and all its descendants; `freeze` stops each so that none starts another."""
    if freeze:
        os.kill(pid, signal.SIGSTOP)
    family = [pid]
    for children in _of_threads(pid, "children"):
        for child in map(int, children.split()):
            with contextlib.suppress(ProcessLookupError):
                family += family_of(child, freeze=freeze)
    return family


def is_alive(pid: int) -> bool:
    """False when no process, or only its remains, has this id.

    The first thread may be dead while another still holds sockets and locks of the process.
    """
    states = (stat.rpartition(")")[2].split()[0] for stat in _of_threads(pid, "stat"))
    return any(state not in "ZX" for state in states)


def _of_threads(pid: int, name: str) -> list[str]:
    """What the kernel says under this name of each thread; of those gone meanwhile, nothing."""
    found = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208
            with contextlib.suppress(OSError):
                found.append(Path(f"/proc/{pid}/task/{thread}/{name}").read_text())
    return found
