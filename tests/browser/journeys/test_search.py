"""From a word to a file by keys alone: searched, narrowed, kept, shared, taken away; counted."""

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.counting import Journey
from tests.browser.journeys.house import House

pytestmark = pytest.mark.browser
KEYS = 9  # besides the words


def test_a_search_is_narrowed_kept_shared_and_taken_away(
    house: House, sit: Sit, journey: Journey
) -> None:
    desk = sit(house, "responsable")
    desk.open("/file")
    page = desk.page
    told = "a search narrowed, kept, shared and taken away"
    with journey(desk, told, KEYS) as keys:
        keys.press("/")
        page.keyboard.type("dossier service:apa etat:ouverte agent:personne")
        keys.leave("Enter")
        assert page.locator(".row-matched mark").count()
        desk.check()
        keys.leave("b")  # the last chip goes
        assert page.url.endswith("/recherche?q=dossier&etat=open&service=apa")
        keys.press("f")
        page.wait_for_selector("#modal[open] #name")
        page.fill("#modal #name", "Dossiers APA")
        page.select_option("#modal #unit", value="apa")
        keys.leave("Control+Enter")
        assert page.locator(".view-strip [aria-current]").inner_text().startswith("Dossiers APA")
        desk.check()
        keys.press("y")
        page.wait_for_selector("#modal[open] form")
        with page.expect_download() as taken:
            keys.press("Control+Enter")
        assert taken.value.suggested_filename.endswith(".xlsx")
    colleague = sit(house, "agent.apa")
    colleague.open("/file")
    assert colleague.page.locator(".view-strip", has_text="Dossiers APA").count() == 1
