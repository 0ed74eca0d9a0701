"""The items one import has seen, in one bit each: a million take 125 kB."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

CHUNK = 500  # ids per query


class Seen:
    """A set of item ids that also counts those seen more than once."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self.again: Counter[int] = Counter()  # id -> times seen after the first

    def add(self, item_ids: Iterable[int]) -> None:
        """Note these items."""
        for item_id in item_ids:
            if item_id in self:
                self.again[item_id] += 1
                continue
            place, bit = divmod(item_id, 8)
            if place >= len(self._bits):
                self._bits.extend(bytes(place + 1 + len(self._bits) // 8 - len(self._bits)))
            self._bits[place] |= 1 << bit

    def __contains__(self, item_id: int) -> bool:
        place, bit = divmod(item_id, 8)
        return place < len(self._bits) and bool(self._bits[place] >> bit & 1)

    def __iter__(self) -> Iterator[int]:
        for place, byte in enumerate(self._bits):
            if byte:
                yield from (place * 8 + bit for bit in range(8) if byte >> bit & 1)

    def chunks(self) -> Iterator[list[int]]:
        """The ids, increasing, as lists short enough for a query."""
        ids = iter(self)
        while chunk := list(islice(ids, CHUNK)):
            yield chunk
