"""Call logs of Asterisk: Master.csv, as `cdr_csv` writes it, without titles.

One call is several rows (each telephone that rang, each queue): they share column 20, the
linkedid of the call. A file of an exchange that does not write it (18 columns) is grouped by
column 17, the uniqueid. Each call becomes an item of its own, whose bytes are its rows.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from grc.channels import exchange, opening
from grc.channels.bases import Files
from grc.channels.past import Part
from grc.channels.protocol import Call, ChannelError, Request
from grc.parsing import cells
from grc.parsing.charset import wash
from grc.parsing.words import N_

SRC, DST, CONTEXT, DST_CHANNEL, START = 1, 2, 3, 6, 9
DURATION, DISPOSITION, UNIQUE_ID, LINKED_ID = 12, 14, 16, 19
LARGEST = 32 << 20  # bytes: some 150,000 rows, which are in memory at once
_LEAST, _MOST_COLUMNS = 16, 64
_MOST_ROWS = 500  # of one call
_INSIDE = ("from-internal", "internal", "from-inside", "outbound", "outgoing", "sortant")
_ANSWERED = "ANSWERED"


class AsteriskChannel(Files):
    """Splits call logs and reads their calls."""

    name = "asterisk"
    label = N_("Journal d’appels")
    icon = "phone"
    needs_guide = False
    grows = True  # a log is imported again every day

    def parts(self, path: Path, guide: Mapping[str, Any], after: int = 0) -> Iterator[Part]:
        """The calls of a log, in the order in which they began to be written. Raises
        ChannelError: `empty`, `too_large`, `not_a_call_log`."""
        del guide
        calls = _calls(_rows(path))
        yield from islice((_part(name, rows) for name, rows in calls.items()), after, None)

    def read(self, raw: bytes) -> Sequence[Request]:
        """The call of some rows. Raises ChannelError: `empty`, `too_large`, `not_a_call`."""
        opening.demand(raw, self._limits)
        name, rows = _kept(raw)
        return [exchange.request_of(_call(name, rows), "call_log")]


def _rows(path: Path) -> list[list[str]]:
    if path.stat().st_size > LARGEST:
        detail = N_("journal de plus de %(most)s Mo : importez-le en plusieurs fichiers")
        raise ChannelError("too_large", detail, params={"most": LARGEST >> 20})
    text = path.read_bytes().decode("utf-8-sig", "replace").replace("\0", "")
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    except csv.Error as error:
        raise _not_a_log() from error
    if not rows:
        raise ChannelError("empty", N_("l'élément est vide"))
    if sum(map(_is_row, rows)) * 2 < len(rows):
        raise _not_a_log()
    return rows


def _not_a_log() -> ChannelError:
    detail = N_("ce n'est pas un journal d'appels d'Asterisk (Master.csv, 16 à 21 colonnes)")
    return ChannelError("not_a_call_log", detail)


def _is_row(row: Sequence[str]) -> bool:
    return _LEAST <= len(row) <= _MOST_COLUMNS and _moment(row[START]) is not None


def _moment(text: str) -> datetime | None:
    """When a call began: the exchange writes the hour of its own country."""
    found = cells.moment(text, "ymd")
    return found.astimezone(UTC) if found else None


def _calls(rows: Sequence[list[str]]) -> dict[str, list[list[str]]]:
    """The rows of each call by its name, in the order of the file. A row that is none (the
    last of a file that was cut) is an item of its own, for somebody to look at."""
    calls: dict[str, list[list[str]]] = {}
    for number, row in enumerate(rows, start=1):
        calls.setdefault(_name(row, number), []).append(row)
    return calls


def _name(row: Sequence[str], number: int) -> str:
    if _is_row(row):
        for column in (LINKED_ID, UNIQUE_ID):
            if len(row) > column and row[column].strip():
                return wash(row[column].strip())[:100]
    return f"row {number}"


def _part(name: str, rows: list[list[str]]) -> Part:
    value = {"asterisk": 1, "call": name, "rows": rows[:_MOST_ROWS]}
    raw = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    dated_at = _moment(rows[0][START]) if _is_row(rows[0]) else None
    return Part(name, raw.encode("utf-8", "replace"), dated_at)


def _kept(raw: bytes) -> tuple[str, list[list[str]]]:
    """What `_part` wrote."""
    try:
        value = json.loads(raw)
        name, rows = value["call"], value["rows"]
        texts = all(isinstance(cell, str) for row in rows for cell in row)
        is_ours = value["asterisk"] == 1 and isinstance(name, str) and rows and texts
        if is_ours and all(isinstance(row, list) and _is_row(row) for row in rows):
            return wash(name)[:100], rows
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise ChannelError("not_a_call", N_("ce ne sont pas les lignes d'un appel"))


def _call(name: str, rows: Sequence[list[str]]) -> Call:
    first = min(rows, key=lambda row: row[START])
    at = _moment(first[START])
    if at is None:  # `_is_row` has looked
        raise _not_a_log()
    return Call(
        call=name,
        number=exchange.outside(first[SRC]),
        at=at,
        line=wash(first[DST].strip())[:80] or exchange.UNNAMED,
        answered=any(map(_is_answered, rows)),
        seconds=max(map(_seconds, rows)),
        incoming=_comes_in(first),
    )


def _is_answered(row: Sequence[str]) -> bool:
    """A person answered: a machine that speaks has no second channel."""
    return row[DISPOSITION].strip().upper() == _ANSWERED and bool(row[DST_CHANNEL].strip())


def _comes_in(first: Sequence[str]) -> bool:
    inside = first[CONTEXT].strip().lower().startswith(_INSIDE)
    return not inside and not exchange.is_internal(first[SRC])


def _seconds(row: Sequence[str]) -> int:
    text = row[DURATION].strip()
    return min(int(text), 604_800) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
