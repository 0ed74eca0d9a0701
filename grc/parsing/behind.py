"""What is printed behind a letter: files from outside as A4 pages, several documents as one file.

Hostile files are met here: run `printable` and `bound` only in a process that may be killed.
"""

import ctypes
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from PIL import Image, ImageOps
from pypdfium2 import raw as pdf

from grc.parsing import scans
from grc.parsing.limits import LimitExceeded
from grc.parsing.scans import BadScan, ScanLimits, steady

A4 = (595.28, 841.89)  # points
PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG"}
PRINTABLE = frozenset({"application/pdf", "image/tiff", *PICTURES})
_NEAR = 6.0  # points: nobody sees that such a page is not quite A4
_MARGIN = 28.0  # points round a picture: no printer reaches the edge
_DPI = 300  # more is not seen on paper
_SPARSE = 100  # pixels an inch: a small picture is not blown up beyond
_QUALITY = 88  # of JPEG
_WHITE = (255, 255, 255)


def printable(
    parameters: dict[str, Any], _blobs: list[bytes]
) -> tuple[dict[str, Any], list[bytes]]:
    """The file at `path`, of content type `kind`, as a PDF of at most `most` A4 pages, on which
    nothing moves any longer: forms are as they were filled in, nothing is a link. The same file
    gives the same bytes.

    Answers `pages`, or `refused`: `empty`, `encrypted`, `too_many_pages`, `page_too_large`, or
    `bad_scan` when a page, or a picture on it, cannot be read: it would be printed blank.
    """
    path, limits = Path(parameters["path"]), ScanLimits(pages=parameters["most"])
    try:
        if parameters["kind"] in PICTURES:
            made = _pictured(path, PICTURES[parameters["kind"]], limits)
        else:
            made = _copied(path, limits)
    except (BadScan, LimitExceeded) as error:
        return {"refused": error.code}, []
    with pdfium.PdfDocument(made) as document:
        return {"pages": len(document)}, [made]


def _copied(path: Path, limits: ScanLimits) -> bytes:
    with scans.opened(path, limits) as scan:
        numbers = range(scan.pages)
        if not all(scan.is_sound(number) for number in numbers):
            raise BadScan("bad_scan", "")
        cut = scan.cut(numbers)
    return _settled(cut)


def _settled(document: bytes) -> bytes:
    kept = io.BytesIO()
    with pdfium.PdfDocument(document) as opened:
        opened.init_forms()
        for page in opened:
            if pdf.FPDFPage_Flatten(page, pdf.FLAT_PRINT) == pdf.FLATTEN_FAIL:
                raise BadScan("bad_scan", "")
            _fit(page)
        opened.save(kept)
    return steady(kept.getvalue())


def _fit(page: pdfium.PdfPage) -> None:
    """Onto A4, upright or lying as it was: made smaller when it is larger, in the middle when it
    is not."""
    left, bottom, right, top = page.get_cropbox()
    width, height = right - left, top - bottom
    wide, high = A4 if height >= width else A4[::-1]
    if abs(width - wide) < _NEAR and abs(height - high) < _NEAR:
        return
    scale = min(1.0, wide / max(width, 1.0), high / max(height, 1.0))
    across, up = (wide - scale * width) / 2, (high - scale * height) / 2
    matrix = pdf.FS_MATRIX(scale, 0, 0, scale, across - scale * left, up - scale * bottom)
    clip = pdf.FS_RECTF(across, up + scale * height, across + scale * width, up)
    pdf.FPDFPage_TransFormWithClip(page, ctypes.byref(matrix), ctypes.byref(clip))
    page.set_mediabox(0, 0, wide, high)
    page.set_cropbox(0, 0, wide, high)


def _pictured(path: Path, named: str, limits: ScanLimits) -> bytes:
    try:
        with Image.open(path, formats=(named,)) as image:
            if image.width * image.height > limits.pixels:
                raise BadScan("page_too_large", "")
            return _on_a_page(_as_seen(image))
    except (OSError, SyntaxError, ValueError):
        raise BadScan("bad_scan", "") from None


def _as_seen(image: Image.Image) -> Image.Image:
    """As its camera held it, what is see-through on white, no finer than paper shows."""
    image = ImageOps.exif_transpose(image)
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        image = Image.new("RGB", seen.size, _WHITE)
        image.paste(seen, mask=seen.getchannel("A"))
    image = image.convert("L" if image.mode in ("1", "L") else "RGB")
    inches = [(side - 2 * _MARGIN) / 72 for side in _lying(A4, image)]
    image.thumbnail((round(inches[0] * _DPI), round(inches[1] * _DPI)))
    return image


def _lying(page: tuple[float, float], image: Image.Image) -> tuple[float, float]:
    return page if image.height >= image.width else (page[1], page[0])


def _on_a_page(image: Image.Image) -> bytes:
    kept, packed = io.BytesIO(), io.BytesIO()
    image.save(packed, "JPEG", quality=_QUALITY)
    wide, high = _lying(A4, image)
    room = min((wide - 2 * _MARGIN) / image.width, (high - 2 * _MARGIN) / image.height)
    scale = min(room, 72 / _SPARSE)
    width, height = image.width * scale, image.height * scale
    with pdfium.PdfDocument.new() as document:
        page = document.new_page(wide, high)
        shown = pdfium.PdfImage.new(document)
        shown.load_jpeg(packed, pages=None, inline=True)
        place = pdfium.PdfMatrix().scale(width, height)
        shown.set_matrix(place.translate((wide - width) / 2, (high - height) / 2))
        page.insert_obj(shown)
        page.gen_content()
        document.save(kept)
    return steady(kept.getvalue())


def bound(parameters: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """One PDF of the documents at `paths`, in order; None stands for the next of the bytes
    given. As `together`."""
    given = iter(blobs)
    whole, pages = together(
        next(given) if path is None else Path(path) for path in parameters["paths"]
    )
    return {"pages": pages}, [whole]


def together(documents: Iterable[bytes | Path]) -> tuple[bytes, int]:
    """One PDF of several, each beginning on a new sheet when both sides are printed; how many
    pages it has, blank ones counted."""
    kept = io.BytesIO()
    with pdfium.PdfDocument.new() as whole:
        for document in documents:
            with pdfium.PdfDocument(document) as one:
                whole.import_pages(one)
                if len(one) % 2:
                    whole.new_page(*A4)  # the other side
        whole.save(kept)
        return kept.getvalue(), len(whole)


def sides(pages: int) -> int:
    """The pages a document takes in a run, the blank one on the back of its last sheet counted."""
    return pages + pages % 2
