"""`grc` processes forked from one that has imported the program and done nothing else.

Importing costs a second of processor time, and the fault programme starts processes by the
hundred. What comes after the import is the same: a process of its own, to be killed. How the
program starts from nothing is shown by `tests/integration` and `tests/deploy`.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from multiprocessing import connection, forkserver, get_context
from pathlib import Path
from unittest.mock import patch

from tests.rig.processes import PR_SET_PDEATHSIG, Process

ROOT = Path(__file__).parents[2]
TIMES = {"GRC_TESTING": "1", "GRC_LEASE_SECONDS": "2", "GRC_MINUTE_SECONDS": "0.1"}  # at import
_IMPORTED = (
    "grc.app", "grc.cli.base", "grc.cli.worker", "grc.cli.import_command", "grc.cli.fetch",
    "grc.channels.splitter", "psycopg", "sqlalchemy.dialects.postgresql.psycopg", __name__,
)  # fmt: skip
_context = get_context("forkserver")
_starting = threading.Lock()


class Preloaded(Process):
    """A `grc` command with the short waiting times of `TIMES`, started in no time."""

    def _spawn(self) -> None:
        log = Path(f"/proc/{os.getpid()}/fd/{self._log.fileno()}")
        self._popen = Forked(self.argv, self.env, self.cwd or ROOT, log)
        self.starts += 1


class Forked:
    """What `subprocess.Popen` is to a program: several threads may ask it."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], cwd: Path, log: Path) -> None:
        self._asking = threading.Lock()
        with _starting:
            _start_server()
            self._process = _context.Process(target=_become, args=(argv, dict(env), cwd, log))
            self._process.daemon = True
            self._process.start()
        self.pid: int = self._process.pid or 0
        self._sentinel = self._process.sentinel

    @property
    def returncode(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        with self._asking:
            return self._process.exitcode

    def poll(self) -> int | None:
        """The same."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end. Raises TimeoutExpired."""
        connection.wait([self._sentinel], timeout)
        code = self.returncode
        if code is None:
            raise subprocess.TimeoutExpired("grc", timeout or 0)
        return code


def _start_server() -> None:
    _context.set_forkserver_preload(list(_IMPORTED))
    with patch.dict(os.environ, TIMES | {"PYTHONPATH": str(ROOT)}):
        forkserver.ensure_running()


def _become(argv: list[str], env: dict[str, str], cwd: Path, log: Path) -> None:
    """In the new process: be the command, as if it had been executed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.setsid()
    output = os.open(log, os.O_WRONLY | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(output, stream)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = argv
    from grc.__main__ import main

    main()
