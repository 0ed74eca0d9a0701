"""Danger by keyboard: handed over from a list, answered by who is on duty; keys are counted."""

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.counting import Journey
from tests.browser.journeys.house import House

pytestmark = pytest.mark.browser
TO_CRY, TO_ANSWER = 3, 4


def test_a_danger_is_handed_over_and_answered(house: House, sit: Sit, journey: Journey) -> None:
    address = house.new_case()
    reference = address.rpartition("/")[2]
    desk = sit(house, "agent.tri")
    desk.open(f"/a-affecter?case={reference}")
    desk.page.wait_for_load_state()
    desk.page.get_by_role("link", name="Danger").first.wait_for()
    with journey(desk, "danger: handed over from a list", TO_CRY) as hand:
        hand.press("!")
        dialog = desk.page.get_by_role("dialog", name="Danger")
        dialog.get_by_text("3919", exact=True).wait_for()
        dialog.get_by_text(reference).wait_for()
        desk.check()
        hand.leave("Control+Enter", "/danger/transmis/")
    desk.page.get_by_text(reference).wait_for()
    desk.check()
    desk.page.goto(house.address + address)
    assert reference not in desk.page.locator("h1").inner_text()

    duty = sit(house, "astreinte")
    duty.open("/mes-demandes")
    duty.page.wait_for_load_state()
    duty.page.get_by_text("Un danger attend").wait_for()
    older = house.count("alert", "taken_by IS NULL") - 1  # of other tests, the oldest come first
    with journey(duty, "danger: found and answered by who is on duty", TO_ANSWER + older) as hand:
        hand.press("g")
        hand.leave("q", "/a-voir")
        duty.page.wait_for_load_state()
        hand.press(*"j" * (older + 1))
        hand.leave("1", address)
    duty.check()
    assert house.count("alert", "taken_by IS NULL") == older


def test_what_is_typed_in_a_call_goes_along(house: House, sit: Sit, journey: Journey) -> None:
    desk = sit(house, "agent.apa")
    desk.open("/saisie/phone")
    desk.page.wait_for_load_state()
    desk.page.fill("[name=name]", "Mme Witness")
    desk.page.fill("[name=text]", "Elle entend crier.")
    with journey(desk, "danger: in the middle of a call", 4) as hand:
        hand.press("Escape")
        hand.leave("!", "/danger")
        assert desk.page.input_value("[name=name]") == "Mme Witness"
        desk.page.locator("[name=text]").focus()
        hand.leave("Control+Enter", "/danger/transmis/")
    desk.check()
    held = "subject = 'Elle entend crier.' AND level = 'named'"
    assert house.count("case", held) == 1
