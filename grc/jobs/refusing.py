"""Files that were stored and then could not be understood lie in `refused/`, the others in
`done/`: whoever looks into the folder of a scanner sees which to scan again."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select, text

from grc.channels import dropped
from grc.channels.dropped import DONE, Dropped
from grc.core import blobs
from grc.core.db import end_read, session
from grc.intake.models import REFUSED, Item


def sort_out(channel: str, source: str, folder: Dropped) -> None:
    """Move to `refused/` what is in quarantine, or was discarded there, and back what was
    understood since. Raises Trouble."""
    done, refused = folder.path / DONE, folder.path / dropped.REFUSED
    items = refused_of(channel, source)
    there = dropped.versions(refused)
    keys = {_key(item) for item in items}
    for path in _without(there, keys):
        dropped.move(path, done)
    missing = [item for item in items if _key(item) not in there]
    for path in _among(dropped.versions(done), missing) if missing else ():
        dropped.move(path, refused)


class File(NamedTuple):
    """What a file was called, and what was in it."""

    locator: str
    size: int
    sha256: str


def refused_of(channel: str, source: str) -> list[File]:
    """What this source brought that is refused; asked at every look at its folder."""
    query = select(Item.locator, Item.size, Item.sha256).where(
        Item.channel == channel, Item.source == source, Item.parent_id.is_(None), text(REFUSED)
    )
    found = [File(*row) for row in session().execute(query)]
    end_read()
    return found


def _key(item: File) -> tuple[str, int]:
    return item.locator, item.size


def _without(
    there: dict[tuple[str, int], list[Path]], keys: set[tuple[str, int]]
) -> Iterator[Path]:
    kept = {path for key in keys for path in there.get(key, ())}
    yield from dict.fromkeys(path for paths in there.values() for path in paths if path not in kept)


def _among(there: dict[tuple[str, int], list[Path]], items: Sequence[File]) -> Iterator[Path]:
    """The files with the bytes of these items: a scanner that begins again at 0001.tif every
    morning makes many of one name and size."""
    for item in items:
        for path in there.get(_key(item), ()):
            with path.open("rb") as stream:
                if blobs.digest(stream)[0] == item.sha256:
                    yield path
                    break
