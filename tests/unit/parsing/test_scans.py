"""Scans from outside: refused with a sentence, never trusted, never lost in silence."""

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from grc.channels.post import PostChannel
from grc.channels.protocol import ChannelError
from grc.channels.splitter import Splitter
from grc.parsing.scans import ScanLimits, opened
from tests.unit.parsing.pdfs import ENCRYPTED, pdf_of_image


def tiff(*pages: tuple[int, int], loop: bool = False) -> bytes:
    """A TIFF of empty pages of these sizes, the last followed by the first if it loops."""
    out = bytearray(b"II*\x00" + struct.pack("<I", 8))
    for number, (width, height) in enumerate(pages, start=1):
        tags = [(256, width), (257, height), (258, 1), (259, 1), (262, 0), (273, 8), (277, 1),
                (278, height), (279, 1)]  # fmt: skip
        out += struct.pack("<H", len(tags))
        for tag, value in tags:
            out += struct.pack("<HHII", tag, 4, 1, value)
        last = number == len(pages)
        out += struct.pack("<I", (8 if loop else 0) if last else len(out) + 4)
    return bytes(out)


def refusal(tmp_path: Path, raw: bytes) -> str:
    path = tmp_path / "scan"
    path.write_bytes(raw)
    with pytest.raises(ChannelError) as refused:
        list(PostChannel().parts(path, {}))
    assert refused.value.detail % refused.value.params
    assert refused.value.permanent
    return refused.value.reason


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b"Bonjour", "not_a_scan"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_scan"),
        (b"%PDF-1.7\nrien", "bad_scan"),
        (ENCRYPTED, "encrypted"),
        (b"II*\x00", "bad_scan"),
        (tiff((8, 8), (8, 8), loop=True), "bad_scan"),
        (tiff((100_000, 100_000)), "page_too_large"),
        (tiff((100, 100)), "bad_scan"),  # its one strip lies outside
        (tiff(*[(8, 8)] * 301), "too_many_pages"),
        (pdf_of_image(60_000, 60_000), "page_too_large"),
    ],
)
def test_what_is_no_sound_scan_is_refused(tmp_path: Path, raw: bytes, reason: str) -> None:
    assert refusal(tmp_path, raw) == reason


def test_a_bomb_stays_within_the_process_that_may_be_killed(tmp_path: Path) -> None:
    """A page of 78 million points, 76 kB in the file: within the limit, and kept."""
    path = tmp_path / "bombe.pdf"
    path.write_bytes(pdf_of_image(60_000, 1_300, zlib.compress(bytes(78_000_000), 9)))
    assert path.stat().st_size < 100_000
    with Splitter() as splitter:
        (part,) = splitter.split("post", path, {}, after=0, most=1).parts
    assert part.raw


def test_an_image_that_cannot_be_decoded_is_not_a_blank_page(tmp_path: Path) -> None:
    path = tmp_path / "abime.pdf"
    path.write_bytes(pdf_of_image(400, 400, b"not what zlib writes"))
    part, account = PostChannel().parts(path, {})
    assert account.blanks == ()  # type: ignore[union-attr]
    assert part.raw  # type: ignore[union-attr]


def test_pages_of_every_kind_of_tiff_are_kept(tmp_path: Path) -> None:
    kinds = ("1", "L", "RGB", "P", "I;16", "CMYK")
    pages = [Image.new(kind, (300, 400)) for kind in kinds]
    path = tmp_path / "couleurs.tif"
    pages[0].save(path, "TIFF", save_all=True, append_images=pages[1:])
    with opened(path, ScanLimits()) as scan:
        assert scan.pages == len(kinds)
        made = scan.cut(range(len(kinds)))
    path.write_bytes(made)
    with opened(path, ScanLimits()) as scan:
        assert scan.pages == len(kinds)
