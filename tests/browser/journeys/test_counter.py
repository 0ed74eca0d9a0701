"""A visit by keyboard, from arrival to its end; keys are counted and printed: `pytest -s`."""

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.house import House
from tests.browser.journeys.test_calls import counted

pytestmark = pytest.mark.browser


def test_from_arrival_to_the_end(house: House, sit: Sit) -> None:
    desk = sit(house, "accueil")
    page = desk.page
    page.goto(f"{house.address}/accueil")
    with counted(desk, "a visit: she arrives, is called, received, answered", 5) as hand:
        hand.press("i")
        hand.words("Mme Garance")
        hand.leave("Enter", "/accueil")
        page.get_by_role("link", name="Mme Garance").wait_for()
        hand.leave("n", "/accueil")
        page.get_by_text("Appelée", exact=True).wait_for()
        hand.leave("r", "/accueil")
        page.get_by_text("Reçue", exact=True).wait_for()
        hand.leave("1", "/accueil")
    ended = page.locator(".counter-ended")
    assert "Mme Garance" in ended.inner_text()
    assert "Réponse donnée" in ended.inner_text()
    with counted(desk, "undone, then ended otherwise", 2) as hand:
        hand.leave("z", "/accueil")
        page.get_by_text("Reçue", exact=True).wait_for()
        hand.leave("4", "/accueil")
    assert "Adressée ailleurs" in ended.inner_text()
    desk.check()  # with somebody in it, and then her visit
    ended.get_by_role("link", name="Mme Garance").first.click()
    page.get_by_text("Visite rouverte").wait_for()
    desk.check()
    with counted(desk, "an information, anonymous, from anywhere", 2) as hand:
        hand.leave("v", "/contact/counter")
        hand.leave("Enter", "/accueil")
    page.get_by_text("Information comptée, sans nom").wait_for()
