"""`grc` and web processes forked from one that has imported the program, and nothing else.

Importing costs a second of processor time, and tests start processes by the hundred. What comes
after the import is the same: a process of its own, to be killed. How the program starts from
nothing is shown by the servers and workers of `tests/integration` and by `tests/deploy`.
"""

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from multiprocessing import connection, forkserver, get_context
from pathlib import Path
from unittest.mock import patch

from tests.rig.processes import PR_SET_PDEATHSIG, Process
from tests.rig.waiting import PATIENCE

ROOT = Path(__file__).parents[2]
NOTHING = Path(os.devnull)
TIMES = {
    "GRC_TESTING": "1",
    "GRC_LEASE_SECONDS": "2",
    "GRC_MINUTE_SECONDS": "0.1",
    "GRC_QUIET_SECONDS": "0.1",
}  # at import
_IMPORTED = (
    "grc.app", "grc.cli.base", "grc.cli.worker", "grc.cli.import_command", "grc.cli.fetch",
    "grc.channels.splitter", "psycopg", "sqlalchemy.dialects.postgresql.psycopg", __name__,
    "gunicorn.app.wsgiapp", "gunicorn.workers.gthread",
)  # fmt: skip
_context = get_context("forkserver")
_starting = threading.Lock()


class Preloaded(Process):
    """A `grc` command, or gunicorn, with the short waiting times of `TIMES`, started at once."""

    def _spawn(self) -> None:
        log = Path(f"/proc/{os.getpid()}/fd/{self._log.fileno()}")
        self._popen = Forked(self.argv, self.env, self.cwd or ROOT, (NOTHING, log, log))
        self.starts += 1


def run(
    argv: Sequence[object],
    *,
    env: Mapping[str, str],
    cwd: Path,
    stdin: bytes = b"",
    timeout: float = PATIENCE,
) -> subprocess.CompletedProcess[bytes]:
    """Run a `grc` command to its end, as `subprocess.run` would with its output captured."""
    words = [str(word) for word in argv]
    with tempfile.TemporaryDirectory(prefix="grc-run-") as folder:
        given, out, err = streams = tuple(Path(folder, name) for name in ("in", "out", "err"))
        given.write_bytes(stdin)
        code = Forked(words, env, cwd, streams).wait(timeout)
        return subprocess.CompletedProcess(words, code, out.read_bytes(), err.read_bytes())


class Forked:
    """What `subprocess.Popen` is to a program: several threads may ask it."""

    def __init__(
        self, argv: Sequence[str], env: Mapping[str, str], cwd: Path, streams: Sequence[Path]
    ) -> None:
        self._asking = threading.Lock()
        with _starting:
            _start_server()
            self._process = _context.Process(target=_become, args=(argv, dict(env), cwd, streams))
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


def _become(argv: list[str], env: dict[str, str], cwd: Path, streams: Sequence[Path]) -> None:
    """In the new process: be the command, as if it had been executed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.setsid()
    for stream, path in enumerate(streams):
        kept = os.open(path, (os.O_WRONLY | os.O_APPEND | os.O_CREAT) if stream else os.O_RDONLY)
        os.dup2(kept, stream)
        os.close(kept)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - as long as the process
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = argv
    if Path(argv[0]).name == "gunicorn":
        from gunicorn.app.wsgiapp import run as main
    else:
        from grc.__main__ import main

    main()
