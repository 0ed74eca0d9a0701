"""What cells mean; what cannot be believed means nothing."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.parsing import cells

DAYS = st.dates(date(1900, 1, 1), date(2090, 12, 31))


@given(on=DAYS, form=st.sampled_from(["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d", "%Y%m%d"]))
def test_a_day_is_read_back(on: date, form: str) -> None:
    assert cells.day(on.strftime(form).zfill(8)) == on


@given(on=DAYS)
def test_the_order_is_the_one_that_was_told(on: date) -> None:
    assert cells.day(on.strftime("%m/%d/%Y"), "mdy") == on
    assert cells.day(on.strftime("%Y/%m/%d"), "mdy") == on


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("5 mars 2024", date(2024, 3, 5)),
        ("mardi 1er avril 2024", date(2024, 4, 1)),
        ("05-févr.-24", date(2024, 2, 5)),
        ("12 août 1999", date(1999, 8, 12)),
        ("03/04/69", date(2069, 4, 3)),
        ("03/04/70", date(1970, 4, 3)),
        ("31/02/2024", None),
        ("12/31/2024", None),
        ("1/2/3", None),
        ("12/2024", None),
        ("45352", None),
        ("0001-01-01", None),
        ("3 ju 2024", None),
        ("", None),
    ],
)
def test_days(cell: str, expected: date | None) -> None:
    assert cells.day(cell) == expected


def test_hours_are_those_of_paris_unless_a_zone_is_written() -> None:
    assert cells.moment("2024-07-05 14:30:00") == datetime(2024, 7, 5, 12, 30, tzinfo=UTC)
    assert cells.moment("05/07/2024 à 9h") == datetime(2024, 7, 5, 7, 0, tzinfo=UTC)
    assert cells.moment("2024-07-05T14:30:00Z") == datetime(2024, 7, 5, 14, 30, tzinfo=UTC)
    assert cells.moment("2024-07-05 25:00") is None


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("06 12 34 56 78", ("+33612345678", False)),
        ("612345678", ("+33612345678", True)),
        ("+33 (0)6.12.34.56.78", ("+33612345678", False)),
        ("0033612345678", ("+33612345678", False)),
        ("+41 22 123 45 67", ("+41221234567", False)),
        ("06 12", (None, False)),
        ("poste 12", (None, False)),
    ],
)
def test_phones(cell: str, expected: tuple[str | None, bool]) -> None:
    assert cells.phone(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("92 160", ("92160", False)), ("1000", ("01000", True)), ("2A0", (None, False))],
)
def test_postcodes(cell: str, expected: tuple[str | None, bool]) -> None:
    assert cells.postcode(cell) == expected


def test_one_address_is_an_address() -> None:
    assert cells.email(" Marie.Durand@Courriel.example ") == "marie.durand@courriel.example"
    assert cells.email("a@b.example, c@d.example") is None
    assert cells.email("marie chez exemple") is None
