"""Reading a picture of a page by tesseract, a program of its own, bounded in time and memory."""

import io
import os
import re
import resource
import shutil
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grc.parsing.charset import wash

if TYPE_CHECKING:  # the library that opens scans is loaded where they are read
    from grc.parsing.scans import Scan

PROGRAM = "tesseract"
LANGUAGE = "fra"
PACKAGES = "tesseract-ocr tesseract-ocr-fra"  # of Debian
DPI = 300
PAGE_SECONDS = 20.0
_WRITTEN = ("hocr", "txt")
_LINE = re.compile(r"class='ocr_line'[^>]*")
_ANGLE = re.compile(r"textangle (90|180|270)\b")
# Where the description of the page ends (its own words are escaped), and the text after it.
_DESCRIBED, _TOLD = "\n  </div>\n", "\n </body>"


@dataclass(frozen=True)
class Seen:
    """What was read on a page; `turn` quarters of it clockwise, in degrees, set it upright."""

    text: str
    turn: int


def program() -> str | None:
    """Where tesseract is; None when it is not installed."""
    return shutil.which(PROGRAM, path=os.defpath)


def has_language(path: str) -> bool:
    """True when this tesseract knows French."""
    asked = subprocess.run(  # noqa: S603 - a program found in the system's own folders
        [path, "--list-langs"], capture_output=True, text=True, timeout=10, check=False
    )
    return LANGUAGE in asked.stdout.split()


def read(scan: "Scan", number: int, seconds: float) -> Seen | None:
    """A page read, upright or not; None when it could not be read, or not in time."""
    path = program()
    if path is None or seconds <= 0:
        return None
    picture = io.BytesIO()
    scan.picture(number, DPI).save(picture, "PPM")
    try:
        done = subprocess.run(  # noqa: S603 - a program found in the system's own folders
            [path, "stdin", "stdout", "-l", LANGUAGE, "--psm", "1", "--dpi", str(DPI), *_WRITTEN],
            input=picture.getvalue(),
            capture_output=True,
            timeout=min(seconds, PAGE_SECONDS),
            env={"OMP_THREAD_LIMIT": "1", "PATH": os.defpath, "LANG": "C.UTF-8"},
            preexec_fn=_bound,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return None
    return None if done.returncode else _seen(done.stdout.decode("utf-8", "replace"))


def _seen(written: str) -> Seen:
    """From the description of the page (hOCR) with its text inside, as tesseract writes both."""
    described, _, rest = written.partition(_DESCRIBED)
    text = rest.rpartition(_TOLD)[0]
    turns = Counter[int]()
    for line in _LINE.findall(described):
        angle = _ANGLE.search(line)
        turns[int(angle[1]) if angle else 0] += 1
    return Seen(wash(text).strip(), turns.most_common(1)[0][0] if turns else 0)


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
