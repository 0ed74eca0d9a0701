"""Files from outside as A4 pages, and documents bound for the printer."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from grc.parsing import behind
from tests.unit.parsing.pdfs import ENCRYPTED, pdf_of_image


def blank(pages: int, width: float = 595, height: float = 842) -> bytes:
    kept = BytesIO()
    with pypdfium2.PdfDocument.new() as made:
        for _ in range(pages):
            made.new_page(width, height)
        made.save(kept)
    return kept.getvalue()


def picture(form: str, mode: str = "RGB", size: tuple[int, int] = (600, 400), **more: Any) -> bytes:
    kept = BytesIO()
    Image.new(mode, size).save(kept, form, **more)
    return kept.getvalue()


def made(folder: Path, data: bytes, kind: str = "application/pdf", most: int = 50) -> Any:
    path = folder / "given"
    path.write_bytes(data)
    told, out = behind.printable({"path": str(path), "kind": kind, "most": most}, [])
    return told, out[0] if out else b""


def sizes(pdf: bytes) -> list[tuple[int, int]]:
    with pypdfium2.PdfDocument(pdf) as found:
        return [
            (round(wide), round(high)) for wide, high in map(found.get_page_size, range(len(found)))
        ]


@pytest.mark.parametrize(
    ("width", "height", "wanted"),
    [
        (595, 842, (595, 842)),
        (842, 1191, (595, 842)),
        (1191, 842, (842, 595)),
        (612, 792, (595, 842)),
        (200, 300, (595, 842)),
    ],
    ids=["a4", "a3", "lying", "letter", "small"],
)
def test_every_page_is_a4(tmp_path: Path, width: int, height: int, wanted: tuple[int, int]) -> None:
    told, pdf = made(tmp_path, blank(2, width, height))
    assert told == {"pages": 2}
    assert sizes(pdf) == [wanted] * 2
    assert made(tmp_path, blank(2, width, height))[1] == pdf  # the same bytes again


def test_a_page_that_is_made_smaller_keeps_all_its_words_and_no_link(tmp_path: Path) -> None:
    page = "#set page(width: 842pt, height: 1191pt)\n"
    text = page + 'En haut #link("https://a.example")[ici]\n#v(1fr)\nEn bas'
    _told, pdf = made(tmp_path, typst.compile(text.encode()))
    with pypdfium2.PdfDocument(pdf) as found:
        page = found[0]
        words = page.get_textpage()
        assert words.get_text_bounded(0, 0, 595, 842).split() == ["En", "haut", "ici", "En", "bas"]
        assert pypdfium2.raw.FPDFPage_GetAnnotCount(page) == 0


@pytest.mark.parametrize(
    ("kind", "data", "wanted"),
    [
        ("image/png", picture("PNG"), (842, 595)),
        ("image/png", picture("PNG", "RGBA", (40, 60)), (595, 842)),
        ("image/jpeg", picture("JPEG", "L"), (842, 595)),
        ("image/jpeg", picture("JPEG", "CMYK", (40, 60)), (595, 842)),
        ("image/tiff", picture("TIFF", "1", (1654, 2339), dpi=(200, 200)), (595, 842)),
    ],
)
def test_a_picture_is_a_page(
    tmp_path: Path, kind: str, data: bytes, wanted: tuple[int, int]
) -> None:
    told, pdf = made(tmp_path, data, kind)
    assert told == {"pages": 1}
    assert sizes(pdf) == [wanted]


def test_what_is_seen_through_is_white(tmp_path: Path) -> None:
    _told, pdf = made(tmp_path, picture("PNG", "RGBA", (40, 60)), "image/png")
    with pypdfium2.PdfDocument(pdf) as found:
        assert found[0].render(scale=0.2).to_pil().convert("L").getextrema()[0] > 250


@pytest.mark.parametrize(
    ("kind", "data", "why"),
    [
        ("application/pdf", ENCRYPTED, "encrypted"),
        ("application/pdf", b"%PDF-1.7\nabc", "bad_scan"),
        ("application/pdf", pdf_of_image(60_000, 60_000), "bad_scan"),
        ("application/pdf", b" ", "empty"),
        ("application/pdf", blank(500), "too_many_pages"),
        ("image/png", picture("PNG")[:60], "bad_scan"),
        ("image/jpeg", picture("PNG"), "bad_scan"),
        ("image/png", picture("PNG", "1", (9_000, 9_000)), "page_too_large"),
    ],
    ids=["locked", "broken", "claim", "empty", "long", "cut", "lie", "huge"],
)
def test_what_cannot_be_printed_says_why(tmp_path: Path, kind: str, data: bytes, why: str) -> None:
    assert made(tmp_path, data, kind) == ({"refused": why}, b"")


@settings(max_examples=25)
@given(st.lists(st.integers(1, 7), min_size=1, max_size=6))
def test_a_run_is_the_sum_of_its_documents_each_on_a_sheet_of_its_own(counts: list[int]) -> None:
    widths = [400 + 10 * number for number in range(len(counts))]
    whole, pages = behind.together(
        blank(count, width) for count, width in zip(counts, widths, strict=True)
    )
    found = sizes(whole)
    assert pages == len(found) == sum(map(behind.sides, counts))
    assert sum(width in widths for width, _height in found) == sum(counts)
    starts = [next(n for n, size in enumerate(found) if size[0] == width) for width in widths]
    assert all(start % 2 == 0 for start in starts)  # a right-hand page
    assert starts == sorted(starts)
