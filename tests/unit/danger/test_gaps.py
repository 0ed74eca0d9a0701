"""Holes of a roster: together with what is covered they make the whole, and they never overlap."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from grc.danger.gaps import Span, gaps

START = datetime(2026, 3, 2, tzinfo=UTC)
HOURS = st.integers(-10, 60)


def at(hour: int) -> datetime:
    return START + timedelta(hours=hour)


@given(st.lists(st.tuples(HOURS, HOURS)))
def test_each_hour_is_covered_or_in_a_hole(hours: list[tuple[int, int]]) -> None:
    covered = [Span(at(min(pair)), at(max(pair))) for pair in hours]
    found = gaps(covered, Span(at(0), at(48)))
    for hour in range(48):
        on_duty = any(span.since <= at(hour) < span.until for span in covered)
        in_hole = sum(span.since <= at(hour) < span.until for span in found)
        assert in_hole == (0 if on_duty else 1)
    assert all(one.until < other.since for one, other in pairwise(found))


def test_an_empty_roster_is_one_hole() -> None:
    whole = Span(at(0), at(48))
    assert gaps([], whole) == [whole]
