"""Each row's hash speaks for its whole content; each link for everything before it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from grc.core.audit import HASHED, chain_hash, content_hash

AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
ROW = {
    "event": "case:taken",
    "at": AT,
    "subject_kind": "case",
    "subject_id": 1,
    "case_id": 1,
    "actor_id": 2,
    "actor": "alice",
    "data": {"assignee": "Alice", "é": 1},
    "remark_id": None,
}


def test_the_row_covers_every_column() -> None:
    assert set(HASHED) == set(ROW)


@pytest.mark.parametrize("name", HASHED)
def test_any_change_shows(name: str) -> None:
    changed = ROW | {name: AT + timedelta(microseconds=1) if name == "at" else "other"}
    assert content_hash(changed) != content_hash(ROW)


def test_the_spelling_does_not_depend_on_key_order_or_time_zone() -> None:
    same = ROW | {"data": {"é": 1, "assignee": "Alice"}}
    same["at"] = AT.astimezone(timezone(timedelta(hours=2)))
    assert content_hash(same) == content_hash(ROW)


def test_a_link_speaks_for_the_one_before() -> None:
    first = chain_hash("", 1, "a")
    assert chain_hash(first, 2, "b") != chain_hash("", 2, "b")
    assert len({chain_hash("", 1, "a"), chain_hash("", 2, "a"), chain_hash("", 1, "b")}) == 3
