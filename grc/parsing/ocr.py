"""Reading a picture of a page by tesseract, a program of its own, bounded in time and memory."""

import io
import os
import resource
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

from grc.parsing.charset import wash

if TYPE_CHECKING:  # the library that opens scans is loaded where they are read
    from grc.parsing.scans import Scan

PROGRAM = "tesseract"
LANGUAGE = "fra"
PACKAGES = "tesseract-ocr tesseract-ocr-fra"  # of Debian
DPI = 300
PAGE_SECONDS = 20.0


def program() -> str | None:
    """Where tesseract is; None when it is not installed."""
    return shutil.which(PROGRAM, path=os.defpath)


def has_language(path: str) -> bool:
    """True when this tesseract knows French."""
    asked = subprocess.run(  # noqa: S603 - a program found in the system's own folders
        [path, "--list-langs"], capture_output=True, text=True, timeout=10, check=False
    )
    return LANGUAGE in asked.stdout.split()


def read(scan: "Scan", number: int, seconds: float) -> str | None:
    """The text of a page, upright or not; None when it could not be read, or not in time."""
    path = program()
    if path is None or seconds <= 0:
        return None
    picture = io.BytesIO()
    scan.picture(number, DPI).save(picture, "PPM")
    try:
        done = subprocess.run(  # noqa: S603 - a program found in the system's own folders
            [path, "stdin", "stdout", "-l", LANGUAGE, "--psm", "1", "--dpi", str(DPI)],
            input=picture.getvalue(),
            capture_output=True,
            timeout=min(seconds, PAGE_SECONDS),
            env={"OMP_THREAD_LIMIT": "1", "PATH": os.defpath, "LANG": "C.UTF-8"},
            preexec_fn=_bound,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return None
    return wash(done.stdout.decode("utf-8", "replace")).strip() if not done.returncode else None


def _bound() -> None:
    """It ends by itself, should we be killed before it."""
    seconds = int(PAGE_SECONDS) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


class Watch:
    """How much time is left for reading."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds; negative when none is left."""
        return self._end - time.monotonic()
