"""Pages of a PDF set upright: whoever opens it need not turn the screen. Runs in a process that
may be killed."""

import io
from collections.abc import Sequence

import pypdfium2 as pdfium

from grc.parsing.scans import steady


def turned(document: bytes, turns: Sequence[int]) -> bytes:
    """The PDF with each page turned clockwise by so many degrees (0, 90, 180, 270), in order;
    its pictures are not touched. Without any turn, the same bytes."""
    if not any(turns):
        return document
    kept = io.BytesIO()
    with pdfium.PdfDocument(document) as opened:
        for page, turn in zip(opened, turns, strict=False):
            page.set_rotation((page.get_rotation() + turn) % 360)
        opened.save(kept)
    return steady(kept.getvalue())
