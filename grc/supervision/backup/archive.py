"""A tar file written and read as a stream, in constant memory; complete or not there at all."""

import fcntl
import gzip
import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from grc.core.errors import Conflict, GrcError, NotFound
from grc.core.i18n import N_

LEVEL = 3  # mail is text: this halves the time of level 6 for a tenth more bytes
CHUNK = 1 << 20
_BROKEN = (tarfile.TarError, EOFError, gzip.BadGzipFile)
DAMAGED = N_("%(path)s n'est pas une sauvegarde complète de grc (%(why)s).")
NO_ARCHIVE = N_("%(path)s n'est pas une sauvegarde de grc : donnez un fichier de « grc backup ».")


class BadArchive(GrcError):
    """What was given as an archive is none, is damaged, or is of another version."""


class Writer:
    """Adds parts to an archive that is being written."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add(self, name: str, content: bytes) -> str:
        """Add one part; returns its SHA-256."""
        self._tar.addfile(_part(name, len(content)), io.BytesIO(content))
        return hashlib.sha256(content).hexdigest()

    def add_stream(self, name: str, stream: BinaryIO, size: int) -> str:
        """Add one part of exactly `size` bytes; returns the SHA-256 of what was read.

        Raises OSError when the stream ends before.
        """
        hashing = Hashing(stream)
        self._tar.addfile(_part(name, size), cast(BinaryIO, hashing))
        return hashing.hexdigest()


class Hashing:
    """A stream that knows the SHA-256 of what was read from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._digest = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read, and remember."""
        chunk = self._stream.read(size)
        self._digest.update(chunk)
        return chunk

    def hexdigest(self) -> str:
        """The SHA-256 so far."""
        return self._digest.hexdigest()

    def exhaust(self) -> str:
        """Read to the end; returns the SHA-256."""
        while self.read(CHUNK):
            pass
        return self.hexdigest()


@contextmanager
def written(target: Path) -> Iterator[Writer]:
    """An archive that takes its name only once it is complete and on the disk.

    Raises NotFound when its folder does not exist, Conflict when another backup writes there.
    """
    partial = target.with_name(f".{target.name}.partial")
    with os.fdopen(_open(partial, target), "wb") as file:
        _be_alone(file, target)
        try:
            file.truncate()
            with (
                gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as packed,
                tarfile.open(fileobj=packed, mode="w|") as tar,
            ):
                yield Writer(tar)
            file.flush()
            os.fsync(file.fileno())
            partial.rename(target)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
    _sync(target.parent)


def _open(partial: Path, target: Path) -> int:
    if not target.parent.is_dir():
        raise NotFound(
            N_("%(path)s : le dossier %(folder)s n'existe pas. Créez-le, ou corrigez le chemin."),
            path=target,
            folder=target.parent,
        )
    try:
        return os.open(partial, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        error.filename = str(target)  # the name a person gave
        raise


def _be_alone(file: BinaryIO, target: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Conflict(
            N_("Une autre sauvegarde écrit déjà %(path)s : attendez-la."), path=target
        ) from error


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _part(name: str, size: int) -> tarfile.TarInfo:
    part = tarfile.TarInfo(name)
    part.size, part.mode = size, 0o600
    return part


@contextmanager
def opened(path: Path) -> Iterator[Iterator[tuple[str, Hashing]]]:
    """The parts of an archive in order, each with its content, to be read before the next.

    Raises BadArchive when it is no archive, or is cut short, also while a part is read;
    OSError when the file cannot be read.
    """
    with path.open("rb") as file, _tar(path, file) as tar:
        try:
            yield _parts(tar)
        except _BROKEN as error:
            raise BadArchive(DAMAGED, path=path, why=type(error).__name__) from error


def _tar(path: Path, file: BinaryIO) -> tarfile.TarFile:
    try:
        return tarfile.open(fileobj=file, mode="r|gz")
    except _BROKEN as error:
        raise BadArchive(NO_ARCHIVE, path=path) from error


def _parts(tar: tarfile.TarFile) -> Iterator[tuple[str, Hashing]]:
    for part in tar:
        content = tar.extractfile(part)
        if content is not None:
            yield part.name, Hashing(cast(BinaryIO, content))
