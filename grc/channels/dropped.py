"""A folder where a scanner, or any program, puts files: what is complete there, its exact bytes,
where it goes once it is stored.

A file is complete when its size and its date have not changed while we looked, whatever the
clocks of the two machines say. It is named by its name; what is stored goes to `done/` in the
same folder by one rename, and never over another file.
"""

import errno
import hashlib
import os
import re
import stat
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from grc.channels.source import FileFolder, Letter, Trouble
from grc.parsing.packing import by_number
from grc.parsing.words import N_

DONE, REFUSED = "done", "refused"
_LEAVING = ".leaving"  # on the way to `done`
QUIET = 5.0  # seconds without a change
LOOK = 0.5
_MORE = 1 << 20
# How programs name what they have not finished writing.
_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".lock")
_DROPPINGS = ("Thumbs.db", "desktop.ini")
_COPY = re.compile(r"-(\d{1,6})$")
_REASONS = {
    errno.ENOENT: N_("le dossier « %(path)s » n'existe pas"),
    errno.ENOTDIR: N_("« %(path)s » n'est pas un dossier"),
    errno.EACCES: N_("l'accès au dossier « %(path)s » est refusé"),
    errno.EPERM: N_("l'accès au dossier « %(path)s » est refusé"),
    errno.EROFS: N_("le dossier « %(path)s » ne peut qu'être lu"),
    errno.ENOSPC: N_("le disque du dossier « %(path)s » est plein"),
}
_Mark = tuple[int, int, int]  # what changes when somebody writes: inode, size, time


class Dropped:
    """An open folder."""

    validity = 0  # a UID is made of everything that tells a file from another

    def __init__(self, where: FileFolder, quiet: float = QUIET) -> None:
        self.path, self._quiet = Path(where.path), quiet
        self._named: dict[int, tuple[str, _Mark]] = {}

    def locator(self, uid: int) -> str:
        """The name of the file, in a text that any database accepts."""
        return locator(self._named[uid][0])

    def uids(self) -> list[int]:
        """The complete files, in the order of their dates, then of their names as people count."""
        found = self._complete()
        self._named = {_uid(name, mark): (name, mark) for name, mark in found.items()}
        return sorted(self._named, key=lambda uid: _order(*self._named[uid]))

    def unmarked(self) -> list[int]:
        """The same: what is ours has left."""
        return self.uids()

    def _complete(self) -> dict[str, _Mark]:
        """The files that did not change during some seconds, without waiting when there is none."""
        before = self._look()
        until = time.monotonic() + self._quiet
        while before and time.monotonic() < until:
            time.sleep(min(LOOK, self._quiet))
            now = self._look()
            before = {name: mark for name, mark in before.items() if now.get(name) == mark}
        return before

    def _look(self) -> dict[str, _Mark]:
        found = {}
        with _telling(self.path), os.scandir(self.path) as entries:
            for entry in entries:
                if not is_unfinished(entry.name) and entry.is_file(follow_symlinks=False):
                    try:
                        found[entry.name] = _mark(entry.stat(follow_symlinks=False))
                    except FileNotFoundError:
                        continue  # taken away between the two
        return found

    def describe(self, uids: Sequence[int]) -> Iterator[Letter]:
        """The size of each file; its date is not when it reached us, the scan says more."""
        for uid in uids:
            yield Letter(uid, self._named[uid][1][1], None)

    def read(self, letters: Sequence[Letter]) -> Iterator[tuple[Letter, BinaryIO]]:
        """A stream over the bytes of each file that is still there."""
        for letter in letters:
            name, mark = self._named[letter.uid]
            if (self.path / name).exists():
                yield letter, cast(BinaryIO, _Whole(self.path / name, mark))

    def acknowledge(self, uids: Sequence[int]) -> None:
        """Move to `done/` the files that are still as they were read: one that was written anew
        is another, and stays."""
        for uid in uids:
            name, mark = self._named[uid]
            with _telling(self.path):
                self._put_away(name, mark)

    def _put_away(self, name: str, mark: _Mark) -> None:
        """Whoever writes the name anew writes another file, whichever moment she chooses: first
        ours goes where nobody writes, and is looked at there."""
        aside, path = self.path / _LEAVING, self.path / name
        _demand_own(aside)
        try:
            if _mark(path.lstat()) != mark:
                return
            aside.mkdir(exist_ok=True)
            path.rename(aside / name)
            is_ours = _mark((aside / name).lstat()) == mark
            move(aside / name, self.path / DONE if is_ours else self.path)
            aside.rmdir()
        except FileNotFoundError:
            return  # somebody else takes it, or has
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Return when a file is there that `uids` did not give, after `seconds`, or to stop."""
        until, known = time.monotonic() + seconds, dict(self._named.values())
        while not stop.wait(min(LOOK, seconds)) and time.monotonic() < until:
            if self._look().items() - known.items():
                return


class _Whole:
    """The bytes of a file, opened when they are asked for; Trouble when somebody is writing."""

    def __init__(self, path: Path, mark: _Mark) -> None:
        self._path, self._mark = path, mark
        self._file: BinaryIO | None = None

    def read(self, size: int = _MORE) -> bytes:
        with _telling(self._path):
            if self._file is None:
                self._file = os.fdopen(os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW), "rb")
            piece = self._file.read(size if size > 0 else _MORE)
            if piece:
                return piece
            mark = _mark(os.fstat(self._file.fileno()))
            self._file.close()
        if mark != self._mark:
            raise Trouble(
                N_("« %(name)s » est en train d'être écrit"), name=locator(self._path.name)
            )
        return b""


@contextmanager
def opened(
    where: FileFolder, *, quiet: float = QUIET, only_look: bool = False
) -> Iterator[Dropped]:
    """The folder, once it is sure that what is stored can leave it; `only_look` changes nothing.
    A file is complete after `quiet` seconds without a change.

    Raises Trouble.
    """
    path = Path(where.path)
    with _telling(path):
        next(path.iterdir(), None)  # readable
        for name in () if only_look else (DONE, REFUSED):
            _demand_own(path / name)
            (path / name).mkdir(exist_ok=True)
        if not only_look:
            _bring_back(path)
    for folder in (path, path / DONE, path / REFUSED):
        if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
            raise _trouble(folder, errno.EACCES, "")
    yield Dropped(where, quiet)


def _demand_own(folder: Path) -> None:
    """Raise Trouble for a link: nobody makes us write into a folder of another."""
    if folder.is_symlink():
        raise Trouble(
            N_("« %(path)s » est un lien : il faut un dossier"),
            lasting=True,
            path=locator(str(folder)),
        )


def _bring_back(path: Path) -> None:
    """What was leaving when a process died is looked at again."""
    aside = path / _LEAVING
    _demand_own(aside)
    for file in aside.iterdir() if aside.is_dir() else ():
        with suppress(FileNotFoundError):  # it has left meanwhile
            move(file, path)


def is_unfinished(name: str) -> bool:
    """True for a name that a program gives to what it is still writing, and for hidden files."""
    return name.startswith((".", "~")) or name.lower().endswith(_UNFINISHED) or name in _DROPPINGS


def locator(name: str) -> str:
    """A file name in a text that any database accepts."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def move(path: Path, folder: Path) -> None:
    """Put a file into a folder beside, under the first free name: lot.pdf, lot-2.pdf…"""
    target, number = folder / path.name, 1
    while target.exists() or target.is_symlink():
        number += 1
        target = folder / f"{path.stem}-{number}{path.suffix}"
    path.rename(target)


def versions(folder: Path) -> dict[tuple[str, int], list[Path]]:
    """The files of a folder by the name they bore before they were moved, and by size."""
    found: dict[tuple[str, int], list[Path]] = {}
    with _telling(folder), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                size, name = entry.stat(follow_symlinks=False).st_size, locator(entry.name)
                for told in {name, first_name(name)}:
                    found.setdefault((told, size), []).append(Path(entry.path))
    return found


def first_name(name: str) -> str:
    """The name without the number that `move` may have given it."""
    stem, dot, suffix = name.rpartition(".")
    return _COPY.sub("", stem or suffix) + (dot + suffix if stem else "")


def _order(name: str, mark: _Mark) -> tuple[int, list[tuple[int, str]], str]:
    return mark[2] // 1_000_000_000, by_number(name), name


def _mark(status: os.stat_result) -> _Mark:
    if not stat.S_ISREG(status.st_mode):
        return (0, 0, 0)
    return status.st_ino, status.st_size, status.st_mtime_ns


def _uid(name: str, mark: _Mark) -> int:
    told = os.fsencode(name) + repr(mark).encode()
    return int(hashlib.sha256(told).hexdigest()[:15], 16)


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong with a folder into Trouble, in words."""
    try:
        yield
    except OSError as error:
        raise _trouble(path, error.errno or 0, error.strerror or type(error).__name__) from error


def _trouble(path: Path, number: int, why: str) -> Trouble:
    if number in _REASONS:
        lasting = number != errno.ENOSPC
        return Trouble(_REASONS[number], lasting=lasting, path=locator(str(path)))
    text = N_("le dossier « %(path)s » ne répond pas (%(why)s)")
    return Trouble(text, path=locator(str(path)), why=why)
