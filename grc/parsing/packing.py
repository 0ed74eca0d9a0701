"""A folder of one-page scans as one batch: its files in one container.

The container is a zip without compression, that says nothing but names and bytes, in the order
people count: the same files always give the same container.
"""

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

_NUMBERS = re.compile(r"(\d+)")
_ANY_DAY = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_PIECE = 1 << 20


def by_number(name: str) -> list[tuple[int, str]]:
    """Sorts names as people do: page 2 before page 10."""
    parts = _NUMBERS.split(name)
    return [(int(part), "") if n % 2 else (0, part.lower()) for n, part in enumerate(parts)]


def pack(files: Sequence[tuple[str, Path]], out: BinaryIO) -> None:
    """Write these files, by name, into a container."""
    ordered = sorted(files, key=lambda one: (by_number(one[0]), one[0]))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as container:
        for name, path in ordered:
            entry = zipfile.ZipInfo(name, _ANY_DAY)
            entry.create_system, entry.external_attr = _UNIX, 0
            entry.file_size = path.stat().st_size
            with path.open("rb") as source, container.open(entry, "w") as target:
                while piece := source.read(_PIECE):
                    target.write(piece)
