"""A visit by keyboard, from arrival to its end; keys are counted."""

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.counting import Journey
from tests.browser.journeys.house import House
from tests.browser.journeys.test_calls import sees_counted

pytestmark = pytest.mark.browser


def test_from_arrival_to_the_end(house_in_each_language: House, sit: Sit, journey: Journey) -> None:
    house = house_in_each_language
    name = {"fr": "Mme Garance", "en": "Mrs Arden"}[house.language]
    desk = sit(house, "accueil")
    page = desk.page
    page.goto(f"{house.address}/accueil")
    with journey(desk, "a visit: she arrives, is called, received, answered", 5) as hand:
        hand.press("i")
        hand.words(name)
        hand.leave("Enter", "/accueil")
        page.get_by_role("link", name=name).wait_for()
        hand.leave("n", "/accueil")
        page.get_by_text(desk.words("Appelée"), exact=True).wait_for()
        hand.leave("r", "/accueil")
        page.get_by_text(desk.words("Reçue"), exact=True).wait_for()
        hand.leave("1", "/accueil")
    ended = page.locator(".counter-ended")
    assert name in ended.inner_text()
    assert desk.words("Réponse donnée") in ended.inner_text()
    with journey(desk, "undone, then ended otherwise", 2) as hand:
        hand.leave("z", "/accueil")
        page.get_by_text(desk.words("Reçue"), exact=True).wait_for()
        hand.leave("4", "/accueil")
    assert desk.words("Adressée ailleurs") in ended.inner_text()
    desk.check()  # with somebody in it, and then her visit
    ended.get_by_role("link", name=name).first.click()
    desk.sees("Visite rouverte")
    desk.check()
    with journey(desk, "an information, anonymous, from anywhere", 2) as hand:
        hand.leave("v", "/contact/counter")
        hand.leave("Enter", "/accueil")
    sees_counted(desk)
