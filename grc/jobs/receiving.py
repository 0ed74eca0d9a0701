"""Taking in one message: durable on disk and in the database, or refused as a whole."""

import shutil
from pathlib import Path
from typing import BinaryIO

from grc.channels import registry
from grc.core import blobs, clock
from grc.core.actor import importer
from grc.core.db import transaction
from grc.core.errors import Unavailable
from grc.core.i18n import N_
from grc.core.settings import settings
from grc.intake import service
from grc.intake.service import Arrival

MIB = 1 << 20
LARGEST = 512 * MIB  # what is too big to be read is stored all the same, up to here
ENOUGH_FREE = 512 * MIB  # below this, and below 5 % of the disk, nothing is taken in
LEAST_SHARE = 0.05


class CutShort(Exception):
    """The sender went away in the middle: nothing is stored, it will come again."""


class Exactly:
    """A stream of exactly `size` bytes; one that ends before raises CutShort."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream, self._left = stream, size

    def read(self, size: int = -1) -> bytes:
        """At most `size` of the bytes that are left."""
        wanted = self._left if size < 0 else min(size, self._left)
        chunk = self._stream.read(wanted)
        if wanted and not chunk:
            raise CutShort
        self._left -= len(chunk)
        return chunk


def take_in(channel: str, source: str, stream: BinaryIO, size: int) -> int:
    """Store one message of `size` bytes; returns its item id once it is committed.

    Its locator is its hash, so that a delivery tried again is known and not doubled.
    Raises UnknownChannel, CutShort, Unavailable, OSError or a database error: then nothing
    is in the ledger, and the sender must try again.
    """
    registry.demand(channel, settings().channels)
    check_room(size)
    sha256, stored = blobs.store().put(Exactly(stream, size), size)  # type: ignore[arg-type]
    arrival = Arrival(channel, source, sha256, sha256, stored)
    with transaction():
        done = service.store(
            [arrival], actor=importer("receive"), now=clock.now(), acknowledge=True
        )
    return (*done.new, *done.known)[0]


def check_room(size: int) -> None:
    """Raise Unavailable when this message should wait for room, or for a smaller one."""
    if size > LARGEST:
        raise Unavailable(N_("Message trop gros : il attend chez l'expéditeur."))
    disk = shutil.disk_usage(existing(blobs.store().root))
    if disk.free - size < min(LEAST_SHARE * disk.total, ENOUGH_FREE):
        raise Unavailable(
            N_("Le disque est presque plein : libérez de la place. Rien n'est perdu.")
        )


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it while it was not made yet."""
    return folder if folder.exists() else existing(folder.parent)
