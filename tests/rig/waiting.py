"""Waiting for something that another process does, with a deadline instead of a sleep."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

INTERVAL = 0.01  # seconds at first; the longer it takes, the less often it is asked
LONGEST = 0.05
# Seconds before giving up. Only a failure waits so long: a slow machine must not make one.
PATIENCE = 60.0
T = TypeVar("T")


class TooLate(AssertionError):
    """What was awaited did not happen in time."""


def eventually(probe: Callable[[], T], what: str, within: float = PATIENCE) -> T:
    """The first true result of `probe`; raises TooLate after `within` seconds."""
    pause = threading.Event()
    interval, deadline = INTERVAL, time.monotonic() + within
    while not (result := probe()):
        if time.monotonic() > deadline:
            raise TooLate(f"not within {within:g} s: {what}")
        pause.wait(interval)
        interval = min(interval * 1.2, LONGEST)
    return result
