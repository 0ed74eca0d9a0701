"""The duty roster from a table file, as units keep it: CSV or workbook.

Columns, in any order: service, identifiant, debut, fin, telephone, courriel. Hours are those of
Paris. A line whose person and beginning are known changes that shift.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from grc.core.actor import Actor
from grc.core.errors import GrcError, InvalidInput
from grc.core.i18n import N_
from grc.core.titled import Report, rows
from grc.danger.duty import NewShift, put
from grc.parsing import cells

NEEDED = ("service", "identifiant", "debut", "fin", "telephone", "courriel")


def take_in(path: Path, *, actor: Actor, now: datetime) -> Report:
    """Write every line of a file; the same file again changes nothing. Raises InvalidInput when
    it is no such table; a line that is not right is left out and told."""
    report = Report()
    for number, row in rows(path, NEEDED):
        try:
            done = put(_shift(row), actor=actor, now=now)
        except GrcError as refused:
            report.rejected.append((number, refused.text))
            continue
        setattr(report, done, getattr(report, done) + 1)
    return report


def _shift(row: Mapping[str, str]) -> NewShift:
    return NewShift(
        row.get("service", "").strip(),
        row.get("identifiant", "").strip(),
        _moment(row, "debut"),
        _moment(row, "fin"),
        row.get("telephone", ""),
        row.get("courriel", ""),
    )


def _moment(row: Mapping[str, str], column: str) -> datetime:
    """With its hour: a duty that begins on a day begins at some time of it."""
    told = row.get(column, "")
    found = cells.moment(told) if cells.has_hour(told) else None
    if found is None:
        text = N_("« %(told)s » n'est pas un jour et une heure.")
        raise InvalidInput(text, field=column, told=told)
    return found
