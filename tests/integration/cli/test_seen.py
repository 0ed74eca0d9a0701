"""The set of items an import has seen is small and exact."""

import sys

from hypothesis import given
from hypothesis import strategies as st

from grc.cli.seen import CHUNK, Seen


@given(st.lists(st.integers(1, 5000)))
def test_it_holds_what_was_added_and_counts_repetitions(ids: list[int]) -> None:
    seen = Seen()
    seen.add(ids)
    assert list(seen) == sorted(set(ids))
    assert sum(seen.again.values()) == len(ids) - len(set(ids))
    assert all(one in seen for one in ids)
    assert 5001 not in seen
    assert [one for chunk in seen.chunks() for one in chunk] == list(seen)
    assert all(len(chunk) <= CHUNK for chunk in seen.chunks())


def test_a_million_items_take_less_than_a_quarter_of_a_megabyte() -> None:
    seen = Seen()
    seen.add([1_000_000])
    assert sys.getsizeof(seen._bits) < 250_000
