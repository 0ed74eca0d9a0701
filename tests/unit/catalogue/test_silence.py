"""From which day silence is a decision, and what an acknowledgement says of it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.catalogue.silence import MOST_MONTHS, born, mention

days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@dataclass(frozen=True)
class Kind:
    silence: str
    silence_months: int | None = 2
    appeal: str = "Vous aurez deux mois."


@pytest.mark.parametrize(
    ("received", "months", "last", "on"),
    [
        ("2025-02-01", 2, "2025-04-01", "2025-04-02"),
        ("2023-05-15", 2, "2023-07-15", "2023-07-16"),  # as the national platform counts
        ("2023-06-30", 2, "2023-08-30", "2023-08-31"),
        ("2025-12-31", 2, "2026-02-28", "2026-03-01"),  # no such day: the last of the month
        ("2023-12-31", 2, "2024-02-29", "2024-03-01"),
        ("2025-10-12", 1, "2025-11-12", "2025-11-13"),
        ("2025-01-11", 4, "2025-05-11", "2025-05-12"),  # a Sunday counts as any day
    ],
)
def test_the_same_day_of_the_month_and_the_day_after(
    received: str, months: int, last: str, on: str
) -> None:
    found = born(date.fromisoformat(received), months)
    assert tuple(day.isoformat() for day in found) == (last, on)


@given(days, st.integers(1, MOST_MONTHS))
def test_it_is_born_the_day_after_a_day_that_exists_that_many_months_later(
    received: date, months: int
) -> None:
    last, on = born(received, months)
    assert on - last == timedelta(days=1)
    assert (last.year - received.year) * 12 + last.month - received.month == months
    assert last.day == min(received.day, monthrange(last.year, last.month)[1])
    assert born(received + timedelta(days=1), months).last >= last  # never sooner for who is later


def test_a_refusal_says_how_to_contest_and_an_acceptance_its_attestation() -> None:
    refused = mention(Kind("refusal"), date(2025, 2, 1))
    assert "refusée à partir du 02/04/2025" in refused
    assert refused.endswith("(décision implicite de rejet). Vous aurez deux mois.")
    accepted = mention(Kind("acceptance"), date(2025, 2, 1))
    assert "au plus tard le 01/04/2025" in accepted
    assert "attestation" in accepted
    assert "deux mois" not in accepted


@pytest.mark.parametrize("kind", [None, Kind(""), Kind("refusal", None)])
def test_most_natures_say_nothing(kind: Kind | None) -> None:
    assert mention(kind, date(2025, 2, 1)) == ""
