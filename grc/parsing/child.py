"""A reader process that can be killed: hostile bytes never run in ours.

The parent sends a function's name, JSON parameters and raw bytes over a socket pair; the
child answers with JSON and bytes. Nothing is pickled. The child bounds its own memory
(RLIMIT_AS) and its own time: an alarm left to its default action, which the kernel carries
out whatever the code is doing. It ends when the parent's end of the socket closes.

The child starts as a new interpreter, never by fork: a fork would carry over database
connections, locks and secrets. Its environment is empty but for what Python needs.
"""

import contextlib
import importlib
import json
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

Blobs = list[bytes]
Answer = tuple[dict[str, Any], Blobs]
ChildFunction = Callable[[dict[str, Any], Blobs], Answer]

_HEAD = struct.Struct("!I")
_GRACE = 5.0  # seconds the parent adds before it stops believing in the child's alarm
_ROOT = Path(__file__).resolve().parents[2]
_children: "weakref.WeakSet[Child]" = weakref.WeakSet()


class ChildFailure(Exception):
    """The child could not answer: `parser_timeout`, `parser_memory` or `parser_crash`."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


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
        self._done = 0
        _children.add(self)

    def call(self, function: str, parameters: dict[str, Any], blobs: Blobs) -> Answer:
        """Run `package.module:function` in the child. Raises ChildFailure."""
        with self._lock:
            self.send(function, parameters, blobs)
            return self.receive()

    def send(self, function: str, parameters: dict[str, Any], blobs: Blobs) -> None:
        """Start a call without waiting: one `receive` must follow, from the same thread."""
        request = {"function": function, "parameters": parameters, "timeout": self._timeout}
        try:
            _send(self._ready(), request, blobs, self._timeout + _GRACE)
        except OSError:  # it died between two calls: the item is not to blame
            self.close()
            try:
                _send(self._ready(), request, blobs, self._timeout + _GRACE)
            except OSError as error:
                raise self._failure(error) from error

    def receive(self) -> Answer:
        """Wait for the answer of the call started by `send`. Raises ChildFailure."""
        if self._socket is None:
            raise ChildFailure("parser_crash", "le lecteur n'a pas été démarré")
        try:
            header, blobs = _receive(self._socket, self._timeout + _GRACE)
        except (OSError, EOFError) as error:
            raise self._failure(error) from error
        self._done += 1
        if failure := header.get("failure"):
            self.close()
            raise ChildFailure(failure, header["detail"])
        if self._done >= self._calls:
            self.close()
        return header["answer"], blobs

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
                [sys.executable, "-P", "-B", "-m", __name__, str(theirs.fileno()),
                 str(self._memory)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "LANG": "C.UTF-8"},
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
            return ChildFailure("parser_timeout", f"lecture abandonnée après {self._timeout:g} s")
        return ChildFailure("parser_crash", f"le lecteur s'est arrêté (état {status})")

    def _forget(self) -> None:
        """In a forked process: leave the parent's child to the parent."""
        if self._process is not None:
            self._process.returncode = 0  # not ours to wait for
        if self._socket is not None:
            self._socket.close()
        self._lock = threading.Lock()
        self._socket, self._process, self._done = None, None, 0


def _forget_all() -> None:
    for child in list(_children):
        child._forget()


os.register_at_fork(after_in_child=_forget_all)


def _send(to: socket.socket, header: dict[str, Any], blobs: Blobs, timeout: float | None) -> None:
    to.settimeout(timeout)
    head = json.dumps({**header, "sizes": [len(blob) for blob in blobs]}).encode()
    to.sendall(_HEAD.pack(len(head)) + head)
    for blob in blobs:
        to.sendall(blob)


def _receive(from_: socket.socket, timeout: float | None) -> tuple[dict[str, Any], Blobs]:
    from_.settimeout(timeout)
    (size,) = _HEAD.unpack(_receive_exactly(from_, _HEAD.size))
    header: dict[str, Any] = json.loads(_receive_exactly(from_, size))
    return header, [_receive_exactly(from_, size) for size in header["sizes"]]


def _receive_exactly(from_: socket.socket, size: int) -> bytes:
    buffer = bytearray(size)
    view, position = memoryview(buffer), 0
    while position < size:
        count = from_.recv_into(view[position:])
        if not count:
            raise EOFError
        position += count
    view.release()
    return bytes(buffer)


def serve(connection: socket.socket) -> None:
    """The child's loop: one call after the other until the parent is gone."""
    functions: dict[str, ChildFunction] = {}
    while True:
        try:
            request, blobs = _receive(connection, None)
        except EOFError:
            return
        header, answer = _run(functions, request, blobs)
        _send(connection, header, answer, None)


def _run(functions: dict[str, ChildFunction], request: dict[str, Any], blobs: Blobs) -> Answer:
    name = request["function"]
    if name not in functions:
        functions[name] = _load(name)
    signal.setitimer(signal.ITIMER_REAL, request["timeout"])
    try:
        answer, out = functions[name](request["parameters"], blobs)
    except MemoryError:
        return {"failure": "parser_memory", "detail": "trop de mémoire demandée"}, []
    except Exception as error:  # noqa: BLE001 - any bug of a reader becomes an answer
        return {"failure": "parser_crash", "detail": _describe(error)}, []
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return {"answer": answer}, out


def _load(name: str) -> ChildFunction:
    module, _, attribute = name.partition(":")
    function: ChildFunction = getattr(importlib.import_module(module), attribute)
    return function


def _describe(error: Exception) -> str:
    """Where it broke, without the message: that could quote a citizen's words."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else "?"
    return f"{type(error).__name__} ({place})"


def _main(descriptor: str, memory: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to handle
    with socket.socket(fileno=int(descriptor)) as connection:
        serve(connection)


if __name__ == "__main__":
    _main(*sys.argv[1:])
