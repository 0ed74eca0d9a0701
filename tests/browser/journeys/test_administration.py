"""An account is created, given a role, and closed with its work handed over: by keys, counted."""

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.house import House
from tests.browser.journeys.test_triage import Keys

pytestmark = pytest.mark.browser
MOST = 12  # keys, words and choices of a list apart


def test_an_account_comes_and_goes_by_keys(house: House, sit: Sit) -> None:
    desk = sit(house, "admin")
    desk.open("/")
    keys, page = Keys(desk), desk.page
    keys.press("g")
    keys.leave("m")
    desk.check()
    keys.leave("n")
    page.fill("#name", "Nina Neuve")
    page.fill("#login", "n.neuve")
    page.select_option("#role", "agent")
    page.select_option("#unit", "apa")
    keys.leave("Control+Enter")
    desk.sees("Compte créé")
    keys.leave("l")
    assert "/mot-de-passe?cle=" in page.input_value("#link")
    desk.check()
    page.keyboard.press("Escape")  # out of the field of the link
    keys.leave("x")
    page.fill("#login", "agent.apa")
    keys.leave("Control+Enter")
    desk.sees("Ce qui va se passer")
    desk.check()
    keys.leave("Control+Enter")
    desk.sees("Travail transmis")
    desk.check()
    keys.leave("z")
    desk.sees("Désactiver")
    print(f"created, closed with its work and opened again in {keys.pressed} keys")
    assert keys.pressed <= MOST
