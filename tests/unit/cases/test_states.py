"""The whole square of states, the stamps, and the one status a citizen sees."""

from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.cases.states import (
    ENDED,
    MOVES,
    OPEN,
    OUTCOME_LABELS,
    STATUS_LABELS,
    InvalidTransition,
    Outcome,
    Status,
    move,
    public,
)
from grc.core.errors import InvalidInput

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SQUARE = list(product(Status, Status))


@pytest.mark.parametrize(("old", "new"), SQUARE)
def test_every_pair_of_the_square_is_decided(old: Status, new: Status) -> None:
    if new not in MOVES[old]:
        with pytest.raises(InvalidTransition):
            move(old, new, outcome="answered", now=NOW)
        return
    values = move(old, new, outcome="answered", now=NOW)
    assert values["status"] == new
    assert values["is_open"] == (new in OPEN)


def test_every_status_and_outcome_has_its_words() -> None:
    assert set(MOVES) == set(STATUS_LABELS) == set(Status) == OPEN | ENDED
    assert set(OUTCOME_LABELS) == set(Outcome)
    assert not OPEN & ENDED


@pytest.mark.parametrize(("old", "new"), [(o, n) for o, n in SQUARE if o in OPEN and n in ENDED])
def test_ending_stamps_and_wants_an_outcome(old: Status, new: Status) -> None:
    values = move(old, new, outcome="granted", now=NOW)
    assert (values["outcome"], values["resolved_at"]) == ("granted", NOW)
    assert values.get("closed_at") == (NOW if new is Status.CLOSED else None)
    for nonsense in (None, "", "won"):
        with pytest.raises(InvalidInput):
            move(old, new, outcome=nonsense, now=NOW)


def test_closing_what_was_resolved_keeps_its_outcome() -> None:
    values = move("resolved", "closed", outcome=None, now=NOW)
    assert values == {"status": "closed", "is_open": False, "closed_at": NOW}


@pytest.mark.parametrize(("old", "new"), [(o, n) for o, n in SQUARE if o in ENDED and n in OPEN])
def test_reopening_clears_the_end(old: Status, new: Status) -> None:
    if new in MOVES[old]:
        values = move(old, new, outcome=None, now=NOW)
        assert values["outcome"] is values["resolved_at"] is values["closed_at"] is None


def test_from_everywhere_one_may_end_and_come_back() -> None:
    for status in Status:
        assert status in OPEN or MOVES[status] & OPEN
        assert status in ENDED or Status.CLOSED in MOVES[status]


def test_an_unknown_status_is_refused() -> None:
    with pytest.raises(ValueError, match="lost"):
        move("received", "lost", outcome=None, now=NOW)


@given(st.lists(st.sampled_from(Status)))
def test_the_public_status_is_one_of_those_present(statuses: list[Status]) -> None:
    seen = public(statuses)
    assert seen in statuses or (not statuses and seen is Status.RECEIVED)
    assert (seen in ENDED) == (bool(statuses) and set(statuses) <= ENDED)
    assert public(reversed(statuses)) is seen


@given(st.lists(st.sampled_from(Status)))
def test_work_in_progress_anywhere_shows(statuses: list[Status]) -> None:
    assert public([*statuses, Status.IN_PROGRESS]) is Status.IN_PROGRESS
