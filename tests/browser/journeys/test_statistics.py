"""From any page to the figures of a year, closed: keys counted and printed."""

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.house import House
from tests.browser.journeys.test_calls import Hand

pytestmark = pytest.mark.browser
TO_READ, TO_CLOSE = 2, 3
YEAR = "/statistiques/annee/"


def test_figures_are_read_and_a_year_closed_from_the_keyboard(house: House, sit: Sit) -> None:
    desk = sit(house, "direction")
    desk.open("/aide")
    hand = Hand(desk)
    hand.press("g")
    hand.leave("y", "/statistiques")
    desk.check()
    print(f"\nfigures in sight: {hand.count} keys")
    assert hand.count <= TO_READ
    assert desk.page.locator("svg.chart[role=img][aria-label]").count() == 1
    assert desk.page.locator("table.data tbody th").count() > 1

    hand = Hand(desk)
    hand.leave("c", YEAR)
    desk.check()
    desk.page.locator("form[action$='/arreter'] button").focus()
    hand.leave(
        "Enter",
        f"{YEAR}2",
    )
    desk.page.wait_for_selector("text=Chiffres gardés")
    print(f"a year closed: {hand.count} keys, and tabs to its button")
    assert hand.count <= TO_CLOSE
    assert house.query("SELECT edition, who FROM frozen_year") == [(1, "Florence Masson")]
