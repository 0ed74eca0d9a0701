"""Numbers that are not told cannot be worked out from those that are."""

from collections.abc import Sequence
from itertools import product

from hypothesis import given
from hypothesis import strategies as some

from grc.supervision.statistics.facts import Measure
from grc.supervision.statistics.measures import Numbers
from grc.supervision.statistics.publishing import MASKED, hide, lines

FEW = 4


def told(column: Sequence[int]) -> list[int | None]:
    """A column of numbers, None where it is not told."""
    return told_with_sum(column)[0]


def told_with_sum(column: Sequence[int]) -> tuple[list[int | None], int | None]:
    rows = {key: {"n": number} for key, number in enumerate(column)}
    hidden, own = hide(rows, {"n": sum(column)}, {}, FEW)
    seen = [None if hidden[key] else number for key, number in enumerate(column)]
    return seen, None if own else sum(column)


@given(some.lists(some.integers(0, 9), max_size=5))
def test_nobody_can_work_a_small_number_out(column: list[int]) -> None:
    """Whoever knows the rule and the sum, and tries all columns, is left with a choice."""
    seen, whole = told_with_sum(column)
    assert all(number is None for number, was in zip(seen, column, strict=True) if 0 < was < FEW)
    if whole is None:
        return
    gaps = [place for place, number in enumerate(seen) if number is None]
    left = whole - sum(number for number in seen if number is not None)
    fits = [one for one in product(range(1, left + 1), repeat=len(gaps)) if sum(one) == left]
    if max(column, default=0) < FEW:  # even to who knows that all of them are small
        fits = [one for one in fits if max(one, default=0) < FEW]
    small = [place for place in gaps if 0 < column[place] < FEW]
    assert all(len({one[gaps.index(place)] for one in fits}) > 1 for place in small)


def test_one_small_number_hides_the_next_one_and_two_that_are_few_a_third() -> None:
    assert told([2, 9, 7]) == [None, 9, None]
    assert told([1, 1, 9, 8]) == [None, None, 9, None]
    assert told([0, 9]) == [0, 9]
    assert told([5, 6]) == [5, 6]


def test_a_sum_is_told_unless_it_gives_its_lines_away() -> None:
    assert told_with_sum([2, 9, 7]) == ([None, 9, None], 18)
    assert told_with_sum([2, 1]) == ([None, None], None)
    assert told_with_sum([1, 1, 1, 1]) == ([None] * 4, None)
    assert told_with_sum([3, 3]) == ([None, None], None)
    assert told_with_sum([2, 3]) == ([None, None], 5)


def numbers(handled: int, at_once: int) -> Numbers:
    found = Numbers()
    found.add({Measure.HANDLED: {3: handled}, Measure.AT_ONCE: {0: at_once}})
    return found


def test_what_is_left_of_a_whole_is_not_told_either() -> None:
    rows = {"a": numbers(20, 18), "b": numbers(30, 15), "c": numbers(40, 20)}
    found, whole = lines(rows, 5)
    values = {line.key: (line.values["at_once"], line.values["at_once_share"]) for line in found}
    assert values == {"a": (MASKED, MASKED), "b": (MASKED, MASKED), "c": (20, 0.5)}
    assert whole.values["handled"] == 90
    assert whole.values["handled_median"] == 3


def test_delays_of_few_are_not_told_and_inside_everything_is() -> None:
    rows = {"a": numbers(3, 1), "b": numbers(0, 0)}
    (first, second), whole = lines(rows, 5)
    for line in (first, whole):
        assert line.values["handled"] == line.values["handled_p90"] == MASKED
    assert (second.values["handled"], second.values["handled_p90"]) == (0, None)
    (first, _), whole = lines(rows, None)
    assert (first.values["handled"], whole.values["at_once_share"]) == (3, 1 / 3)
