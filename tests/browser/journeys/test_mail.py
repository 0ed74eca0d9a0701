"""A batch of letters indexed by keyboard alone; keys are counted."""

from collections.abc import Callable
from pathlib import Path

import pytest

from grc.demo import scans
from grc.demo.scans import Batch
from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.counting import Hand, Journey
from tests.browser.journeys.desk import Desk
from tests.browser.journeys.house import House
from tests.rig.waiting import PATIENCE, eventually

pytestmark = pytest.mark.browser
TYPICAL = 12  # keys besides typing, at most
IMAGE = "[data-viewer-image]"


def drawn(desk: Desk, end: str = "zoom=0&turn=0") -> None:
    """Wait until the page is there, at an address that ends so."""
    desk.page.locator(f"{IMAGE}[src$='{end}']").evaluate("image => image.decode()")


def test_letters_are_indexed_by_keyboard(
    house: House, sit: Sit, tmp_path: Path, journey: Journey
) -> None:
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
    with journey(
        desk, "a letter that came by post indexed: who, two dates, number", TYPICAL
    ) as key:
        key.press("1", "d")
        key.words("0303")
        key.press("Tab")
        key.words("0403")
        key.press("Escape", "m")
        key.words("RK473124829GB")
        key.leave("Enter", "/courrier/E-")
    assert house.count("citizen", "name LIKE '%Exemple%'") == 1

    hand.press("h")  # not for us
    desk.page.wait_for_selector("#modal[open]")
    hand.press("Space")
    hand.leave("Control+Enter", "/courrier")
    assert house.count("item", "outcome = 'discarded'") == 1
    desk.check()


@pytest.mark.parametrize(
    ("letters", "pages", "written"),
    [
        pytest.param(2, 5, scans.as_tiff, id="five-pages"),
        pytest.param(20, 60, scans.as_pdf, id="sixty-pages-pdf", marks=pytest.mark.long),
        pytest.param(20, 60, scans.as_tiff, id="sixty-pages-tiff", marks=pytest.mark.long),
    ],
)
def test_worn_pages_are_cut_read_and_indexed_by_keyboard(
    house: House,
    sit: Sit,
    tmp_path: Path,
    letters: int,
    pages: int,
    written: Callable[[Batch], bytes],
) -> None:
    """Pages a few degrees off, turned, dusty, some blank: from the copier to the last letter."""
    made = scans.batch(letters, pages)
    path = tmp_path / f"lot-use-{letters}-{written.__name__}"
    path.write_bytes(written(made))
    house.run("import", "post", path)
    ((batch,),) = house.query(f"SELECT id FROM item WHERE locator LIKE '%{path.name}'")
    cases = f"SELECT case_id FROM item WHERE parent_id = {batch} AND case_id IS NOT NULL"
    waiting = f"batch_id = {batch} AND done_at IS NULL"
    eventually(lambda: house.count("letter", waiting) == letters, "letters", 10 * PATIENCE)
    texts = house.query(f"SELECT text FROM message WHERE case_id IN ({cases})")
    assert all(any(one.word in text for (text,) in texts) for one in made.letters)
    desk = sit(house, "courrier")
    desk.open("/courrier")
    hand = Hand(desk)
    with desk.page.expect_navigation():
        desk.page.get_by_text(path.name).click()
    for number in range(letters, 0, -1):
        drawn(desk)
        known = desk.page.locator("input[data-key='1']").count()
        hand.press("1" if known else "n")
        hand.leave("v", "/courrier/E-" if number > 1 else "/courrier")
        assert house.count("letter", waiting) == number - 1
    print(f"\n{letters} letters of {pages} pages: {hand.count} keys")
