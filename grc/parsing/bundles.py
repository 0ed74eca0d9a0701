"""The files of a container (see `packing`) as one scan. A zip that is compressed is refused, so
that nothing is ever blown up. Runs where scans are read, in a process that may be killed.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from itertools import groupby
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image

from grc.parsing import scans
from grc.parsing.limits import LimitExceeded
from grc.parsing.scans import BadScan, Scan, ScanLimits
from grc.parsing.words import N_

_MAGIC = b"PK\x03\x04"
_ENCRYPTED = 1  # of the flags of an entry
LOCKED = N_("le fichier « %(name)s » du lot est protégé par un mot de passe : demandez-le sans")


@contextmanager
def opened(path: Path, limits: ScanLimits) -> Iterator[Scan]:
    """The scan in this file, or those in this container as one. Raises as `scans.opened`."""
    with path.open("rb") as stream:
        is_container = stream.read(4) == _MAGIC
    if not is_container or path.stat().st_size > limits.file_bytes:
        with scans.opened(path, limits) as scan:
            yield scan
        return
    with _in_words(), zipfile.ZipFile(path) as container, ExitStack() as stack:
        yield _Bundle(container, limits, stack)


def readable(path: Path, limits: ScanLimits) -> Iterator[Scan]:
    """Every scan of this file, or container, that can be opened at all; the others are left out:
    for a look at what is refused as a whole. One is open at a time."""
    with suppress(BadScan, LimitExceeded), scans.opened(path, limits) as scan:
        yield scan
    if zipfile.is_zipfile(path):
        with suppress(BadScan), _in_words(), zipfile.ZipFile(path) as container:
            for entry in container.infolist():
                if entry.compress_type == zipfile.ZIP_STORED:
                    yield from _alone(container, entry, limits)


@contextmanager
def _in_words() -> Iterator[None]:
    """What the zip library cannot read is a bad scan; a programming error stays one."""
    try:
        yield
    except (zipfile.BadZipFile, EOFError, UnicodeDecodeError):
        raise BadScan("bad_scan", N_("le lot de fichiers est abîmé")) from None
    except NotImplementedError:
        text = N_("le lot n'est pas un zip simple : refaites-le sans compression ni mot de passe")
        raise BadScan("bad_scan", text) from None


def _alone(
    container: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: ScanLimits
) -> Iterator[Scan]:
    if entry.flag_bits & _ENCRYPTED:
        return
    with (
        suppress(BadScan, LimitExceeded),
        _in_words(),
        scans.read(io.BytesIO(container.read(entry)), limits) as scan,
    ):
        yield scan


class _Bundle:
    """The pages of all files, one after the other. One file is open at a time."""

    def __init__(self, container: zipfile.ZipFile, limits: ScanLimits, stack: ExitStack) -> None:
        self._container, self._limits, self._stack = container, limits, stack
        self._open: tuple[str, Scan] | None = None
        self._where: list[tuple[str, int]] = []
        self.dated_at: datetime | None = None
        entries = [entry for entry in container.infolist() if not entry.is_dir()]
        if len(entries) > limits.pages:
            scans.demand_pages(len(entries), limits)
        if len({entry.filename for entry in entries}) < len(entries):
            raise BadScan("bad_scan", N_("deux fichiers du lot portent le même nom"))
        for entry in entries:
            if entry.flag_bits & _ENCRYPTED:
                raise BadScan("encrypted", LOCKED, name=entry.filename[:100])
            if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
                raise BadScan("not_a_scan", N_("ce n'est ni un PDF ni un TIFF"))
            scan = self._file(entry.filename)
            self._where += [(entry.filename, page) for page in range(scan.pages)]
            self.dated_at = self.dated_at or scan.dated_at
            scans.demand_pages(len(self._where), limits)
        self.pages = len(self._where)
        scans.demand_pages(self.pages, limits)

    def _file(self, name: str) -> Scan:
        if self._open is None or self._open[0] != name:
            self._stack.close()
            self._open = None
            stream = io.BytesIO(self._container.read(name))
            with _naming(name):
                scan = self._stack.enter_context(scans.read(stream, self._limits))
            self._open = (name, scan)
        return self._open[1]

    def _page(self, number: int) -> tuple[Scan, int]:
        name, page = self._where[number]
        return self._file(name), page

    def picture(self, number: int, dpi: int) -> Image.Image:
        scan, page = self._page(number)
        with _naming(self._where[number][0]):
            return scan.picture(page, dpi)

    def text(self, number: int) -> str:
        scan, page = self._page(number)
        return scan.text(page)

    def is_sound(self, number: int) -> bool:
        scan, page = self._page(number)
        return scan.is_sound(page)

    def cut(self, numbers: Sequence[int]) -> bytes:
        whole = groupby((self._where[number] for number in numbers), key=lambda one: one[0])
        parts = [self._file(name).cut([page for _, page in pages]) for name, pages in whole]
        return _joined(parts)


def _joined(parts: Sequence[bytes]) -> bytes:
    """One PDF of these, in their order; the same parts always give the same bytes."""
    if len(parts) == 1:
        return parts[0]
    whole, kept = pdfium.PdfDocument.new(), io.BytesIO()
    try:
        for part in parts:
            with pdfium.PdfDocument(part) as one:
                whole.import_pages(one)
        whole.save(kept)
    finally:
        whole.close()
    return scans.steady(kept.getvalue())


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """What is wrong with one file is said with its name."""
    try:
        yield
    except BadScan as error:
        text = N_("le fichier « %(name)s » du lot ne peut pas être lu")
        raise BadScan(error.code, text, name=name[:100]) from None
