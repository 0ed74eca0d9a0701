"""A telephone rings, and somebody is called back: one key each."""

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.counting import Journey
from tests.browser.journeys.house import House
from tests.rig.waiting import PATIENCE, eventually

pytestmark = pytest.mark.browser
NUMBER, SHOWN = "+33639980077", "06 39 98 00 77"
BANNER = ".ringing-call"


def test_a_call_opens_its_screen_and_a_missed_one_is_called_back(
    house: House, sit: Sit, journey: Journey
) -> None:
    desk = sit(house, "agent.tri")
    desk.open("/preferences")
    desk.page.fill("#extension", "4077")
    with desk.page.expect_navigation():
        desk.page.press("#extension", "Enter")
    desk.open("/file")
    house.telephone("ringing", "call-1", NUMBER, extension="4077")
    desk.page.wait_for_selector(BANNER, timeout=PATIENCE * 1000)
    assert SHOWN in desk.page.inner_text(BANNER)
    desk.page.click(f"{BANNER} button", trial=True)  # nothing lies over it
    assert desk.barriers() == []
    with journey(desk, "a telephone that rings", 1) as hand:
        hand.leave("p", "/contact/phone?q=")
    house.telephone("ended", "call-1", NUMBER, extension="4077")
    row = desk.page.locator(".row", has_text=SHOWN)
    eventually(lambda: desk.open("/rappels") and row.count(), "who was missed is listed")
    desk.check()
    with journey(desk, "a call back: no answer", 2) as hand:
        hand.press("j")
        hand.leave("2", "/rappels")
    desk.sees("Essai compté")
    with journey(desk, "a call back: reached", 2) as hand:
        hand.press("j")
        hand.leave("1", "/rappels")
    desk.sees("Usager joint")
    assert not row.count()
