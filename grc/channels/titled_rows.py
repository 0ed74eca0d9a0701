"""The rows of a file whose columns have titles, each with what a mapping says of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

from grc.channels.protocol import ChannelError
from grc.channels.row_cells import CORRECTED, fold
from grc.parsing import cells, sheets
from grc.parsing.limits import LimitExceeded
from grc.parsing.sheets import Row, TableLimits, Written
from grc.parsing.words import N_
from grc.parsing.workbooks import BadWorkbook

_LOOKED_AT = 30  # first rows among which the titles are looked for
_FORMULA = ("'=", "'+", "'-", "'@")


def described(
    path: Path, guide: Mapping[str, Any], limits: TableLimits
) -> Iterator[dict[str, Any]]:
    """The rows under the titles: their cells, and what the mapping says of each, as
    `row_cells.Row` reads them. Raises ChannelError when the file cannot be read as a table."""
    written = Written(guide["encoding"], guide["separator"], guide["sheet"])
    try:
        yield from _described(sheets.rows(path, written, limits), guide)
    except (LimitExceeded, BadWorkbook) as error:
        raise ChannelError(error.code, error.detail, params=error.params) from error
    except UnicodeError:
        detail = N_("le fichier n'est pas écrit dans l'encodage annoncé")
        raise ChannelError("bad_encoding", detail) from None


def moment(values: Mapping[str, Any], field: str) -> datetime | None:
    """When something was, to understand rows in that order; None when nobody can tell."""
    places = values["fields"].get(field, ())
    told = " ".join(values["cells"][at] for at in places)
    return cells.moment(told, values["dates"]) if places else None


def _described(rows: Iterator[Row], guide: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    first = list(islice(rows, _LOOKED_AT))
    if not first:
        raise ChannelError("empty", N_("l'élément est vide"))
    position = _titles(first, guide)
    describer = _Describer(first[position][1], guide)
    for number, row in chain(first[position + 1 :], rows):
        yield describer.values(number, row)


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


class _Describer:
    """Says of a row what its cells are."""

    def __init__(self, titles: Sequence[str], guide: Mapping[str, Any]) -> None:
        folded = [fold(title) for title in titles]
        self._guide = guide
        self._width = len(titles)
        self._note = folded.index(fold(CORRECTED)) if fold(CORRECTED) in folded else None
        if self._note is not None:
            del folded[self._note]
        self._titles = [title for at, title in enumerate(titles) if at != self._note]
        self._fields = {
            field: [folded.index(fold(title)) for title in columns]
            for field, columns in guide["columns"].items()
        }

    def values(self, number: int, row: Sequence[str]) -> dict[str, Any]:
        """One row, with the number a person sees."""
        texts = list(row) + [""] * (self._width - len(row))
        note = ""
        if self._note is not None:  # one of our files of refused rows, corrected
            note = texts.pop(self._note)
            texts = [text[1:] if text.startswith(_FORMULA) else text for text in texts]
        return {
            "system": self._guide["system"],
            "row": number,
            "dates": self._guide["dates"],
            "titles": self._titles,
            "cells": texts,
            "fields": self._fields,
            "means": self._meanings(texts),
            "always": self._guide["always"],
            "note": note,
        }

    def _meanings(self, texts: Sequence[str]) -> dict[str, str | None]:
        """What coded cells mean in our words; None for a code the mapping does not know."""
        found: dict[str, str | None] = {}
        for field, words in self._guide["values"].items():
            if field in self._fields and (cell := texts[self._fields[field][0]]):
                found[field] = words.get(fold(cell))
        return found
