"""Tables that people keep themselves, CSV or workbook: columns by the titles of the first line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grc.core.errors import InvalidInput
from grc.core.i18n import N_, Text
from grc.core.search import strip_accents
from grc.parsing import sheets
from grc.parsing.limits import LimitExceeded
from grc.parsing.workbooks import BadWorkbook

LIMITS = sheets.TableLimits(file_bytes=16 << 20, rows=20_000, columns=60, cell_chars=2_000)


@dataclass
class Report:
    """What bringing a file in did; `rejected` are line numbers and why."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[tuple[int, Text]] = field(default_factory=list)


def rows(path: Path, needed: Sequence[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The lines after the first by number, each a mapping from title (lower case, no accents)
    to text. Raises InvalidInput when it is no table, or when a needed title is missing."""
    try:
        found = list(sheets.rows(path, sheets.Written(), LIMITS))
    except (LimitExceeded, BadWorkbook) as refused:
        raise InvalidInput(N_("Ce fichier n'est pas une table que l'on peut lire.")) from refused
    titles = found[0][1] if found else []
    names = [strip_accents(title).strip().lower() for title in titles]
    for column in needed:
        if column not in names:
            text = N_("Il manque la colonne « %(column)s » sur la première ligne du fichier.")
            raise InvalidInput(text, column=column)
    for number, values in found[1:]:
        yield number, dict(zip(names, values, strict=False))
