"""The pages of a letter as pictures: drawn in a process that may be killed, kept for a while."""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import current_app

from grc.channels import letters as bytes_of
from grc.channels.letters import Letter
from grc.core import blobs
from grc.core.errors import InvalidInput, NotFound
from grc.core.i18n import N_
from grc.core.settings import settings
from grc.correspondence import returning
from grc.correspondence.models import OurLetter
from grc.intake.letters import Opened
from grc.intake.queries import case_named
from grc.parsing.child import Child, ChildFailure
from grc.parsing.pages import ROTATIONS, WIDTHS

MOST_BYTES = 256 << 20  # of pictures kept on disk
_TIMEOUT = 10.0  # seconds
_MEMORY = 1 << 30  # bytes
_LINE = 4 << 20
_DRAW = "grc.parsing.pages:draw"


def count(letter: Opened) -> int:
    """How many pages a letter has."""
    return len(_head(letter).pages)


def coded(letter: Opened) -> Mapping[str, int]:
    """The references of cases that its pages bear as QR codes, and on which page (from 1)."""
    found = ((case_named(told), page) for page, told in _head(letter).codes)
    return {case.reference: page for case, page in found if case is not None}


def of_ours(letter: Opened) -> list[OurLetter]:
    """The letters of ours that have left and whose code its pages bear."""
    found = (returning.left(told) for _page, told in _head(letter).codes)
    return [one for one in found if one is not None]


def _head(letter: Opened) -> Letter:
    with blobs.store().open(letter.item.sha256) as stream:
        return bytes_of.head_of(stream.readline(_LINE).rstrip(b"\n"))


def picture(sha256: str, page: int, width: int, rotation: int) -> bytes:
    """The PNG of a page (from 1) of a PDF that the blob store holds. Raises NotFound for a page
    there is not, InvalidInput for one that cannot be drawn."""
    if page < 1 or width not in WIDTHS or rotation not in ROTATIONS:
        raise NotFound(N_("Cette page n'existe pas."))
    folder = settings().var / "pages"
    kept = folder / f"{sha256}-{page}-{width}-{rotation}.png"
    with suppress(OSError):
        return kept.read_bytes()
    drawn = _drawn(sha256, page, width, rotation)
    with suppress(OSError):  # to keep it is only quicker the next time
        _keep(kept, drawn)
    return drawn


def _drawn(sha256: str, page: int, width: int, rotation: int) -> bytes:
    wanted: dict[str, Any] = {"path": str(blobs.store().path(sha256)), "page": page - 1}
    try:
        told, drawn = _child().call(_DRAW, wanted | {"width": width, "rotation": rotation}, [])
    except ChildFailure as failure:
        raise _cannot() from failure
    if told.get("refused") == "no_page":
        raise NotFound(N_("Cette page n'existe pas."))
    if not drawn:
        raise _cannot()
    return drawn[0]


def _cannot() -> InvalidInput:
    return InvalidInput(N_("Cette page ne peut pas être dessinée : ouvrez le PDF."))


def _child() -> Child:
    kept = current_app.extensions
    if "grc.pages" not in kept:
        kept["grc.pages"] = Child(timeout=_TIMEOUT, memory=_MEMORY, calls=500)
    child: Child = kept["grc.pages"]
    return child


def _keep(path: Path, drawn: bytes) -> None:
    """Other processes draw the same page: each writes its own file, the last name wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _make_room(path.parent, len(drawn))
    temporary = path.with_name(f".{secrets.token_hex(8)}")
    temporary.write_bytes(drawn)
    temporary.replace(path)


def _present(folder: Path) -> Iterator[tuple[os.stat_result, str]]:
    """The pictures; others may write and forget at the same time."""
    with os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                yield entry.stat(), entry.path


def _make_room(folder: Path, size: int) -> None:
    """Forget the pictures drawn first, once there are too many."""
    found = list(_present(folder))
    left = sum(status.st_size for status, _ in found) + size - MOST_BYTES
    for status, path in sorted(found, key=lambda one: one[0].st_mtime):
        if left <= 0:
            return
        with suppress(FileNotFoundError):
            Path(path).unlink()
            left -= status.st_size
