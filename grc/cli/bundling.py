"""`grc import CHANNEL FOLDER --as-batch`: the files of a folder, a page each, as one batch."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from grc.channels import dropped, registry
from grc.channels.protocol import Unreadable
from grc.core.errors import InvalidInput
from grc.core.i18n import N_
from grc.parsing import packing


@contextmanager
def bundled(channel: str, folders: Sequence[Path]) -> Iterator[tuple[Path, ...]]:
    """A container for each folder, named after it, as long as the import lasts.

    Raises InvalidInput, Unreadable.
    """
    if not getattr(registry.get(channel), "bundled", False):
        text = N_("--as-batch est pour les dossiers de pages numérisées (canal post).")
        raise InvalidInput(text)
    with tempfile.TemporaryDirectory(prefix="grc-") as made:
        yield tuple(
            _packed(folder, Path(made, str(number)))
            for number, folder in enumerate(folders, start=1)
        )


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
