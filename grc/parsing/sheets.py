"""Rows of a table file as texts: CSV however it was written, or a workbook.

Rows come with the number a person sees in the file, from 1. A CSV is read as it goes, in
constant memory; a workbook is read by `workbooks` under limits of its own.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from pathlib import Path

from grc.parsing import encodings, workbooks
from grc.parsing.charset import wash
from grc.parsing.limits import LimitExceeded
from grc.parsing.words import N_

SEPARATORS = (";", ",", "\t", "|")
_SEP_LINE = re.compile(r"sep=(.)\r?\n?\Z", re.IGNORECASE)
_SAMPLE = 200  # records looked at to choose a separator

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class TableLimits:
    """What we accept of a table. Crossing one of them refuses the whole file."""

    file_bytes: int = 512 << 20
    rows: int = 1_000_000
    columns: int = 500
    cell_chars: int = 100_000


@dataclass(frozen=True)
class Written:
    """How the file is written, as far as a person said; empty means: find out."""

    encoding: str = ""
    separator: str = ""
    sheet: str = ""


def rows(path: Path, written: Written, limits: TableLimits) -> Iterator[Row]:
    """Every row of the file, cells washed, blank rows left out.

    Raises LimitExceeded, or `workbooks.BadWorkbook` for what is no readable workbook.
    """
    size = path.stat().st_size
    if size > limits.file_bytes:
        detail = N_("l'élément pèse %(size)s octets, la limite est de %(limit)s")
        raise LimitExceeded("too_large", detail, size=size, limit=limits.file_bytes)
    with path.open("rb") as stream:
        is_workbook = workbooks.is_workbook(stream.read(8))
    found = workbooks.rows(path, written.sheet) if is_workbook else _csv(path, written, limits)
    count = 0
    for number, cells in found:
        _check(number, cells, limits)
        washed = [wash(cell).strip() for cell in cells]
        if any(washed):
            count += 1
            if count > limits.rows:
                detail = N_("la table a plus de %(limit)s lignes : importez-la en plusieurs fois")
                raise LimitExceeded("too_many_rows", detail, limit=limits.rows)
            yield number, washed


def _check(number: int, cells: Sequence[str], limits: TableLimits) -> None:
    if len(cells) > limits.columns:
        detail = N_("la ligne %(row)s a %(count)s colonnes, la limite est de %(limit)s")
        raise LimitExceeded(
            "too_many_columns", detail, row=number, count=len(cells), limit=limits.columns
        )
    if any(len(cell) > limits.cell_chars for cell in cells):
        raise _too_long(number, limits)


def _too_long(number: int, limits: TableLimits) -> LimitExceeded:
    detail = N_(
        "une cellule de la ligne %(row)s dépasse %(limit)s caractères : un guillemet n'est "
        "peut-être jamais refermé"
    )
    return LimitExceeded("cell_too_long", detail, row=number, limit=limits.cell_chars)


def _csv(path: Path, written: Written, limits: TableLimits) -> Iterator[Row]:
    encoding = written.encoding or _encoding(path)
    separator = written.separator or _separator(path, encoding, limits)
    yield from _records(path, encoding, separator, limits)


def _encoding(path: Path) -> str:
    with path.open("rb") as stream:
        return encodings.guess(stream)


def _records(path: Path, encoding: str, separator: str, limits: TableLimits) -> Iterator[Row]:
    """Records with the number of their first line."""
    with _text(path, encoding) as stream:
        skipped = 1 if _SEP_LINE.match(stream.readline()) else 0
        if not skipped:
            stream.seek(0)
        reader = csv.reader(stream, delimiter=separator)
        first = 1
        try:
            for cells in reader:
                yield skipped + first, cells
                first = reader.line_num + 1
        except csv.Error:  # longer than `csv` allows, 131,072: its limit is the whole process's
            raise _too_long(skipped + first, limits) from None


def _text(path: Path, encoding: str) -> TextIOWrapper:
    errors = encodings.errors_of(encoding)
    return path.open("r", encoding=encoding, errors=errors, newline="")


def _separator(path: Path, encoding: str, limits: TableLimits) -> str:
    """The one that a first line `sep=;` names, else the one that makes the most regular
    rows, else the one that makes most columns."""
    with _text(path, encoding) as stream:
        if named := _SEP_LINE.match(stream.readline()):
            return named[1]
    return max(SEPARATORS, key=lambda mark: _regularity(path, encoding, mark, limits))


def _regularity(
    path: Path, encoding: str, separator: str, limits: TableLimits
) -> tuple[float, int]:
    """The share of the first records that have the usual number of columns, above one."""
    widths: list[int] = []
    with suppress(LimitExceeded):
        for _, cells in islice(_records(path, encoding, separator, limits), _SAMPLE):
            if any(cells):
                widths.append(len(cells))
    if not widths:
        return 0.0, 0
    [(usual, times)] = Counter(widths).most_common(1)
    return (0.0, 1) if usual == 1 else (times / len(widths), usual)
