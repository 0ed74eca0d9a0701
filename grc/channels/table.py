"""Tables: the requests of another system, one a row (CSV, XLSX, XLS, ODS).

The file is an item whose bytes are kept; each row becomes an item of its own. A mapping says
which column is what: `parts` writes what it says of a row into the bytes of that row, so that
reading a row needs nothing else and always gives the same.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from grc.channels import table_row, titled_rows
from grc.channels.bases import Files
from grc.channels.past import Part
from grc.channels.protocol import Request
from grc.channels.row_cells import Examined
from grc.parsing.limits import DEFAULT, Limits
from grc.parsing.sheets import TableLimits
from grc.parsing.words import N_


class TableChannel(Files):
    """Splits tables and reads their rows."""

    name = "table"
    label = N_("Reprise de données")
    icon = "inbox"

    def __init__(self, limits: Limits = DEFAULT, table_limits: TableLimits | None = None) -> None:
        super().__init__(limits)
        self._table_limits = table_limits or TableLimits()

    def read(self, raw: bytes) -> Sequence[Request]:
        """The request of one row. Raises ChannelError: `not_a_row`, `bad_row`, `too_large`."""
        return [table_row.read(raw, self._limits)]

    def examine(self, raw: bytes) -> Examined:
        """The same with all that is wrong in it. Raises ChannelError `not_a_row`."""
        row, request = table_row.examine(raw)
        return Examined((row,), request)

    def parts(self, path: Path, guide: Mapping[str, Any], after: int = 0) -> Iterator[Part]:
        """The rows of a table. Raises ChannelError when the file cannot be read as one."""
        rows = titled_rows.described(path, guide, self._table_limits)
        yield from map(_part, islice(rows, after, None))


def _part(values: Mapping[str, Any]) -> Part:
    told = {"table": 1, **values}
    raw = json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return Part(str(values["row"]), raw.encode(), titled_rows.moment(values, "received"))
