"""Sharing cases out among people: nobody gets what she may not have, and numbers are even."""

from hypothesis import given
from hypothesis import strategies as st

from grc.bulk.sharing import shared

PEOPLE = st.lists(st.integers(1, 9), min_size=1, max_size=5, unique=True)
LOADS = st.dictionaries(st.integers(1, 9), st.integers(0, 20), min_size=1, max_size=5)
ANYBODY = st.sets(st.integers(1, 9))


def named(allowed: list[set[int]]) -> list[tuple[str, set[int]]]:
    return [(f"D-{n}", may) for n, may in enumerate(allowed)]


@given(LOADS, st.lists(ANYBODY, max_size=30))
def test_each_case_goes_to_somebody_who_may_have_it(
    loads: dict[int, int], allowed: list[set[int]]
) -> None:
    given_to = shared(named(allowed), loads)
    for reference, may in named(allowed):
        able = may & set(loads)
        assert (reference in given_to) == bool(able)
        assert not able or given_to[reference] in able


@given(PEOPLE, st.integers(0, 40))
def test_equal_shares_differ_by_one_at_most(people: list[int], count: int) -> None:
    given_to = shared(named([set(people)] * count), dict.fromkeys(people, 0))
    numbers = [list(given_to.values()).count(one) for one in people]
    assert sum(numbers) == count
    assert max(numbers) - min(numbers) <= 1
    assert numbers == sorted(numbers, reverse=True)  # the first named begins


@given(LOADS, st.integers(0, 60))
def test_levelled_shares_give_to_nobody_who_has_more_than_another(
    loads: dict[int, int], count: int
) -> None:
    given_to = shared(named([set(loads)] * count), loads)
    after = {one: had + list(given_to.values()).count(one) for one, had in loads.items()}
    got = [one for one in loads if after[one] > loads[one]]
    assert all(after[one] - 1 <= least for one in got for least in after.values())


def test_what_few_may_have_is_made_up_for_by_the_others() -> None:
    cases = [("a", {1, 2}), ("b", {1, 2}), ("c", {1}), ("d", {1})]
    assert shared(cases, {1: 0, 2: 0}) == {"a": 2, "b": 2, "c": 1, "d": 1}
