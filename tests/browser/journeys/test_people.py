"""One person who has two records: merged, separated, a message split; keys counted and printed."""

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.house import House
from tests.browser.journeys.test_calls import Hand

pytestmark = pytest.mark.browser
TO_MERGE, TO_SEPARATE, TO_SPLIT, TO_RECORD = 6, 4, 3, 2
MINE = "/usagers/U-"


def test_two_records_are_merged_and_separated(house: House, sit: Sit) -> None:
    desk = sit(house, "agent.apa")
    desk.open("/recherche?q=helene.muller@courriel.example")
    desk.open(desk.page.locator("[data-list] .row-link").first.get_attribute("href") or "")
    desk.page.locator("aside a[href^='/usagers/']").first.click()
    desk.page.wait_for_selector("text=Peut-être la même personne")
    desk.check()
    before = house.query("SELECT id, name, birth_date, survivor_id FROM citizen ORDER BY id")
    hand = Hand(desk)
    hand.leave("r", "/reunir")
    desk.check()
    desk.page.check("#name-0")
    hand.count += 1
    desk.page.fill("#reason", "Même naissance, dit au téléphone")
    hand.leave("Control+Enter", MINE)
    print(f"\nmerged: {hand.count} keys, and the reason")
    assert hand.count <= TO_MERGE
    assert (
        house.query("SELECT id, name, birth_date, survivor_id FROM citizen ORDER BY id") != before
    )
    desk.check()

    hand = Hand(desk)
    hand.leave("s", "/separer")
    desk.page.fill("#reason", "Deux cousines")
    hand.leave("Control+Enter", MINE)
    print(f"separated: {hand.count} keys, and the reason")
    assert hand.count <= TO_SEPARATE
    assert (
        house.query("SELECT id, name, birth_date, survivor_id FROM citizen ORDER BY id") == before
    )


def test_a_message_is_split_and_a_recovery_action_opened(house: House, sit: Sit) -> None:
    desk = sit(house, "agent.apa")
    desk.open("/recherche?q=helene.muller@courriel.example")
    desk.open(desk.page.locator("[data-list] .row-link").first.get_attribute("href") or "")
    hand = Hand(desk)
    hand.press("c")
    desk.page.wait_for_selector("#modal .kinds")
    desk.check()
    before = house.count("recovery_action")
    with desk.page.expect_navigation():
        hand.press("3")
    print(f"\nrecovery action recorded: {hand.count} keys")
    assert hand.count == TO_RECORD
    assert house.count("recovery_action") == before + 1
    done = "SELECT count(*) FROM recovery_action WHERE result = 'succeeded'"
    ((so_far,),) = house.query(done)
    hand = Hand(desk)
    with desk.page.expect_navigation():
        hand.press("h")
    print(f"recovery action done: {hand.count} key")
    assert hand.count == 1
    assert house.query(done) == [(so_far + 1,)]
    hand = Hand(desk)
    hand.press("w")
    desk.page.wait_for_selector("#modal #subject")
    desk.page.fill("#modal #subject", "Carte Améthyste")
    hand.leave("Control+Enter", "/demandes/")
    print(f"split: {hand.count} keys, and the subject")
    assert hand.count <= TO_SPLIT
    assert house.count("message_share") == 1
    desk.check()
