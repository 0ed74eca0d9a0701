"""Counts from a table file: what an exchange or a counting door writes at the end of the month.

Columns, in any order: date, mesure (the code or the French words), nombre; and lieu if there is.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from grc.core.actor import Actor
from grc.core.errors import GrcError, InvalidInput
from grc.core.i18n import N_
from grc.core.search import strip_accents
from grc.core.titled import Report, rows
from grc.coverage.service import Count, record
from grc.coverage.words import MEASURES
from grc.parsing import cells

NEEDED = ("date", "mesure", "nombre")


def take_in(path: Path, *, actor: Actor, now: datetime) -> Report:
    """Record every line of a file; the same file again changes nothing. Raises InvalidInput
    when it is no such table; a line that is not right is left out and told."""
    report = Report()
    for number, row in rows(path, NEEDED):
        try:
            done = record(_count(row), actor=actor, now=now)
        except GrcError as refused:
            report.rejected.append((number, refused.text))
            continue
        setattr(report, done, getattr(report, done) + 1)
    return report


def _count(row: Mapping[str, str]) -> Count:
    on = cells.day(row.get("date", ""))
    if on is None:
        raise InvalidInput(
            N_("« %(told)s » n'est pas une date."), field="date", told=row.get("date", "")
        )
    digits = "".join(row.get("nombre", "").split())
    if not digits.isdecimal():
        text = N_("« %(told)s » n'est pas un nombre entier.")
        raise InvalidInput(text, field="nombre", told=row.get("nombre", ""))
    return Count(on, _measure(row.get("mesure", "")), int(digits), row.get("lieu", ""))


def _measure(told: str) -> str:
    """The code of a measure, told by its code or its words; as it is told when it is neither."""
    wanted = strip_accents(told).casefold().strip()
    for code, words in MEASURES.items():
        if wanted in (str(code), strip_accents(words).casefold()):
            return str(code)
    return told.strip()
