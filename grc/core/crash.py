"""What the fault programme may do to a process; outside tests nothing here does anything.

`crash("I3")` is a kill point, where a power cut would hurt most. With GRC_TESTING=1 and
GRC_CRASH_AT=I3,I4@FOLDER each point named kills this process once: a marker file of its name
in FOLDER proves that it happened, and lets the next process live.
"""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

_TESTING = os.environ.get("GRC_TESTING") == "1"


def _crash(point: str) -> None:
    points, _, folder = os.environ.get("GRC_CRASH_AT", "").partition("@")
    if point not in points.split(","):
        return
    try:
        Path(folder, point).touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def _nothing(point: str) -> None:
    """Outside tests a kill point is an empty call."""


crash: Callable[[str], None] = _crash if _TESTING else _nothing


def seconds(name: str, normal: float) -> timedelta:
    """A waiting time that tests may shorten through the variable `name`; in seconds."""
    given = os.environ.get(name) if _TESTING else None
    return timedelta(seconds=float(given or normal))
