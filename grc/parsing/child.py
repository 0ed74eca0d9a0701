"""A reader process that can be killed: hostile bytes never run in ours.

The parent sends a function's name, JSON parameters and raw bytes over a socket pair; the
child answers with JSON and bytes. Nothing is pickled. The child bounds its own memory
(RLIMIT_AS) and its own time: an alarm left to its default action, which the kernel carries
out whatever the code is doing. It ends when the parent's end of the socket closes.

The child starts as a new interpreter, never by fork: a fork would carry over database
connections, locks and secrets. Its environment is empty but for what Python needs.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import Any

from grc.parsing import frames, serve
from grc.parsing.frames import Answer, Blobs
from grc.parsing.serve import OUT_OF_MEMORY, TOO_MUCH_MEMORY
from grc.parsing.words import N_

_GRACE = 5.0  # seconds the parent adds before it stops believing in the child's alarm
_ROOT = Path(__file__).resolve().parents[2]
_children: "weakref.WeakSet[Child]" = weakref.WeakSet()


class ChildFailure(Exception):
    """The child could not answer: `parser_timeout`, `parser_memory` or `parser_crash`."""

    def __init__(self, code: str, detail: str, **params: float | str) -> None:
        super().__init__(f"{code}: {detail % params if params else detail}")
        self.code = code
        self.detail = detail
        self.params = params


class Child:
    """A killable process that runs one function at a time.

    `timeout` is in seconds of wall clock for one call, `memory` in bytes of address space;
    after `calls` calls the process is replaced, so that nothing accumulates. Threads may
    share a Child; a forked process silently gets a process of its own.
    """

    def __init__(
        self, *, timeout: float = 20.0, memory: int = 512 * 1024 * 1024, calls: int = 2_000
    ) -> None:
        self._timeout = timeout
        self._memory = memory
        self._calls = calls
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._request: tuple[dict[str, Any], Blobs] | None = None
        self._done = 0
        _children.add(self)

    def call(self, function: str, parameters: dict[str, Any], blobs: Blobs) -> Answer:
        """Run `package.module:function` in the child. Raises ChildFailure."""
        with self._lock:
            self.send(function, parameters, blobs)
            return self.receive()

    def send(self, function: str, parameters: dict[str, Any], blobs: Blobs) -> None:
        """Start a call without waiting: one `receive` must follow, from the same thread."""
        header = {"function": function, "parameters": parameters, "timeout": self._timeout}
        self._request = (header, blobs)
        self._transmit()

    def receive(self) -> Answer:
        """Wait for the answer of the call started by `send`. Raises ChildFailure."""
        header, blobs = self._await()
        self._request = None
        self._done += 1
        if failure := header.get("failure"):
            self.close()
            raise ChildFailure(failure, header["detail"])
        if self._done >= self._calls:
            self.close()
        return header["answer"], blobs

    def _transmit(self, *, again: bool = True) -> None:
        """Send the request. A process that died in between is replaced once: the item is
        not to blame."""
        header, blobs = self._request or ({}, [])
        try:
            frames.send(self._ready(), header, blobs, self._timeout + _GRACE)
        except OSError as error:
            failure = self._failure(error)
            if not again or isinstance(error, TimeoutError):
                raise failure from error
            self._transmit(again=False)

    def _await(self, *, again: bool = True) -> Answer:
        """Receive the answer. A connection reset means the process never read the request."""
        if self._socket is None:
            raise ChildFailure("parser_crash", N_("le lecteur n'a pas été démarré"))
        try:
            return frames.receive(self._socket, self._timeout + _GRACE)
        except (OSError, EOFError) as error:
            failure = self._failure(error)
            if not again or not isinstance(error, ConnectionResetError):
                raise failure from error
        self._transmit(again=False)
        return self._await(again=False)

    def close(self) -> None:
        """Kill the process if there is one. The next call starts another."""
        if self._socket is not None:
            self._socket.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._socket, self._process, self._done = None, None, 0

    def _ready(self) -> socket.socket:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        return self._socket or self._start()

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-P", "-B", "-m", serve.__name__, str(theirs.fileno()),
                 str(self._memory)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"PYTHONPATH": _python_path(), "PATH": os.defpath, "LANG": "C.UTF-8"},
            )  # fmt: skip
        self._socket = ours
        return ours

    def _failure(self, error: Exception) -> ChildFailure:
        """Why the child is gone; it is replaced at the next call."""
        process = self._process
        if isinstance(error, TimeoutError):
            status: int | None = -signal.SIGALRM
        else:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process and process.wait(timeout=1)
            status = process.returncode if process else None
        self.close()
        if status == -signal.SIGALRM:
            detail = N_("lecture abandonnée après %(seconds)s s")
            return ChildFailure("parser_timeout", detail, seconds=f"{self._timeout:g}")
        if status in (OUT_OF_MEMORY, -signal.SIGABRT):  # compiled code aborts
            return ChildFailure("parser_memory", TOO_MUCH_MEMORY)
        detail = N_("le lecteur s'est arrêté (état %(status)s)")
        return ChildFailure("parser_crash", detail, status=status or 0)

    def _forget(self) -> None:
        """In a forked process: leave the parent's child to the parent."""
        if self._process is not None:
            self._process.returncode = 0  # not ours to wait for
        if self._socket is not None:
            self._socket.close()
        self._lock = threading.Lock()
        self._socket, self._process, self._done = None, None, 0


def _python_path() -> str:
    """What we can import, the child can."""
    return os.pathsep.join([str(_ROOT), *filter(None, sys.path)])


def _forget_all() -> None:
    for child in list(_children):
        child._forget()


os.register_at_fork(after_in_child=_forget_all)
