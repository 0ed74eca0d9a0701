"""What is read together from a mailbox, and what is remembered of one that fails."""

from hypothesis import given
from hypothesis import strategies as st

from grc.channels.imap import LARGE, batches
from grc.channels.source import Letter
from grc.jobs.memory import ENOUGH, Memory

SIZES = st.lists(st.one_of(st.integers(0, 100), st.integers(LARGE - 1, 3 * LARGE)), max_size=40)


@given(SIZES, st.sets(st.integers(0, 39)))
def test_batches_keep_order_and_bounds(sizes: list[int], apart: set[int]) -> None:
    letters = [Letter(uid, size, None) for uid, size in enumerate(sizes)]
    found = list(batches(letters, 10, is_alone=apart.__contains__))
    assert [letter for batch in found for letter in batch] == letters
    for batch in found:
        assert 1 <= len(batch) <= 10
        if len(batch) > 1:
            assert sum(letter.size for letter in batch) <= 2 * LARGE
            assert all(one.size <= LARGE and one.uid not in apart for one in batch)


def test_a_message_is_given_up_only_after_failing_alone() -> None:
    memory, letters = Memory(), [Letter(uid, 1, None) for uid in (1, 2)]
    memory.meet(7)
    memory.broke_off(letters)
    assert memory.has_learnt
    assert memory.is_alone(1)
    assert not memory.is_given_up(1)
    for _ in range(ENOUGH):
        memory.broke_off(letters[:1])
    assert memory.is_given_up(1)
    assert not memory.is_given_up(2)
    memory.forgive()
    assert not memory.is_given_up(1)


def test_nothing_is_counted_twice_until_uids_start_anew() -> None:
    memory = Memory()
    memory.meet(7)
    assert memory.count([1, 2]) == 2
    memory.meet(7)
    assert memory.count([2, 3]) == 1
    memory.meet(8)
    assert memory.count([2]) == 1
