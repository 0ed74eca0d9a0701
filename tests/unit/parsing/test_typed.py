"""What is typed of a letter: days with one hand, numbers of registered mail."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.parsing.days import day
from grc.parsing.registered import check_digit, number

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("0203", date(2026, 3, 2)),
        ("2/3", date(2026, 3, 2)),
        ("2212", date(2025, 12, 22)),  # it has not come yet this year
        ("22112026", TODAY),
        ("221126", TODAY),
        ("22/11/2026", TODAY),
        ("2026-11-22", TODAY),
        ("23112026", None),
        ("3102", None),
        ("2902", None),  # neither this year nor the last
        ("290224", date(2024, 2, 29)),
        ("hier", None),
        ("", None),
    ],
)
def test_a_day_as_it_is_typed(typed: str, meant: date | None) -> None:
    assert day(typed, TODAY) == meant


@given(st.integers(0, 364))
def test_four_figures_name_any_day_of_the_last_year(before: int) -> None:
    meant = TODAY - timedelta(days=before)
    assert day(f"{meant:%d%m}", TODAY) == meant


@given(st.text(max_size=30))
def test_nothing_typed_breaks_it(typed: str) -> None:
    day(typed, TODAY)
    number(typed)


@pytest.mark.parametrize("typed", ["RK473124829GB", "rk 4731 2482 9 gb", "1A00915820380"])
def test_a_registered_number(typed: str) -> None:
    assert number(typed) == typed.upper().replace(" ", "")


@pytest.mark.parametrize("typed", ["RK473124820GB", "RK47312482GB", "1A12", "recommandé", ""])
def test_no_registered_number(typed: str) -> None:
    assert number(typed) is None


@given(st.integers(0, 99_999_999), st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_figure_is_seen(serial: int, place: int, more: int) -> None:
    figures = f"{serial:08}"
    wrong = str((int(figures[place]) + more) % 10)
    other = figures[:place] + wrong + figures[place + 1 :]
    assert check_digit(other) != check_digit(figures) or {0, 5} & {check_digit(other)}
