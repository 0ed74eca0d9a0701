"""A batch of letters indexed by keyboard alone; keys are counted and printed: `pytest -s`."""

from pathlib import Path

import pytest

from grc.demo import scans
from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.desk import Desk
from tests.browser.journeys.house import House
from tests.browser.journeys.test_calls import Hand
from tests.rig.waiting import PATIENCE, eventually

pytestmark = pytest.mark.browser
TYPICAL = 12  # keys besides typing, at most
IMAGE = "[data-viewer-image]"


def drawn(desk: Desk, end: str = "zoom=0&turn=0") -> None:
    """Wait until the page is there, at an address that ends so."""
    desk.page.locator(f"{IMAGE}[src$='{end}']").evaluate("image => image.decode()")


def test_letters_are_indexed_by_keyboard(house: House, sit: Sit, tmp_path: Path) -> None:
    path = tmp_path / "lot-du-matin.pdf"
    path.write_bytes(scans.with_text(("ascenseur", "cantine", "rampe")))
    house.run("import", "post", path)  # a worker takes part: what is left, it does
    eventually(lambda: house.count("letter") == 3, "letters that wait", PATIENCE)
    desk = sit(house, "courrier")
    desk.open("/courrier")
    desk.page.wait_for_load_state()
    hand = Hand(desk)
    hand.press("j")
    hand.leave("Enter", "/courrier/E-")
    drawn(desk)
    desk.check()
    hand.press("ArrowRight", "r", "+")
    drawn(desk, "zoom=1&turn=1")
    hand.press("n", "d")  # somebody new; her letter is dated
    hand.words("0203")
    hand.leave("Enter", "/courrier/E-")
    assert house.count("letter", "done_at IS NOT NULL") == 1

    drawn(desk)
    typical = Hand(desk)  # she is known now: who, two dates, commune
    typical.press("1", "d")
    typical.words("0303")
    typical.press("Tab")
    typical.words("0403")
    typical.press("Escape", "m")
    typical.words("RK473124829GB")
    typical.leave("Enter", "/courrier/E-")
    print(f"\na typical letter: {typical.count} keys")
    assert typical.count <= TYPICAL
    assert house.count("citizen", "name LIKE '%Exemple%'") == 1

    hand.press("h")  # not for us
    desk.page.wait_for_selector("#modal[open]")
    hand.press("Space")
    hand.leave("Control+Enter", "/courrier")
    assert house.count("item", "outcome = 'discarded'") == 1
    desk.check()
