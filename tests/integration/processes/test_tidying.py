"""What is destroyed, and when: exactly what is too old, however much of it there is."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.db import add_all, execute, session, transaction
from grc.jobs import tidying
from grc.jobs.tidying import months_before, tidy
from grc.staff.models import AccessLog, LoginFailure
from grc.staff.service import add_user
from grc.work.models import FormKey
from tests.integration.conftest import Grc

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def fill(model: type, *instants: datetime) -> None:
    """One row of each instant."""
    with transaction():
        if model is FormKey:
            user_id = add_user("alice", "Alice", None, [], actor=SYSTEM, now=clock.now())
            own = {"user_id": user_id, "digest": "", "location": ""}
            rows = [own | {"key": str(uuid4()), "at": at} for at in instants]
        elif model is LoginFailure:
            rows = [{"who": "x", "at": at} for at in instants]
        else:
            rows = [{"at": at, "user_id": 1, "case_id": 1, "what": "page"} for at in instants]
        add_all(model, rows)


def left(model: type) -> list[datetime]:
    """The instants that are left."""
    return sorted(session().scalars(select(model.at)))  # type: ignore[attr-defined]


@pytest.mark.parametrize(("model", "kept"), [(FormKey, 7 * DAY), (LoginFailure, DAY)])
def test_what_is_too_old_goes_and_nothing_else(app: Flask, model: type, kept: timedelta) -> None:
    now = clock.now()
    young = [now - kept, now]
    fill(model, now - 100 * DAY, now - kept - SECOND, *young)
    assert tidy(now) == 2
    assert left(model) == young
    assert tidy(now) == 0


def test_who_read_a_case_is_known_for_whole_months(app: Flask) -> None:
    now = clock.now()
    first = months_before(now, 12)
    fill(AccessLog, first - SECOND, first, now - 300 * DAY, now)
    assert tidy(now) == 1
    assert left(AccessLog) == [first, now - 300 * DAY, now]


def test_who_read_a_case_lately_cannot_be_destroyed_nor_by_mistake(app: Flask) -> None:
    fill(AccessLog, clock.now() - 170 * DAY)
    with pytest.raises(DBAPIError, match=r"access_log|append-only"), transaction():
        execute(delete(AccessLog))
    session().rollback()
    assert len(left(AccessLog)) == 1


def test_much_of_it_goes_a_little_at_a_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "BATCH", 3)
    now = clock.now()
    fill(LoginFailure, *[now - 2 * DAY] * 7, now)
    assert tidy(now) == 7
    assert left(LoginFailure) == [now]


def test_a_sweep_destroys_too(app: Flask, grc: Grc) -> None:
    fill(LoginFailure, clock.now() - 2 * DAY)
    assert grc("sweep", "--json").json["destroyed"] == 1


@pytest.mark.parametrize(
    ("now", "months", "first"),
    [
        (datetime(2026, 3, 31, 12, tzinfo=UTC), 12, datetime(2025, 2, 28, 23, tzinfo=UTC)),
        (datetime(2026, 1, 31, 23, 30, tzinfo=UTC), 6, datetime(2025, 7, 31, 22, tzinfo=UTC)),
        (datetime(2026, 12, 1, tzinfo=UTC), 36, datetime(2023, 11, 30, 23, tzinfo=UTC)),
    ],
)
def test_months_are_those_of_paris(now: datetime, months: int, first: datetime) -> None:
    assert months_before(now, months) == first
