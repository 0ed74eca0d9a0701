"""What the tests of the killable process make it do."""

import os
import re
import resource
import signal
from typing import Any

from grc.parsing.frames import Answer, Blobs


def echo(parameters: dict[str, Any], blobs: Blobs) -> Answer:
    return parameters, blobs


def state(parameters: dict[str, Any], blobs: Blobs) -> Answer:
    limits = resource.getrlimit(resource.RLIMIT_AS)
    return {"pid": os.getpid(), "environment": sorted(os.environ), "memory": limits[0]}, []


def hang(parameters: dict[str, Any], blobs: Blobs) -> Answer:
    while True:
        pass


def hang_in_c(parameters: dict[str, Any], blobs: Blobs) -> Answer:
    """A regular expression no Python signal handler could interrupt."""
    re.match(r"(a+)+$", "a" * 64 + "b")
    return {}, []


def hang_deaf(parameters: dict[str, Any], blobs: Blobs) -> Answer:
    os.kill(os.getpid(), signal.SIGSTOP)
    return {}, []


def eat_memory(parameters: dict[str, Any], blobs: Blobs) -> Answer:
    return {}, [b"x" * (1 << 30)]


def leave(parameters: dict[str, Any], blobs: Blobs) -> Answer:
    os._exit(3)


def segfault(parameters: dict[str, Any], blobs: Blobs) -> Answer:
    os.kill(os.getpid(), signal.SIGSEGV)
    return {}, []


def bug(parameters: dict[str, Any], blobs: Blobs) -> Answer:
    raise ValueError("le secret de Marie")
