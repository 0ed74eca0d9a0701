"""Sharing out a queue and taking it back, by keys alone, counted."""

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.counting import Journey
from tests.browser.journeys.house import House

pytestmark = pytest.mark.browser


def test_a_queue_is_shared_out_and_taken_back_in_a_few_keys(
    house: House, sit: Sit, journey: Journey
) -> None:
    house.run("user", "add", "renfort", "--name", "Ana Renfort", "--role", "agent@tri")
    house.new_cases(2)
    desk = sit(house, "responsable")
    desk.open("/pilotage")
    free = desk.page.locator("td a[href*='f=free'][href*='s=tri']")
    number = int(free.inner_text())
    with journey(desk, "a queue shared out, and taken back", 9) as keys:
        with desk.page.expect_navigation():
            free.click()
        assert desk.page.locator(".row-check").count() == min(number, 30)  # a page of it
        keys.press("j", "x", "j", "X")
        keys.leave("p")
        assert desk.page.locator("input[name=people]:checked").count() >= 2
        assert desk.words("Répartir") in desk.page.locator("button[data-autofocus]").inner_text()
        keys.leave("Enter")
        assert desk.path.startswith("/actes-groupes/")
        desk.check()
        keys.leave("z")
        assert desk.words("Acte annulé") in desk.page.locator("main").inner_text()
    desk.open("/pilotage")
    assert int(free.inner_text()) == number
    desk.check()
