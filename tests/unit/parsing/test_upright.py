"""Pages that were scanned on their side or upside down."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from grc.parsing import ocr
from grc.parsing.scans import ScanLimits, opened
from grc.parsing.upright import turned

QUARTERS = (0, 90, 180, 270)


def page() -> Image.Image:
    """Dark at the top left, so that each way of lying looks different."""
    made = Image.new("L", (200, 300), 255)
    made.paste(0, (0, 0, 120, 60))
    return made


def pdf(pictures: list[Image.Image]) -> bytes:
    kept = io.BytesIO()
    pictures[0].save(kept, "PDF", save_all=True, append_images=pictures[1:], resolution=72)
    return kept.getvalue()


def test_every_page_is_turned_by_its_own_quarters(tmp_path: Path) -> None:
    lying = [page().rotate(turn, expand=True) for turn in QUARTERS]  # counter-clockwise
    path = tmp_path / "upright.pdf"
    path.write_bytes(turned(pdf(lying), QUARTERS))
    with opened(path, ScanLimits()) as scan:
        shown = [scan.picture(number, 72) for number in range(scan.pages)]
    for one in shown:
        assert one.size == (200, 300)
        assert ImageStat.Stat(ImageChops.difference(one, page())).mean[0] < 2


def test_what_lies_well_is_not_touched() -> None:
    whole = pdf([page()])
    assert turned(whole, [0]) is whole
    assert turned(whole, []) is whole


def test_the_same_pages_give_the_same_bytes() -> None:
    assert turned(pdf([page()]), [90]) == turned(pdf([page()]), [90])


def described(*angles: int) -> str:
    lines = "".join(
        f"<span class='ocr_line' title=\"bbox 1 2 3 4; textangle {angle}\">x</span>\n"
        if angle
        else "<span class='ocr_line' title=\"bbox 1 2 3 4; baseline 0 0\">x</span>\n"
        for angle in angles
    )
    page = f"<div class='ocr_page'>\n   <p>{lines}</p>\n  </div>\n"
    return f"<?xml ?>\n{page}un texte\n\n </body>\n</html>\n"


@pytest.mark.parametrize(
    ("written", "text", "turn"),
    [
        (described(90, 90, 0), "un texte", 90),
        (described(180, 180), "un texte", 180),
        (described(270, 0, 0), "un texte", 0),
        (described(45), "un texte", 0),
        (described(), "un texte", 0),
        ("", "", 0),
    ],
)
def test_most_lines_say_how_a_page_lies(written: str, text: str, turn: int) -> None:
    assert ocr._seen(written) == ocr.Seen(text, turn)


def test_words_on_a_page_do_not_end_its_text() -> None:
    hostile = described(90).replace("un texte", "</div>\n  </div>\n </body> suite")
    assert ocr._seen(hostile).text.endswith("suite")
