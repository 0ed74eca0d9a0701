"""Bytes as received, named by their SHA-256, written once and never changed.

A blob is written to a temporary file, fsynced, renamed, its folder fsynced; only then may
a transaction refer to it. Identical bytes are one file. Another store (S3) may take the
folder's place behind the same three methods.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import BinaryIO

from flask import current_app
from sqlalchemy import Executable, String, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.crash import crash
from grc.core.db import Base, execute, fetch, is_postgresql
from grc.core.types import UtcDateTime

CHUNK = 1 << 20
ABANDONED = timedelta(hours=1)  # longer than any writer waits for its next bytes


class Blob(Base):
    """A stored sequence of bytes that rows refer to."""

    __tablename__ = "blob"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BlobStore:
    """A folder of blobs: `<root>/ab/cd/<sha256>`, durable before `put` returns."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known_folders: set[Path] = set()

    def path(self, sha256: str) -> Path:
        """Where these bytes live; the name comes from the hash only, never from outside."""
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def put(self, stream: BinaryIO, size: int | None = None) -> tuple[str, int]:
        """Store at most `size` bytes of a stream; returns (sha256, bytes stored)."""
        crash("I1")
        self._folder(self.root)
        temporary = self.root / f".incoming-{os.getpid()}-{secrets.token_hex(8)}"
        try:
            sha256, written = self._write(temporary, stream, size)
            self._publish(temporary, sha256)
        finally:
            temporary.unlink(missing_ok=True)
        return sha256, written

    def _write(self, path: Path, stream: BinaryIO, size: int | None) -> tuple[str, int]:
        digest, written = hashlib.sha256(), 0
        with path.open("xb") as file:
            for chunk in _chunks(stream, size):
                digest.update(chunk)
                written += file.write(chunk)
            crash("I2")
            file.flush()
            os.fsync(file.fileno())
        crash("I3")
        return digest.hexdigest(), written

    def _publish(self, temporary: Path, sha256: str) -> None:
        final = self.path(sha256)
        self._folder(final.parent)
        if not final.exists():
            temporary.rename(final)
            crash("I4")
        _sync_folder(final.parent)  # also for the one who renamed it and was killed
        crash("I5")

    def _folder(self, folder: Path) -> None:
        """Make a folder durable; it may be the work of a process killed before it could."""
        if folder in self._known_folders:
            return
        if folder != self.root or not folder.parent.exists():
            self._folder(folder.parent)
        folder.mkdir(exist_ok=True, mode=0o700)
        _sync_folder(folder.parent)
        self._known_folders.add(folder)

    def open(self, sha256: str) -> BinaryIO:
        """A stream over the stored bytes; FileNotFoundError when the file is gone."""
        return self.path(sha256).open("rb")

    def read(self, sha256: str) -> bytes:
        """All the stored bytes."""
        return self.path(sha256).read_bytes()

    def all(self, prefix: str = "") -> Iterator[str]:
        """The hash of every blob present that starts with `prefix`, sorted, a folder at a
        time; `prefix` is empty or two characters long."""
        for folder in sorted(self.root.glob(f"{prefix or '??'}/??")):
            yield from sorted(path.name for path in folder.iterdir())

    def tidy(self, now: datetime) -> None:
        """Remove what writers that were killed left: incoming files nobody touched lately."""
        for path in self.root.glob(".incoming-*"):
            with suppress(FileNotFoundError):  # another process tidies too
                if path.stat().st_mtime < (now - ABANDONED).timestamp():
                    path.unlink()

    def check(self, sha256: str) -> bool:
        """True when the stored bytes still have their name's hash."""
        with self.open(sha256) as stream:
            return digest(stream)[0] == sha256


def digest(stream: BinaryIO, size: int | None = None) -> tuple[str, int]:
    """The SHA-256 of at most `size` bytes of a stream, and how many there were."""
    found, length = hashlib.sha256(), 0
    for chunk in _chunks(stream, size):
        found.update(chunk)
        length += len(chunk)
    return found.hexdigest(), length


def _chunks(stream: BinaryIO, size: int | None) -> Iterator[bytes]:
    left = size
    while left is None or left > 0:
        chunk = stream.read(CHUNK if left is None else min(CHUNK, left))
        if not chunk:
            return
        if left is not None:
            left -= len(chunk)
        yield chunk


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def store() -> BlobStore:
    """The blob store of this application."""
    return current_app.extensions["grc.blobs"]  # type: ignore[no-any-return]


def refer(sizes: Mapping[str, int], now: datetime) -> None:
    """Make sure the rows exist that foreign keys point to, by SHA-256; the files are already
    durable."""
    rows = [{"sha256": sha256, "size": sizes[sha256], "stored_at": now} for sha256 in sorted(sizes)]
    if rows:  # sorted, so that two who write the same rows never wait for each other
        execute(_refer(is_postgresql()), rows)


@cache
def _refer(on_postgresql: bool) -> Executable:
    insert = (postgresql if on_postgresql else sqlite).insert(Blob)
    new: Executable = insert.on_conflict_do_nothing(index_elements=["sha256"])
    return new


def prefixes() -> Iterator[str]:
    """The 256 first pairs of digits: one look at a time keeps memory constant."""
    yield from (f"{number:02x}" for number in range(256))


def known(prefix: str) -> dict[str, int]:
    """The blobs that rows name, with their size, under a prefix of two digits."""
    after = f"{int(prefix, 16) + 1:02x}" if prefix != "ff" else "g"
    return {row.sha256: row.size for row in fetch(_UNDER, {"first": prefix, "after": after})}


_UNDER = select(Blob.sha256, Blob.size).where(
    Blob.sha256 >= bindparam("first"), Blob.sha256 < bindparam("after")
)
