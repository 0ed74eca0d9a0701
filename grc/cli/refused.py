"""The file of refused rows: same columns, the reasons in a last one, ready to be corrected.

It is made from the ledger, so that importing the same file again makes it again. A file that is
there is never written over: somebody may be correcting it.
"""

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from filecmp import cmp
from functools import partial
from itertools import chain, count
from pathlib import Path

from grc.channels import registry
from grc.channels.protocol import ChannelError
from grc.channels.row_cells import CORRECTED, Examined, Row, examining
from grc.cli.program import Program
from grc.cli.tables import refused_rows, waiting_rows
from grc.core import blobs
from grc.core.db import end_read
from grc.core.i18n import N_, Text
from grc.intake import copies
from grc.intake.models import Item

_FORMULA = ("=", "+", "-", "@", "\t")

Refused = tuple[Row, str]  # a row, why


def write(program: Program, item_ids: Iterable[int], where: Path) -> list[Path]:
    """Write one file for each table that has refused rows; the paths of these files."""
    found: list[Path | None] = []
    for item_id in item_ids:
        found.append(write_rows(where, partial(_of, program, item_id)))
        end_read()
    return list(filter(None, found))


def write_waiting(program: Program, channel: str, source: str, where: Path) -> list[Path]:
    """The same for a log that grows: a row is told once, so that all those that wait are written,
    one file for each row of titles."""

    def rows() -> Iterator[Refused]:
        return _told(program, waiting_rows(channel, source))

    def under(titles: list[str]) -> Iterator[Refused]:
        return (one for one in rows() if one[0].titles == titles)

    known = {tuple(row.titles) for row, _ in rows()}
    found = [write_rows(where, partial(under, list(titles))) for titles in sorted(known)]
    end_read()
    return list(filter(None, found))


def write_rows(where: Path, rows: Callable[[], Iterable[Refused]]) -> Path | None:
    """Write these rows with their reasons, in a file of this name, or with a number when there is
    one; which. One that says the same already is that file. None when there is no row."""
    widest: Sequence[str] = ()
    overflow = many = 0
    for row, _ in rows():
        many += 1
        widest = row.titles if len(row.titles) > len(widest) else widest
        overflow = max(overflow, len(row.cells) - len(row.titles))
    if not many:
        return None
    where.parent.mkdir(parents=True, exist_ok=True)
    temporary = where.with_name(f".{where.name}.{os.getpid()}.part")
    with temporary.open("w", encoding="utf-8-sig", newline="") as stream:
        sheet = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        sheet.writerow([*widest, *[""] * overflow, CORRECTED])
        for row, why in rows():
            cells = [*row.cells, *[""] * (len(widest) + overflow - len(row.cells))]
            sheet.writerow([*map(_harmless, cells), why])
    return _placed(temporary, where)


def _placed(temporary: Path, where: Path) -> Path:
    """Give a file the first name that is free, unless a file of these names is the same."""
    names = (where.with_stem(f"{where.stem}-{number}") for number in count(2))
    for path in chain([where], names):
        try:
            path.open("x").close()  # the name is ours, whoever else writes there
        except FileExistsError:
            if path.is_file() and cmp(temporary, path, shallow=False):
                temporary.unlink()
                return path
            continue
        break
    return temporary.replace(path)


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet carries out; reading the file back takes the mark off."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _of(program: Program, item_id: int) -> Iterator[Refused]:
    return _told(program, refused_rows(item_id))


def _told(program: Program, items: Iterable[Item]) -> Iterator[Refused]:
    for item in items:
        try:
            found = examining(registry.get(item.channel)).examine(blobs.store().read(item.sha256))
        except ChannelError:  # only a damaged ledger: `grc verify` says so
            continue
        why = f"{item.reference} : {said(program, reasons(item, found))}"
        yield from ((row, why) for row in found.rows)


def reasons(item: Item, examined: Examined) -> list[Text]:
    """All that is wrong in an item, else what the ledger says."""
    found = [Text(one.msgid, copies.in_file(item, one.params)) for one in examined.reasons]
    return found or [item.explanation or Text(item.reason or "?")]


def said(program: Program, texts: Iterable[Text]) -> str:
    """Several reasons in one sentence."""
    return program.say(N_(" ; ")).join(program.say(text) for text in texts)
