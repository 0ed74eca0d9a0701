"""Finds the items at a path given to an import: one file, an mbox, a Maildir, a folder.

Locators name an item inside its source and never change between two runs:

- a file: its path relative to the given PATH, or its name when it is the PATH itself;
- a message of an mbox, or a line of a log: the file's locator, `@`, and its offset in bytes;
- a message of a Maildir: its base name, without the flags after `:`.

Every other file is an item, whatever its extension, empty and hidden ones included: what
is no message waits in quarantine where somebody sees it. Left out: folders of version
control and the droppings of desktops, which no citizen sent. A folder reached twice by
links is walked once.

One bad entry does not stop the walk: everything readable comes first, then `Unreadable`
names the first thing that could not be read.
"""

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from grc.channels.protocol import Found, Unreadable
from grc.parsing import mbox
from grc.parsing.words import N_

_SKIPPED = frozenset((".git", ".hg", ".svn", ".DS_Store", "Thumbs.db", "desktop.ini"))
_HEAD = 1024
_PIECE = 1 << 20
_REASONS = {
    errno.ENOENT: N_("ce chemin n'existe pas"),
    errno.EACCES: N_("lecture refusée"),
    errno.EPERM: N_("lecture refusée"),
    errno.ELOOP: N_("boucle de liens"),
}


def messages(path: Path) -> Iterator[Found]:
    """The messages at `path`, in a stable order. Raises Unreadable, at the end when only
    a part cannot be read."""
    yield from _walked(_Walk(path))


def files(path: Path) -> Iterator[Found]:
    """The files at `path` as they are, whatever they hold. Raises Unreadable as `messages`."""
    yield from _walked(_Walk(path, boxes=False))


def lines(path: Path) -> Iterator[Found]:
    """The lines of the files at `path` but for blank ones: for logs. Raises Unreadable as
    `messages`. A line may be as long as it likes; only a piece of it is in memory."""
    for found in files(path):
        with found.open() as file:
            for offset, length in _lines(file):
                yield Found(f"{found.locator}@{offset}", length, found._path, offset)


def _lines(file: BinaryIO) -> Iterator[tuple[int, int]]:
    start = length = 0
    is_blank = True
    while piece := file.readline(_PIECE):
        length += len(piece)
        is_blank = is_blank and not piece.strip()
        if piece.endswith(b"\n"):
            if not is_blank:
                yield start, length
            start, length, is_blank = start + length, 0, True
    if not is_blank:
        yield start, length


def _walked(walk: "_Walk") -> Iterator[Found]:
    yield from walk.run()
    if walk.problems:
        first, others = walk.problems[0], len(walk.problems) - 1
        raise Unreadable(first.path, first.why, others)


class _Walk:
    def __init__(self, top: Path, *, boxes: bool = True) -> None:
        self._top = top
        self._boxes = boxes  # an mbox or a Maildir is several items
        self._seen: set[tuple[int, int]] = set()
        self._pending = [top]  # the next one is last; no recursion, folders may be very deep
        self.problems: list[Unreadable] = []

    def run(self) -> Iterator[Found]:
        while self._pending:
            path = self._pending.pop()
            try:
                yield from self._entry(path, path.stat())
            except OSError as error:
                self._problem(path, _REASONS.get(error.errno or 0, N_("lecture impossible")))

    def _entry(self, path: Path, status: os.stat_result) -> Iterator[Found]:
        if stat.S_ISREG(status.st_mode):
            yield from self._file(path, status.st_size)
        elif not stat.S_ISDIR(status.st_mode):
            self._problem(path, N_("ce n'est ni un fichier ni un dossier"))
        elif _identity(status) not in self._seen:
            self._seen.add(_identity(status))
            yield from self._folder(path)
        elif any(_identity(parent.stat()) == _identity(status) for parent in path.parents):
            self._problem(path, N_("boucle : ce lien ramène à un dossier qui le contient"))

    def _folder(self, path: Path) -> Iterator[Found]:
        entries = sorted(path.iterdir(), key=os.fsencode)
        if self._boxes and {"cur", "new"} <= {entry.name for entry in entries}:
            yield from self._maildir(path)
            entries = [entry for entry in entries if entry.name[0] == "." and entry.is_dir()]
        self._pending += [entry for entry in reversed(entries) if entry.name not in _SKIPPED]

    def _maildir(self, path: Path) -> Iterator[Found]:
        """`cur` and `new`, never `tmp`."""
        for box in ("cur", "new"):
            for message in sorted((path / box).iterdir(), key=os.fsencode):
                if not message.name.startswith(".") and message.is_file():
                    locator = self._locator(path / message.name.partition(":")[0])
                    yield Found(locator, message.stat().st_size, message)

    def _file(self, path: Path, size: int) -> Iterator[Found]:
        locator = self._locator(path)
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
            if not self._boxes or not mbox.is_mbox(head):
                yield Found(locator, size, path)
                return
            stream.seek(0)
            for offset, length in mbox.scan(stream):
                yield Found(f"{locator}@{offset}", length, path, offset)

    def _locator(self, path: Path) -> str:
        """Relative to the top, in a text that any database accepts."""
        relative = path.name if path == self._top else os.fspath(path.relative_to(self._top))
        return os.fsencode(relative).decode("utf-8", "backslashreplace")

    def _problem(self, path: Path, why: str) -> None:
        self.problems.append(Unreadable(path, why))


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
