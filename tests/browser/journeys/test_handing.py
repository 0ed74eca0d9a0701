"""Mail that nobody opens, by keyboard: keys are counted."""

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.counting import Hand, Journey
from tests.browser.journeys.house import House

pytestmark = pytest.mark.browser
MOST = 5  # keys for an envelope to somebody known


def test_an_envelope_is_handed_over(house: House, sit: Sit, journey: Journey) -> None:
    desk = sit(house, "courrier")
    page = desk.page
    desk.open("/courrier/remise")
    first = Hand(desk)  # the first one to somebody new: her name is typed
    first.press("p", "d")
    first.words("Claire Exemple")
    first.leave("Enter", "/courrier/remise?note=")
    desk.check()

    with journey(desk, "an envelope handed over to somebody known", MOST) as again:
        figure = page.locator("input[name=near][value='Claire Exemple']").get_attribute("data-key")
        again.press("c", figure or "")
        again.leave("v", "/courrier/remise?note=")
    assert house.count("envelope") == 2

    desk.open("/courrier/bordereaux")
    hand = Hand(desk)
    hand.press("j")
    hand.leave("Enter", "/courrier/bordereaux/B-")
    desk.check()
    page.emulate_media(media="print")
    assert page.locator(".hand-paper").is_visible()
    assert not page.locator("input[name=name]").is_visible()
    assert not page.locator("nav.rail, .rail").first.is_visible()
    assert page.pdf(format="A4").count(b"/Type /Page\n") <= 1
    page.emulate_media(media="screen")
    hand.press("r")
    hand.words("Claire Exemple")
    hand.leave("Enter", "/courrier/bordereaux")
    assert house.count("hand_over", "handed_at IS NOT NULL") == 1
    desk.check()
