"""From any page to the figures of a year, closed: keys are counted."""

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.counting import Journey
from tests.browser.journeys.house import House

pytestmark = pytest.mark.browser
TO_READ, TO_CLOSE = 2, 3
YEAR = "/statistiques/annee/"


def test_figures_are_read_and_a_year_closed_from_the_keyboard(
    house: House, sit: Sit, journey: Journey
) -> None:
    desk = sit(house, "direction")
    desk.open("/aide")
    with journey(desk, "figures in sight, from any page", TO_READ) as hand:
        hand.press("g")
        hand.leave("y", "/statistiques")
    desk.check()
    assert desk.page.locator("svg.chart[role=img][aria-label]").count() == 1
    assert desk.page.locator("table.data tbody th").count() > 1

    with journey(desk, "the figures of a year kept for good", TO_CLOSE) as hand:
        hand.leave("c", YEAR)
        desk.check()
        with desk.page.expect_navigation(url=lambda url: f"{YEAR}2" in url):
            desk.page.locator("form[action$='/arreter'] button").click()
        desk.page.wait_for_selector("text=Chiffres gardés")
    assert house.query("SELECT edition, who FROM frozen_year") == [(1, "Florence Masson")]
