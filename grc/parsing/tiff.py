"""How many pages a TIFF has, found by following its own chain (TIFF 6.0, section 2).

Libraries take a chain that comes back on itself for its end: pages would be lost in silence.
"""

import struct
from typing import BinaryIO

from grc.parsing.words import N_

_ORDERS = {b"II*\x00": "<", b"MM\x00*": ">"}


class BadTiff(Exception):
    """The chain of pages cannot be followed; `detail` says why in French."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def pages(stream: BinaryIO, most: int) -> int:
    """The number of pages, at most `most` + 1: a longer chain is not followed to its end.

    Raises BadTiff.
    """
    order = _ORDERS.get(stream.read(4))
    if order is None:
        raise BadTiff(N_("le TIFF est abîmé"))
    seen: set[int] = set()
    position = _number(stream, order, "I")
    while position and len(seen) <= most:
        if position in seen:
            raise BadTiff(N_("les pages du TIFF se suivent en boucle"))
        seen.add(position)
        stream.seek(position)
        entries = _number(stream, order, "H")
        stream.seek(position + 2 + 12 * entries)
        position = _number(stream, order, "I")
    return len(seen)


def _number(stream: BinaryIO, order: str, kind: str) -> int:
    size = struct.calcsize(order + kind)
    found = stream.read(size)
    if len(found) < size:
        raise BadTiff(N_("le TIFF est incomplet"))
    value: int = struct.unpack(order + kind, found)[0]
    return value
