"""One person who has two records: merged, separated, a message split; keys are counted."""

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.counting import Journey
from tests.browser.journeys.house import House

pytestmark = pytest.mark.browser
TO_MERGE, TO_SPLIT, TO_RECORD, TO_NOTE = 9, 3, 2, 3
MINE = "/usagers/U-"
PEOPLE = "SELECT id, name, birth_date, survivor_id FROM citizen ORDER BY id"


def test_two_records_are_merged_and_separated(house: House, sit: Sit, journey: Journey) -> None:
    desk = sit(house, "agent.apa")
    desk.open("/recherche?q=helene.muller@courriel.example")
    desk.open(desk.page.locator("[data-list] .row-link").first.get_attribute("href") or "")
    desk.page.locator("aside a[href^='/usagers/']").first.click()
    desk.page.wait_for_selector("text=Peut-être la même personne")
    desk.check()
    before = house.query(PEOPLE)
    with journey(desk, "two people merged, and unmerged", TO_MERGE) as hand:
        hand.leave("r", "/reunir")
        desk.check()
        desk.page.check("#name-0")
        hand.tab_to("reason")
        hand.words("Même naissance, dit au téléphone")
        hand.leave("Control+Enter", MINE)
        assert house.query(PEOPLE) != before
        desk.check()
        hand.leave("s", "/separer")
        hand.tab_to("reason")
        hand.words("Deux cousines")
        hand.leave("Control+Enter", MINE)
    assert house.query(PEOPLE) == before


def test_a_message_is_split_and_a_recovery_action_opened(
    house: House, sit: Sit, journey: Journey
) -> None:
    desk = sit(house, "agent.apa")
    desk.open("/recherche?q=helene.muller@courriel.example")
    desk.open(desk.page.locator("[data-list] .row-link").first.get_attribute("href") or "")
    before = house.count("recovery_action")
    with journey(desk, "a recovery action recorded", TO_RECORD) as hand:
        hand.press("c")
        desk.page.wait_for_selector("#modal .kinds")
        desk.check()
        hand.leave("3")
    assert house.count("recovery_action") == before + 1
    done = "SELECT count(*) FROM recovery_action WHERE result = 'succeeded'"
    ((so_far,),) = house.query(done)
    with journey(desk, "a recovery action done", 1) as hand:
        hand.leave("h")
    assert house.query(done) == [(so_far + 1,)]
    here, asked = desk.page.url, "asked_on IS NOT NULL AND code = 'rsa'"
    already = house.count("recovery_action", asked)
    with journey(desk, "a right noted as asked", TO_NOTE) as hand:
        hand.press("c")
        desk.page.wait_for_selector("#modal .kinds")
        hand.leave("r", "/droit")
        desk.check()
        hand.leave("1")
    assert house.count("recovery_action", asked) == already + 1
    desk.page.goto(here)
    with journey(desk, "a message split into a case of its own", TO_SPLIT) as hand:
        hand.press("w")
        desk.page.wait_for_selector("#modal[open] #subject:focus")
        hand.words("Carte Améthyste")
        hand.leave("Control+Enter", "/demandes/")
    assert house.count("message_share") == 1
    desk.check()
