"""What runs in the reader process, started by `grc.parsing.child`."""

import importlib
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grc.parsing import frames
from grc.parsing.frames import Answer, Blobs
from grc.parsing.words import N_

OUT_OF_MEMORY = 12  # exit status when not even the answer fits
TOO_MUCH_MEMORY = N_("la lecture demande trop de mémoire")

ChildFunction = Callable[[dict[str, Any], Blobs], Answer]


def serve(connection: socket.socket) -> None:
    """The child's loop: one call after the other until the parent is gone."""
    functions: dict[str, ChildFunction] = {}
    while True:
        try:
            request, blobs = frames.receive(connection, None)
        except EOFError:
            return
        header, answer = _run(functions, request, blobs)
        frames.send(connection, header, answer, None)


def _run(functions: dict[str, ChildFunction], request: dict[str, Any], blobs: Blobs) -> Answer:
    name = request["function"]
    try:
        if name not in functions:
            functions[name] = _load(name)
        signal.setitimer(signal.ITIMER_REAL, request["timeout"])
        answer, out = functions[name](request["parameters"], blobs)
    except MemoryError:
        return {"failure": "parser_memory", "detail": TOO_MUCH_MEMORY}, []
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
    try:
        serve(socket.socket(fileno=int(descriptor)))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


if __name__ == "__main__":
    _main(*sys.argv[1:])
