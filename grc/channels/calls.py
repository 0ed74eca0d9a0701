"""Call logs of any exchange whose columns have titles (CSV, XLSX, XLS, ODS), with a mapping.

Each call is an item: its rows, and what the mapping says of them. Rows that share the name of
a call are one call; without such a column each row is one, and its name is made from what it
says, so that the same call is the same in a longer log.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from grc.channels import call_rows, exchange, opening, titled_rows
from grc.channels.bases import Files
from grc.channels.past import Part, Past
from grc.channels.protocol import ChannelError, Request
from grc.channels.row_cells import Examined
from grc.parsing.charset import wash_line
from grc.parsing.sheets import TableLimits
from grc.parsing.words import N_

LIMITS = TableLimits(file_bytes=32 << 20, rows=200_000, columns=100, cell_chars=2_000)
_MOST_ROWS = 500  # of one call
_COMMON = ("system", "dates", "titles", "fields", "always")  # the same for all rows of a call

Values = Mapping[str, Any]


class CallsChannel(Files):
    """Splits call logs and reads their calls."""

    name = "calls"
    label = N_("Journal d’appels d’un autocommutateur")
    icon = "phone"
    mapping = "calls"
    grows = True  # a log is imported again every day

    def parts(self, path: Path, guide: Mapping[str, Any], after: int = 0) -> Iterator[Part]:
        """The calls of a log. Raises ChannelError when the file cannot be read as a table."""
        rows = titled_rows.described(path, guide, LIMITS)
        calls = _grouped(rows) if "call" in guide["columns"] else ([row] for row in rows)
        for call in islice(calls, after, None):
            yield _part(call, guide)

    def read(self, raw: bytes) -> Sequence[Request]:
        """The call of some rows. Raises ChannelError: `empty`, `too_large`, `not_a_call`,
        `bad_row` with the first reason."""
        opening.demand(raw, self._limits)
        found = self.examine(raw)
        for reason in found.reasons:
            raise ChannelError("bad_row", reason.msgid, params=reason.params)
        return [found.request]

    def examine(self, raw: bytes) -> Examined:
        """The same with all that is wrong in it. Raises ChannelError `not_a_call`."""
        told = call_rows.open_call(raw)
        request = exchange.request_of(call_rows.call_of(told), "call_log")
        corrects = next(filter(None, (row.corrects for row in told.rows)), "")
        return Examined(told.rows, replace(request, past=_replacing(corrects)))


def _replacing(corrects: str) -> Past | None:
    """A call that was refused before, and comes back corrected."""
    return Past("", corrects=corrects) if corrects else None


def _grouped(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The rows of each call, in the order in which calls began to be written."""
    calls: dict[object, list[dict[str, Any]]] = {}
    for row in rows:
        told = wash_line(row["cells"][row["fields"]["call"][0]])
        calls.setdefault(told or row["row"], []).append(row)
    yield from calls.values()


def _part(rows: Sequence[Values], guide: Mapping[str, Any]) -> Part:
    first = rows[0]
    value = {
        "calls": 1,
        "zone": guide["zone"],
        "others": guide["others"],
        "common": {name: first[name] for name in _COMMON},
        "rows": [
            {
                **{name: told for name, told in row.items() if name not in _COMMON},
                "row": row["row"] - first["row"] + 1,  # `past.in_file` tells where it is
            }
            for row in rows[:_MOST_ROWS]
        ],
    }
    raw = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return Part(str(first["row"]), raw.encode(), titled_rows.moment(first, "began"))
