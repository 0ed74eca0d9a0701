"""The file of refused rows: same columns, the reasons in a last one, ready to be corrected.

It is made from the ledger, so that importing the same file again makes it again.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from grc.channels import registry
from grc.channels.protocol import ChannelError
from grc.channels.row_cells import CORRECTED, Examined, Row, examining
from grc.cli.program import Program
from grc.cli.tables import refused_rows
from grc.core import blobs
from grc.core.db import end_read
from grc.core.i18n import N_, Text
from grc.intake.models import Item

_FORMULA = ("=", "+", "-", "@", "\t")

Refused = tuple[Row, str]  # a row, why


def write(program: Program, item_ids: Iterable[int], where: Path) -> list[Path]:
    """Write one file for each table that has refused rows; the paths written."""
    written: list[Path] = []
    for item_id in item_ids:
        path = where if not written else where.with_stem(f"{where.stem}-{len(written) + 1}")
        if write_rows(path, lambda asked=item_id: _of(program, asked)):  # type: ignore[misc]
            written.append(path)
        end_read()
    return written


def write_rows(path: Path, rows: Callable[[], Iterable[Refused]]) -> int:
    """Write these rows with their reasons; how many. Nothing is written when there is none."""
    widest: Sequence[str] = ()
    overflow = count = 0
    for row, _ in rows():
        count += 1
        widest = row.titles if len(row.titles) > len(widest) else widest
        overflow = max(overflow, len(row.cells) - len(row.titles))
    if not count:
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    with temporary.open("w", encoding="utf-8-sig", newline="") as stream:
        sheet = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        sheet.writerow([*widest, *[""] * overflow, CORRECTED])
        for row, why in rows():
            cells = [*row.cells, *[""] * (len(widest) + overflow - len(row.cells))]
            sheet.writerow([*map(_harmless, cells), why])
    temporary.replace(path)
    return count


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet carries out; reading the file back takes the mark off."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _of(program: Program, item_id: int) -> Iterator[Refused]:
    for item in refused_rows(item_id):
        try:
            found = examining(registry.get(item.channel)).examine(blobs.store().read(item.sha256))
        except ChannelError:  # only a damaged ledger: `grc verify` says so
            continue
        why = f"{item.reference} : {said(program, reasons(item, found))}"
        yield from ((row, why) for row in found.rows)


def reasons(item: Item, examined: Examined) -> list[Text]:
    """All that is wrong in an item, else what the ledger says."""
    found = [Text(reason.msgid, reason.params) for reason in examined.reasons]
    return found or [item.explanation or Text(item.reason or "?")]


def said(program: Program, texts: Iterable[Text]) -> str:
    """Several reasons in one sentence."""
    return program.say(N_(" ; ")).join(program.say(text) for text in texts)
