"""Scanned pages: how many there are, how each looks, what text lies under it, a part as a PDF.

Hostile files are met here: run it only in a process that may be killed. Sizes are looked at
before anything is decoded.
"""

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

import pypdfium2 as pdfium
from PIL import Image, TiffImagePlugin
from pypdfium2 import raw as pdf

from grc.parsing import tiff
from grc.parsing.cells import PARIS
from grc.parsing.charset import wash
from grc.parsing.filetype import sniff
from grc.parsing.limits import LimitExceeded
from grc.parsing.words import N_

Image.MAX_IMAGE_PIXELS = None  # our own limit is asked before anything is decoded
_INCH = 72  # points
_DATE = re.compile(r"D:(\d{14})(?:Z|([+-])(\d\d)'?(\d\d)'?)?")
# What pdfium writes differently each time: the same pages must give the same bytes.
_CHANGING = re.compile(rb"/CreationDate\(D:[^)]*\)|/ID\s*\[\s*<[0-9A-F]*>\s*<[0-9A-F]*>\s*\]")
_MADE = 306  # the tag of a TIFF that says when (DateTime)
_IMAGE = (pdf.FPDF_PAGEOBJ_IMAGE,)


@dataclass(frozen=True)
class ScanLimits:
    """What we accept of a batch of scans. Crossing one of them refuses the whole file."""

    file_bytes: int = 512 << 20
    pages: int = 300
    pixels: int = 80_000_000  # of one page, as it is stored: A3 at 600 dpi has 70 million


class BadScan(Exception):
    """A file that cannot be read as scanned pages: code and French detail, with `params`."""

    def __init__(self, code: str, detail: str, **params: int | str) -> None:
        super().__init__(f"{code}: {detail % params}")
        self.code = code
        self.detail = detail
        self.params = params


class Scan(Protocol):
    """An open file of scanned pages, numbered from 0."""

    pages: int
    dated_at: datetime | None  # when the scanner says it was made; aware

    def picture(self, number: int, dpi: int) -> Image.Image:
        """A page in shades of grey. Raises BadScan, LimitExceeded."""
        ...

    def text(self, number: int) -> str:
        """The text that lies under a page, "" when there is none."""
        ...

    def is_sound(self, number: int) -> bool:
        """False when an image of the page cannot be decoded: it would look blank."""
        ...

    def cut(self, numbers: Sequence[int]) -> bytes:
        """A PDF of these pages only; the same pages always give the same bytes."""
        ...


@contextmanager
def opened(path: Path, limits: ScanLimits) -> Iterator[Scan]:
    """The scan in this file. Raises BadScan: `empty`, `not_a_scan`, `encrypted`, `bad_scan`;
    LimitExceeded: `too_large`, `too_many_pages`, `page_too_large`."""
    size = path.stat().st_size
    if size > limits.file_bytes:
        detail = N_("l'élément pèse %(size)s octets, la limite est de %(limit)s")
        raise LimitExceeded("too_large", detail, size=size, limit=limits.file_bytes)
    with path.open("rb") as stream, read(stream, limits) as scan:
        yield scan


@contextmanager
def read(stream: BinaryIO, limits: ScanLimits) -> Iterator[Scan]:
    """The scan in this stream, which can be read from any place. Raises as `opened`."""
    head = stream.read(1024)
    stream.seek(0)
    if not head.strip():
        raise BadScan("empty", N_("l'élément est vide"))
    kind = sniff(head)
    if kind == "application/pdf":
        with _pdf(stream, limits) as scan:
            yield scan
    elif kind == "image/tiff":
        with _tiff(stream, limits) as scan:
            yield scan
    else:
        raise BadScan("not_a_scan", N_("ce n'est ni un PDF ni un TIFF"))


def demand_pages(count: int, limits: ScanLimits) -> None:
    """Raises LimitExceeded: `too_many_pages`; BadScan: `empty`."""
    if count > limits.pages:
        detail = N_("le lot a %(count)s pages, la limite est de %(limit)s : scindez-le")
        raise LimitExceeded("too_many_pages", detail, count=count, limit=limits.pages)
    if not count:
        raise BadScan("empty", N_("l'élément est vide"))


def _demand_pixels(width: int, height: int, number: int, limits: ScanLimits) -> None:
    if width * height > limits.pixels:
        detail = N_("la page %(page)s a %(pixels)s points, la limite est de %(limit)s")
        raise LimitExceeded(
            "page_too_large", detail, page=number + 1, pixels=width * height, limit=limits.pixels
        )


def _unreadable(number: int) -> BadScan:
    return BadScan("bad_scan", N_("la page %(page)s ne peut pas être lue"), page=number + 1)


@contextmanager
def _pdf(stream: BinaryIO, limits: ScanLimits) -> Iterator[Scan]:
    try:
        document = pdfium.PdfDocument(stream)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) in (pdf.FPDF_ERR_PASSWORD, pdf.FPDF_ERR_SECURITY):
            text = N_("le fichier est protégé par un mot de passe : demandez-le sans")
            raise BadScan("encrypted", text) from None
        raise BadScan("bad_scan", N_("le PDF est abîmé")) from None
    try:
        demand_pages(len(document), limits)
        yield _Pdf(document, limits)
    finally:
        document.close()


class _Pdf:
    def __init__(self, document: pdfium.PdfDocument, limits: ScanLimits) -> None:
        self._document, self._limits = document, limits
        self.pages = len(document)
        self.dated_at = _pdf_date(document.get_metadata_value("CreationDate"))

    @contextmanager
    def _page(self, number: int) -> Iterator[pdfium.PdfPage]:
        try:
            page = self._document[number]
        except pdfium.PdfiumError:
            raise _unreadable(number) from None
        try:
            yield page
        finally:
            page.close()

    def picture(self, number: int, dpi: int) -> Image.Image:
        with self._page(number) as page:
            for shown in page.get_objects(filter=_IMAGE):
                width, height = shown.get_px_size()
                _demand_pixels(width, height, number, self._limits)
            width, height = page.get_size()
            scale = dpi / _INCH
            most = self._limits.pixels / 4
            if width * height * scale**2 > most:  # a poster is looked at from further away
                scale = (most / max(width * height, 1.0)) ** 0.5
            bitmap = page.render(scale=scale, grayscale=True)
            return bitmap.to_pil().convert("L").copy()  # type: ignore[no-any-return]

    def text(self, number: int) -> str:
        with self._page(number) as page:
            under = page.get_textpage()
            try:
                return wash(under.get_text_bounded()).strip()
            finally:
                under.close()

    def is_sound(self, number: int) -> bool:
        with self._page(number) as page:
            try:
                for shown in page.get_objects(filter=_IMAGE):
                    shown.get_bitmap()
            except pdfium.PdfiumError:
                return False
            return True

    def cut(self, numbers: Sequence[int]) -> bytes:
        part, kept = pdfium.PdfDocument.new(), io.BytesIO()
        try:
            part.import_pages(self._document, list(numbers))
            part.save(kept)
        finally:
            part.close()
        return steady(kept.getvalue())


def steady(raw: bytes) -> bytes:
    """A PDF without what changes each time it is written."""
    return _CHANGING.sub(_constant, raw)


def _constant(found: re.Match[bytes]) -> bytes:
    """The same length, so that offsets in the file hold."""
    if found[0].startswith(b"/ID"):
        return re.sub(rb"(?<=[<0-9A-F])[0-9A-F]", b"0", found[0])
    return re.sub(rb"\d", b"0", found[0])


def _pdf_date(written: str) -> datetime | None:
    """ISO 32000-1, 7.9.4; a time that names no zone is ours."""
    found = _DATE.match(written or "")
    if not found:
        return None
    zone = f"{found[2]}{found[3]}:{found[4]}" if found[2] else "Z" if "Z" in found[0] else ""
    return _instant(f"{found[1][:8]}T{found[1][8:]}{zone}")


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=PARIS)


@contextmanager
def _tiff(stream: BinaryIO, limits: ScanLimits) -> Iterator[Scan]:
    try:
        count = tiff.pages(stream, limits.pages)
    except tiff.BadTiff as error:
        raise BadScan("bad_scan", error.detail) from None
    demand_pages(count, limits)
    stream.seek(0)
    try:
        image = Image.open(stream, formats=("TIFF",))
    except (OSError, SyntaxError, ValueError):
        raise BadScan("bad_scan", N_("le TIFF est abîmé")) from None
    with image:
        yield _Tiff(image, count, limits)


class _Tiff:
    def __init__(self, image: Image.Image, count: int, limits: ScanLimits) -> None:
        self._image, self._limits = image, limits
        self.pages = count
        self.dated_at = _tiff_date(image)

    def _page(self, number: int) -> Image.Image:
        try:
            self._image.seek(number)
            _demand_pixels(self._image.width, self._image.height, number, self._limits)
            self._image.load()
        except (OSError, EOFError, SyntaxError, ValueError):
            raise _unreadable(number) from None
        return self._image

    def picture(self, number: int, dpi: int) -> Image.Image:
        page = self._page(number)
        factor = min(dpi / _resolution(page), 4.0)
        size = (max(1, round(page.width * factor)), max(1, round(page.height * factor)))
        return page.convert("L").resize(size, Image.Resampling.BOX)

    def text(self, number: int) -> str:
        del number
        return ""

    def is_sound(self, number: int) -> bool:
        del number  # it was decoded to be looked at
        return True

    def cut(self, numbers: Sequence[int]) -> bytes:
        first, *others = [self._printed(number) for number in numbers]
        kept = io.BytesIO()
        first.save(
            kept, "PDF", save_all=True, append_images=others,
            resolution=first.info["dpi"][0], creationDate=None, modDate=None,
        )  # fmt: skip
        return steady(kept.getvalue())

    def _printed(self, number: int) -> Image.Image:
        page = self._page(number)
        kept = page.copy() if page.mode in ("1", "L", "RGB") else page.convert("RGB")
        kept.info["dpi"] = (_resolution(page),) * 2
        return kept


def _resolution(page: Image.Image) -> float:
    told = float(page.info.get("dpi", (0, 0))[0] or 0)
    return told if 50 <= told <= 1_200 else 200.0


def _tiff_date(image: Image.Image) -> datetime | None:
    tags = image.tag_v2 if isinstance(image, TiffImagePlugin.TiffImageFile) else {}
    day, _, time = str(tags.get(_MADE, "")).strip("\x00 ").partition(" ")
    return _instant(f"{day.replace(':', '-')}T{time}")
