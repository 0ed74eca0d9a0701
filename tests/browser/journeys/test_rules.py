"""A rule is changed, tried on past cases and put in force: by keys alone, counted."""

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.counting import Journey
from tests.browser.journeys.house import House

pytestmark = pytest.mark.browser
MOST = 12


def test_a_rule_is_changed_tried_and_put_in_force_by_keys(
    house: House, sit: Sit, journey: Journey
) -> None:
    desk = sit(house, "responsable")
    desk.open("/affectation")
    page = desk.page
    with journey(desk, "a rule moved, changed, tried on past cases, put in force", MOST) as keys:
        keys.leave("m")  # the draft
        assert desk.path == "/affectation/brouillon"
        keys.press("j", "j")
        name = page.evaluate("document.activeElement.textContent")
        keys.leave("h")  # one place up
        assert page.evaluate("document.activeElement.textContent") == name
        assert page.locator("[data-list] .row-link").first.text_content() == name
        desk.check()
        keys.leave("Enter")
        keys.tab_to("keywords")
        keys.words("bracelet de téléassistance")
        keys.leave("Control+Enter")
        desk.sees("déplacée")
        keys.leave("t")
        page.wait_for_selector("progress", state="detached")
        desk.sees("demandes regardées")
        desk.check()
        keys.leave("e")
        keys.words("Un mot de plus")
        keys.leave("Control+Enter")
        assert desk.path == "/affectation"
        desk.sees("Un mot de plus")
        desk.check()
    keys.leave("m")  # others will find a draft, as these did
    desk.sees("Le brouillon dit la même chose que la version dont il est parti.")
