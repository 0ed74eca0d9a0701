"""Where a batch of scanned pages is cut: separators, letters, blank pages. Runs where scans
are read, in a process that may be killed."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import zxingcpp
from PIL import Image

from grc.channels import letters, own_codes, separators
from grc.channels.letters import Letter
from grc.channels.past import Account, Part
from grc.channels.separators import Separator
from grc.parsing import bundles, ocr, upright
from grc.parsing.limits import LimitExceeded
from grc.parsing.scans import BadScan, Scan, ScanLimits

_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_LOOK_DPI = 150
_DARKER = 40  # than the paper, of 255
_PALE = 128  # a black page is none that nobody wrote on
_CELLS = 30  # of about 0.7 mm: less ink than that is dust
_UNDER = 20  # characters: less than that under a page is no text layer
READ_SECONDS = 30.0  # for the pictures of one letter
LOOK_SECONDS = 15.0  # for the sheets of a batch that is refused
_LOOKED_AT = ScanLimits(file_bytes=2 << 30, pages=3_000)
_BELIEVED = 2015  # a scanner that was never set says 1970 or 2000


@dataclass(frozen=True)
class Cut:
    """One letter to be: its pages and what its separator says."""

    separator: Separator
    pages: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """What every page of a batch is; pages are numbered from 0."""

    cuts: tuple[Cut, ...]
    separators: tuple[int, ...]
    blanks: tuple[int, ...]
    dated_at: datetime | None
    codes: tuple[tuple[int, str], ...] = ()  # pages that bear a reference of ours as a code


@dataclass(frozen=True)
class Secrecy:
    """What may not be read: all, or the letters of these units, whatever their sheets say."""

    whole: bool = False
    units: frozenset[str] = frozenset()

    def of(self, separator: Separator) -> Separator:
        """The separator of a letter, medical when its letter is."""
        return replace(separator, medical=separator.medical or self._holds(separator.unit))

    def _holds(self, unit: str) -> bool:
        return self.whole or unit in self.units


def parts(path: Path, limits: ScanLimits, after: int, secrecy: Secrecy) -> Iterator[Part | Account]:
    """The letters that follow the first `after`, then what the whole batch held."""
    with bundles.opened(path, limits) as scan:
        status = path.stat()
        plan = _planned(str(path), status.st_size, status.st_mtime_ns, limits)
        for number, cut in enumerate(plan.cuts[after:], start=after + 1):
            own = replace(cut, separator=secrecy.of(cut.separator))
            raw = letters.write(_letter(scan, plan, own, number))
            yield Part(str(number), raw, plan.dated_at)
        yield Account(
            total=scan.pages,
            separators=tuple(page + 1 for page in plan.separators),
            used=sum(len(cut.pages) for cut in plan.cuts),
            blanks=tuple(page + 1 for page in plan.blanks),
        )


def holds_medical(path: Path, secrecy: Secrecy) -> bool | None:
    """True when a sheet of a batch that cannot be cut says that a letter is medical, or when all
    of them are; None when there was no time to look at every page. Those that cannot be read are
    passed over."""
    watch = ocr.Watch(LOOK_SECONDS)
    is_found = secrecy.whole or any(
        secrecy.of(sheet).medical
        for scan in bundles.readable(path, _LOOKED_AT)
        for sheet in _sheets(scan, watch)
    )
    return True if is_found else None if watch.left < 0 else False


def _sheets(scan: Scan, watch: ocr.Watch) -> Iterator[Separator]:
    for number in range(scan.pages):
        if watch.left < 0:
            return
        with suppress(BadScan, LimitExceeded):
            yield from filter(None, map(separators.decode, _codes(scan.picture(number, _LOOK_DPI))))


@lru_cache(maxsize=4)
def _planned(path: str, _size: int, _changed: int, limits: ScanLimits) -> Plan:
    """The plan of a file, made once while letters are asked for one after the other."""
    with bundles.opened(Path(path), limits) as scan:
        return plan_of(scan)


def plan_of(scan: Scan) -> Plan:
    """Look at every page. What comes before the first separator is a letter too."""
    found: list[tuple[Separator, list[int]]] = [(Separator(), [])]
    sheets, blanks, codes = [], [], []
    for number in range(scan.pages):
        picture = scan.picture(number, _LOOK_DPI)
        read = _codes(picture)
        if separator := _first(map(separators.decode, read)):
            sheets.append(number)
            found.append((separator, []))
        elif _is_blank(picture) and scan.is_sound(number) and not scan.text(number):
            blanks.append(number)
        else:
            found[-1][1].append(number)
            codes += [(number, ours) for ours in map(own_codes.decode, read) if ours]
    cuts = tuple(Cut(separator, tuple(pages)) for separator, pages in found if pages)
    dated = scan.dated_at if scan.dated_at and scan.dated_at.year >= _BELIEVED else None
    return Plan(cuts, tuple(sheets), tuple(blanks), dated, tuple(codes))


def _codes(picture: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(picture, formats=_QR)]


def _first(separators_: Iterable[Separator | None]) -> Separator | None:
    return next(filter(None, separators_), None)


def _is_blank(picture: Image.Image) -> bool:
    """True when there is no more ink than dust. The edges are left out: scanners blacken them."""
    width, height = picture.size
    inside = picture.crop((width // 25, height // 25, width - width // 25, height - height // 25))
    if not (inside.width and inside.height):
        return False
    shades = inside.reduce(min(4, inside.width, inside.height)).histogram()
    paper = _middle(shades)
    return paper >= _PALE and sum(shades[: max(0, paper - _DARKER)]) < _CELLS


def _middle(shades: list[int]) -> int:
    half, passed = sum(shades) / 2, 0
    for shade, count in enumerate(shades):
        passed += count
        if passed >= half:
            return shade
    return 255


def _letter(scan: Scan, plan: Plan, cut: Cut, number: int) -> Letter:
    read = [] if cut.separator.medical else list(_texts(scan, cut.pages))
    return Letter(
        number=number,
        of=len(plan.cuts),
        pages=tuple(page + 1 for page in cut.pages),
        total=scan.pages,
        separator=cut.separator,
        scanned_at=plan.dated_at,
        texts=tuple(text for text, _ in read) or (None,) * len(cut.pages),
        by_machine=any(turn is not None for _, turn in read),
        pdf=upright.turned(scan.cut(cut.pages), [turn or 0 for _, turn in read]),
        codes=() if cut.separator.medical else tuple(_numbered(plan, cut)),
    )


def _numbered(plan: Plan, cut: Cut) -> Iterator[tuple[int, str]]:
    """The codes of a letter by its own pages, from 1; a reference once."""
    seen = set()
    for page, reference in plan.codes:
        if page in cut.pages and reference not in seen:
            seen.add(reference)
            yield cut.pages.index(page) + 1, reference


def _texts(scan: Scan, pages: Sequence[int]) -> Iterator[tuple[str | None, int | None]]:
    watch = ocr.Watch(READ_SECONDS)
    for page in pages:
        yield _text(scan, page, watch)


def _text(scan: Scan, page: int, watch: ocr.Watch) -> tuple[str | None, int | None]:
    """The text of a page, None when it could not be read; and how to turn it, None when it was
    not read on its picture."""
    under = scan.text(page)
    if len(under) >= _UNDER:
        return under, None
    seen = ocr.read(scan, page, watch.left)
    return (under or None, None) if seen is None else (seen.text, seen.turn)
