"""A case reserved for others, opened in an emergency: by keys, told, and ended at once."""

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.counting import Journey
from tests.browser.journeys.house import House

pytestmark = pytest.mark.browser
WHY = "Elle est au guichet, blessée."
TO_OPEN = 3


def handed_over(house: House, sit: Sit) -> str:
    """The reference of a case that only the people on duty may read since a danger was told."""
    found = house.new_case().rpartition("/")[2]
    desk = sit(house, "agent.tri")
    desk.open(f"/a-affecter?case={found}")
    desk.page.wait_for_load_state()
    desk.page.keyboard.press("!")
    desk.page.get_by_role("dialog", name="Danger").get_by_text(found).wait_for()
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Control+Enter")
    return found


def test_a_reserved_case_is_opened_for_a_reason_and_told(
    house: House, sit: Sit, journey: Journey
) -> None:
    asked = handed_over(house, sit)
    desk = sit(house, "responsable")
    assert desk.open(f"/demandes/{asked}").status == 404
    desk.page.get_by_role("link", name="accès exceptionnel").click()
    desk.page.wait_for_url("**/acces-exceptionnel")
    desk.page.wait_for_load_state()
    desk.page.locator("[name=reference]").focus()
    with journey(desk, "a reserved case opened by exact reference, with a reason", TO_OPEN) as hand:
        hand.words(asked)
        hand.press("Tab")
        hand.words(WHY)
        hand.leave("Control+Enter", f"/demandes/{asked}")
    desk.page.get_by_text(WHY).first.wait_for()
    assert desk.page.locator("#reply-text").count() == 0  # it reads, and no more
    desk.check()
    auditor = sit(house, "auditeur")
    auditor.open("/acces-exceptionnels")
    auditor.page.get_by_text(WHY).first.wait_for()
    auditor.check()
