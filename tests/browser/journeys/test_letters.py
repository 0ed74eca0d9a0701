"""A letter from the draft to the post by three people; keys are counted."""

import pytest
from playwright.sync_api import FilePayload

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.counting import Journey
from tests.browser.journeys.house import House
from tests.unit.parsing.test_behind import blank

pytestmark = pytest.mark.browser
TO_WRITE, TO_JOIN, TO_SIGN, TO_POST = 11, 4, 8, 5
LETTER = "/lettres/L-"
PLAN: FilePayload = {"name": "Plan.pdf", "mimeType": "application/pdf", "buffer": blank(3)}


def test_a_letter_leaves(house: House, sit: Sit, journey: Journey) -> None:
    desk = sit(house, "agent.apa")
    desk.open("/file")
    desk.page.wait_for_load_state()
    desk.open(desk.page.locator("[data-list] .row-link").first.get_attribute("href") or "")
    with journey(desk, "a letter (1 of 3): an agent writes it and hands it in", TO_WRITE) as hand:
        hand.leave("l", "/lettre")
        hand.leave("2", "?type=decision")  # one that asks for a visa
        desk.check()
        hand.press("d")
        hand.press("Control+a")
        desk.page.keyboard.insert_text("Mme Claire Exemple\n12 rue des Lilas\n92160 Antony")
        hand.tab_to("agent_quality")
        hand.words("instructrice")
        hand.leave("Control+Enter", LETTER)
    desk.check()
    with journey(desk, "a letter: a file is joined, and it is handed in again", TO_JOIN) as hand:
        hand.leave("f", "/joindre")
        desk.check()
        desk.page.set_input_files("#files", PLAN)  # the computer's own window
        hand.leave("Control+Enter", LETTER)
        hand.leave("s", LETTER)
    desk.check()

    ((mine,),) = house.query("SELECT max(id) FROM our_letter")

    desk = sit(house, "responsable")
    desk.open("/parapheur")
    desk.check()
    waiting = desk.page.locator("[data-list] .row-link").count()
    told = "a letter (2 of 3): its head finds it at the end of the list, endorses and signs"
    with journey(desk, told, TO_SIGN) as hand:
        hand.press(*["j"] * waiting)
        hand.leave("Enter", LETTER)
        desk.check()
        hand.leave("s", LETTER)  # endorsed, and it stays: it waits for her signature too
        hand.leave("s", "/")
    assert house.count("our_letter", f"id = {mine} AND state = 'signed'") == 1

    desk = sit(house, "courrier")
    desk.open("/departs")
    with journey(
        desk, "a letter (3 of 3): the mail room prints, reads the sheet, posts it", TO_POST
    ) as hand:
        hand.leave("i", "/departs?tirage=")
        desk.check()
        hand.leave("b", "/departs/tirage/")
        desk.check()
        hand.leave("u", "/departs")
        desk.page.fill(f"input[name=n{mine}]", "RK473124829GB")  # a hand-held reader types it
        hand.press("Escape")
        hand.leave("v", "/departs")
    assert house.count("our_letter", f"id = {mine} AND state = 'posted' AND pages = 6") == 1
    desk.check()
