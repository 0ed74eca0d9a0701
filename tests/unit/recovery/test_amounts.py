"""Amounts as people type and read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.recovery.amounts import MOST, cents, euros


@given(st.integers(0, MOST))
def test_what_is_shown_is_read_back(amount: int) -> None:
    assert cents(euros(amount)) == amount


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("123,45", 12345), ("123.4", 12340), (" 1 234 € ", 123400), ("0", 0), ("635,7€", 63570)],
)
def test_as_people_type(typed: str, amount: int) -> None:
    assert cents(typed) == amount


@pytest.mark.parametrize("typed", ["", "-1", "1,234", "12 34", "1e3", "beaucoup", "99999999", "١٢"])
def test_what_is_no_amount(typed: str) -> None:
    assert cents(typed) is None
