"""Which actions the facts of a case call for: each rule on its edge, each with its evidence."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.recovery.catalogue import TYPES
from grc.recovery.proposing import (
    LATE,
    LONGEST,
    PROPOSED,
    SHORTEST,
    Dated,
    Facts,
    Failed,
    gone,
    patience,
    proposals,
)

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
dated = st.builds(Dated, st.integers(1, 99), st.integers(0, 70).map(lambda days: NOW - days * DAY))
some = st.lists(dated, max_size=4, unique_by=lambda one: one.id).map(tuple)


def codes(**facts: object) -> list[str]:
    return [one.code for one in proposals(Facts(case_id=7, now=NOW, **facts))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"call_backs": (Dated(1, NOW - LATE),)}, "call_back"),
        ({"failed": (Failed(1, NOW, is_returned=True),)}, "failed_sending"),
        ({"no_shows": (Dated(1, NOW - DAY),)}, "missed_appointment"),
        ({"returned": (Dated(1, NOW - DAY),)}, "returned_mail"),
        ({"last_act": NOW - SHORTEST * DAY}, "forgotten_case"),
        ({"reroutes": (Dated(1, NOW), Dated(2, NOW))}, "wrong_unit"),
        ({"elsewhere": (Dated(3, NOW),)}, "wrong_unit"),
    ],
)
def test_each_fact_calls_for_its_action(facts: dict[str, object], code: str) -> None:
    assert codes(**facts) == [code]
    assert code in PROPOSED


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"call_backs": (Dated(1, NOW - LATE + timedelta(seconds=1)),)},
        {"last_act": NOW - SHORTEST * DAY + timedelta(seconds=1)},
        {"last_act": NOW - 20 * DAY, "patience": 21},
        {"reroutes": (Dated(1, NOW),)},
        {"elsewhere": (Dated(9, NOW),)},  # the other case carries it
    ],
)
def test_what_is_in_time_calls_for_nothing(facts: dict[str, object]) -> None:
    assert codes(**facts) == []


@given(some, some, some)
def test_evidence_is_of_one_fact_and_never_changes_with_time(
    late: tuple[Dated, ...], missed: tuple[Dated, ...], back: tuple[Dated, ...]
) -> None:
    now, facts = NOW, {"call_backs": late, "no_shows": missed, "returned": back}
    first = proposals(Facts(case_id=7, now=now, **facts))
    later = proposals(Facts(case_id=7, now=now + 90 * DAY, **facts))
    assert len({one.evidence for one in first}) == len(first)
    assert gone((one.evidence for one in first), later) == set()
    assert [one.since for one in first] == sorted(one.since for one in first)
    assert all(one.code in TYPES and len(one.evidence) <= 80 for one in first)


@given(st.integers(0, 2000))
def test_patience_grows_with_the_delay_within_bounds(days: int) -> None:
    assert SHORTEST <= patience(days) <= patience(days + 1) <= LONGEST


def test_forgotten_twice_is_two_facts() -> None:
    facts = [Facts(7, NOW, last_act=NOW - days * DAY) for days in (6, 9)]
    one, two = (proposals(each)[0].evidence for each in facts)
    assert one != two
