"""Of several units concerned, the one an act is about."""

from itertools import permutations

from grc.cases.closest import rank
from grc.core.actor import SYSTEM, Actor

ALICE = Actor("alice", 7, {1: frozenset({"agent"})})
Part = tuple[int | None, int, bool]  # assignee, unit, is open


def chosen(actor: Actor, *parts: Part) -> set[Part]:
    """What is meant, in whatever order the parts come."""
    return {
        min(order, key=lambda p: rank(actor, assignee_id=p[0], unit_id=p[1], is_open=p[2]))
        for order in permutations(parts)
    }


def test_what_is_entrusted_to_me_comes_before_my_unit_s_and_mine_before_another_s() -> None:
    mine, unit_s, other = (7, 2, False), (8, 1, True), (None, 3, True)
    assert chosen(ALICE, mine, unit_s, other) == {mine}
    assert chosen(ALICE, unit_s, other) == {unit_s}


def test_of_two_alike_the_open_one_is_meant() -> None:
    ended, still_open = (None, 1, False), (8, 1, True)
    assert chosen(ALICE, ended, still_open) == {still_open}


def test_nothing_is_entrusted_to_a_program() -> None:
    free, taken = (None, 1, False), (8, 2, True)
    assert chosen(SYSTEM, free, taken) == {taken}
