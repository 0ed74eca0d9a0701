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

from grc.channels import protocol, table_row, walk
from grc.channels.past import Part
from grc.channels.protocol import ChannelError, Request
from grc.channels.row_cells import fold
from grc.channels.table_row import CORRECTED
from grc.parsing import cells, sheets
from grc.parsing.limits import DEFAULT, LimitExceeded, Limits
from grc.parsing.sheets import Row, TableLimits, Written
from grc.parsing.words import N_
from grc.parsing.workbooks import BadWorkbook

_LOOKED_AT = 30  # first rows among which the titles are looked for
_FORMULA = ("'=", "'+", "'-", "'@")


class TableChannel:
    """Splits tables and reads their rows."""

    name = "table"
    label = N_("Reprise de données")
    icon = "inbox"

    def __init__(self, limits: Limits = DEFAULT, table_limits: TableLimits | None = None) -> None:
        self._limits = limits
        self._table_limits = table_limits or TableLimits()

    def peek(self, head: bytes) -> protocol.Peek:
        """A file of many requests has no date of its own."""
        del head
        return protocol.Peek()

    def walk(self, path: Path) -> Iterator[protocol.Found]:
        """The files at a path."""
        return walk.files(path)

    def read(self, raw: bytes) -> Sequence[Request]:
        """The request of one row. Raises ChannelError: `not_a_row`, `bad_row`, `too_large`."""
        return [table_row.read(raw, self._limits)]

    def parts(self, path: Path, guide: Mapping[str, Any], after: int = 0) -> Iterator[Part]:
        """The rows of a table. Raises ChannelError when the file cannot be read as one."""
        written = Written(guide["encoding"], guide["separator"], guide["sheet"])
        try:
            rows = sheets.rows(path, written, self._table_limits)
            yield from islice(_parts(rows, guide), after, None)
        except (LimitExceeded, BadWorkbook) as error:
            raise ChannelError(error.code, error.detail, params=error.params) from error
        except UnicodeError:
            detail = N_("le fichier n'est pas écrit dans l'encodage annoncé")
            raise ChannelError("bad_encoding", detail) from None


def _parts(rows: Iterator[Row], guide: Mapping[str, Any]) -> Iterator[Part]:
    first = list(islice(rows, _LOOKED_AT))
    if not first:
        raise ChannelError("empty", N_("l'élément est vide"))
    position = _titles(first, guide)
    titles = first[position][1]
    write = _Writer(titles, guide)
    for number, row in (*first[position + 1 :],):
        yield write.part(number, row)
    for number, row in rows:
        yield write.part(number, row)


def _titles(first: Sequence[Row], guide: Mapping[str, Any]) -> int:
    """Where the row of titles is: the first that has all the columns of the mapping."""
    wanted = {fold(title): title for titles in guide["columns"].values() for title in titles}
    lacking = [wanted.keys() - set(map(fold, row)) for _, row in first]
    best = min(range(len(first)), key=lambda position: len(lacking[position]))
    if lacking[best]:
        missing = ", ".join(sorted(wanted[name] for name in lacking[best]))
        detail = N_("colonnes introuvables : %(missing)s")
        raise ChannelError("missing_columns", detail, params={"missing": missing[:300]})
    titles = [fold(title) for title in first[best][1]]
    twice = sorted(wanted[title] for title in wanted if titles.count(title) > 1)
    if twice:
        detail = N_("plusieurs colonnes s'appellent « %(title)s »")
        raise ChannelError("ambiguous_column", detail, params={"title": twice[0]})
    return best


class _Writer:
    """Makes the bytes of a row: its cells, and what the mapping says of each."""

    def __init__(self, titles: Sequence[str], guide: Mapping[str, Any]) -> None:
        folded = [fold(title) for title in titles]
        self._guide = guide
        self._titles = list(titles)
        self._note = folded.index(fold(CORRECTED)) if fold(CORRECTED) in folded else None
        self._fields = {
            field: [folded.index(fold(title)) for title in columns]
            for field, columns in guide["columns"].items()
        }

    def part(self, number: int, row: Sequence[str]) -> Part:
        """The item of one row."""
        texts = list(row) + [""] * (len(self._titles) - len(row))
        note = ""
        if self._note is not None:  # one of our files of refused rows, corrected
            note = texts[self._note]
            texts = [text[1:] if text.startswith(_FORMULA) else text for text in texts]
        kept = [at for at in range(len(texts)) if at != self._note]
        values = {
            "table": 1,
            "system": self._guide["system"],
            "row": number,
            "dates": self._guide["dates"],
            "titles": [self._titles[at] for at in kept if at < len(self._titles)],
            "cells": [texts[at] for at in kept],
            "fields": {
                field: [kept.index(at) for at in places] for field, places in self._fields.items()
            },
            "means": self._meanings(texts),
            "always": self._guide["always"],
            "note": note,
        }
        raw = json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return Part(str(number), raw.encode(), self._dated_at(texts))

    def _meanings(self, texts: Sequence[str]) -> dict[str, str | None]:
        """What coded cells mean in our words; None for a code the mapping does not know."""
        found: dict[str, str | None] = {}
        for field, words in self._guide["values"].items():
            if field in self._fields and (cell := texts[self._fields[field][0]]):
                found[field] = words.get(fold(cell))
        return found

    def _dated_at(self, texts: Sequence[str]) -> Any:
        """When it was received, to be understood in that order."""
        places = self._fields.get("received", [])
        return cells.moment(texts[places[0]], self._guide["dates"]) if places else None
