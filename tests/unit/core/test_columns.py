"""Instants: aware in, aware out, the same on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from grc.core.clock import paris_date
from grc.core.types import UtcDateTime

DIALECTS = [sqlite.dialect(), postgresql.dialect()]  # type: ignore[no-untyped-call]
zones = st.integers(min_value=-12, max_value=14).map(lambda h: timezone(timedelta(hours=h)))
moments = st.datetimes(
    min_value=datetime(1970, 1, 2),  # noqa: DTZ001 - made aware by `timezones`
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=zones,
)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@given(moment=moments)
def test_an_instant_comes_back_as_itself_in_utc(dialect: object, moment: datetime) -> None:
    column = UtcDateTime()
    bound = column.process_bind_param(moment, dialect)  # type: ignore[arg-type]
    back = column.process_result_value(bound, dialect)  # type: ignore[arg-type]
    assert back == moment
    assert back is not None
    assert back.tzinfo is UTC


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_a_naive_instant_is_refused(dialect: object) -> None:
    with pytest.raises(ValueError, match="naive"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), dialect)  # type: ignore[arg-type]  # noqa: DTZ001


def test_the_civil_date_is_that_of_paris() -> None:
    assert paris_date(datetime(2026, 3, 1, 23, 30, tzinfo=UTC)).isoformat() == "2026-03-02"
    assert paris_date(datetime(2026, 7, 1, 21, 59, tzinfo=UTC)).isoformat() == "2026-07-01"
    assert paris_date(datetime(2026, 7, 1, 22, 0, tzinfo=UTC)).isoformat() == "2026-07-02"
