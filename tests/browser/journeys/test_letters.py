"""A letter from the draft to the post by three people, keys counted and printed: `pytest -s`."""

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.house import House
from tests.browser.journeys.test_calls import Hand

pytestmark = pytest.mark.browser
TO_WRITE, TO_SIGN, TO_POST = 4, 8, 3
LETTER = "/lettres/L-"


def test_a_letter_leaves(house: House, sit: Sit) -> None:
    desk = sit(house, "agent.apa")
    desk.open("/file")
    desk.page.wait_for_load_state()
    desk.open(desk.page.locator("[data-list] .row-link").first.get_attribute("href") or "")
    writer = Hand(desk)
    writer.leave("l", "/lettre")
    writer.leave("2", "?type=decision")  # one that asks for a visa
    desk.check()
    writer.press("d")
    desk.page.keyboard.press("Control+a")  # of the typing
    writer.words("Mme Claire Exemple\n12 rue des Lilas\n92160 Antony")
    desk.page.fill("#agent_quality", "instructrice")
    writer.leave("Control+Enter", LETTER)
    print(f"\nwritten and handed in: {writer.count} keys")
    assert writer.count <= TO_WRITE
    desk.check()

    ((mine,),) = house.query("SELECT max(id) FROM our_letter")

    desk = sit(house, "responsable")
    desk.open("/parapheur")
    desk.check()
    waiting = desk.page.locator("[data-list] .row-link").count()
    reader = Hand(desk)
    reader.press(*["j"] * waiting)  # the last to come is the last of the list
    reader.leave("Enter", LETTER)
    desk.check()
    reader.leave("s", LETTER)  # endorsed, and it stays: it waits for her signature too
    reader.leave("s", "/")
    print(f"found as the last of {waiting}, endorsed, signed: {reader.count} keys")
    assert reader.count <= TO_SIGN
    assert house.count("our_letter", f"id = {mine} AND state = 'signed'") == 1

    desk = sit(house, "courrier")
    desk.open("/departs")
    mail = Hand(desk)
    mail.leave("i", "/departs?tirage=")
    desk.check()
    desk.page.fill(f"input[name=n{mine}]", "RK473124829GB")  # a hand-held reader types it
    desk.page.locator("h1").focus()
    mail.leave("v", "/departs")
    print(f"printed and posted: {mail.count} keys")
    assert mail.count <= TO_POST
    assert house.count("our_letter", f"id = {mine} AND state = 'posted'") == 1
    desk.check()
