"""`grc import CHANNEL FOLDER --as-batch`: the files of a folder, a page each, as one batch."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

from grc.channels import dropped, registry
from grc.channels.protocol import Unreadable
from grc.core.errors import InvalidInput, Unavailable
from grc.core.i18n import N_
from grc.parsing import packing

QUIET = dropped.QUIET  # seconds without a change


@contextmanager
def bundled(channel: str, folders: Sequence[Path]) -> Iterator[tuple[Path, ...]]:
    """A container for each folder, named after it, as long as the import lasts.

    A scanner that is still at work gives half a batch: nothing may change during some seconds.
    Raises InvalidInput, Unreadable, Unavailable.
    """
    if not getattr(registry.get(channel), "bundled", False):
        text = N_("--as-batch est pour les dossiers de pages numérisées (canal post).")
        raise InvalidInput(text)
    with tempfile.TemporaryDirectory(prefix="grc-") as made:
        with _quiet(folders):
            packed = tuple(
                _packed(folder, Path(made, str(number)))
                for number, folder in enumerate(folders, start=1)
            )
        yield packed


@contextmanager
def _quiet(folders: Sequence[Path]) -> Iterator[None]:
    """Look before and after, and not too soon. Raises Unavailable when something changed."""
    before = [_marks(folder) for folder in folders]
    until = monotonic() + QUIET
    yield
    sleep(max(0.0, until - monotonic()))
    for folder, mark in zip(folders, before, strict=True):
        if _marks(folder) != mark:
            text = N_("Le dossier %(path)s est en train d'être écrit : relancez dans un moment.")
            raise Unavailable(text, path=folder)


def _marks(folder: Path) -> set[tuple[str, int, int, int]]:
    """What tells whether a file was written, finished or not; nothing for what is no folder one
    can read, which is said elsewhere."""
    with suppress(OSError), os.scandir(folder) as entries:
        found = ((entry.name, entry.stat(follow_symlinks=False)) for entry in entries)
        return {(name, file.st_ino, file.st_size, file.st_mtime_ns) for name, file in found}
    return set()


def _packed(folder: Path, beside: Path) -> Path:
    beside.mkdir()
    container = beside / f"{folder.resolve().name}.zip"
    try:
        with container.open("wb") as out:
            packing.pack(_pages(folder), out)
    except OSError as error:
        raise Unreadable(Path(error.filename or folder), error.strerror or "?") from error
    return container


def _pages(folder: Path) -> list[tuple[str, Path]]:
    if not folder.is_dir():
        raise InvalidInput(N_("Avec --as-batch, donnez des dossiers : %(path)s."), path=folder)
    found = []
    for path in folder.iterdir():
        if path.is_dir():
            text = N_("Avec --as-batch, un dossier par lot : %(path)s en contient un autre.")
            raise InvalidInput(text, path=folder)
        if not dropped.is_unfinished(path.name):
            found.append((dropped.locator(os.fsdecode(path.name)), path))
    if not found:
        raise InvalidInput(N_("Le dossier %(path)s est vide."), path=folder)
    return found
