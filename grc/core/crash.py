"""Kill points for the fault programme: where a power cut would hurt most.

`crash("S3")` does nothing unless GRC_TESTING=1 and GRC_CRASH_AT names the point; it then
kills this process once, leaving a marker file so that the next process survives.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path

_TESTING = os.environ.get("GRC_TESTING") == "1"


def _crash(point: str) -> None:
    wanted, _, marker = os.environ.get("GRC_CRASH_AT", "").partition("@")
    if point != wanted:
        return
    path = Path(marker)
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def _nothing(point: str) -> None:
    """Outside tests a kill point is an empty call."""


crash: Callable[[str], None] = _crash if _TESTING else _nothing
