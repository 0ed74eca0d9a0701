"""An account is created, given a role, and closed with its work handed over: by keys, counted."""

import re

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.counting import Journey
from tests.browser.journeys.house import House

pytestmark = pytest.mark.browser
MOST = 15


def test_an_account_comes_and_goes_by_keys(house: House, sit: Sit, journey: Journey) -> None:
    desk = sit(house, "admin")
    desk.open("/")
    page = desk.page
    with journey(desk, "an account created, closed with its work, opened again", MOST) as keys:
        keys.press("g")
        keys.leave("m")
        desk.check()
        keys.leave("n")
        keys.tab_to("name")
        keys.words("Nina Neuve")
        keys.tab_to("login")
        keys.words("n.neuve")
        page.select_option("#role", "agent")
        page.select_option("#unit", "apa")
        keys.leave("Control+Enter")
        desk.sees("Compte créé")
        keys.leave("l")
        assert re.fullmatch(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", page.input_value("#link"))
        desk.check()
        keys.press("Escape")  # out of the field of the link
        keys.leave("x")
        keys.tab_to("login")
        keys.words("agent.apa")
        keys.leave("Control+Enter")
        desk.sees("Ce qui va se passer")
        desk.check()
        keys.leave("Control+Enter")
        desk.sees("Travail transmis")
        desk.check()
        keys.leave("z")
        desk.sees("Désactiver")
