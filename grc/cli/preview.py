"""`grc import table --dry-run`: what each row would become. Writes nothing to the database."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from grc.cases.imported import key_of
from grc.channels import table_row
from grc.channels.past import TOGETHER, Part, Past
from grc.channels.protocol import ChannelError, Found, Request
from grc.channels.row_cells import Row
from grc.cli.importing import Import, Report, find
from grc.cli.program import Program
from grc.cli.refused import Refused, said
from grc.cli.tables import Asked
from grc.core.db import end_read
from grc.core.i18n import N_, Text
from grc.intake import copies, past
from grc.intake.fingerprint import fingerprint
from grc.pipeline import Tools

SHOWN = 5  # rows shown as they would become


@dataclass
class Preview:
    """What a table would become."""

    first: list[dict[str, Any]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    files_refused: list[Text] = field(default_factory=list)
    repaired: int = 0
    marks: set[str] = field(default_factory=set)
    references: set[str] = field(default_factory=set)


def preview(program: Program, job: Import, asked: Asked, report: Report, tools: Tools) -> Preview:
    """Read every row of every file, count what it would become, keep the refused ones."""
    found = Preview()
    for file in find(job, report):
        try:
            for parts in _batches(job, file, asked, tools):
                _look(program, job, parts, report, found)
                end_read()
                job.progress("read", report.received, None)
        except ChannelError as error:
            report.outcomes["quarantined"] += 1
            found.files_refused.append(Text(error.detail, error.params))
    return found


def _batches(job: Import, file: Found, asked: Asked, tools: Tools) -> Iterator[list[Part]]:
    after = 0
    while not job.stopping():
        parts = list(
            tools.reader.splitter.parts(job.channel, file.path, asked.mapping.guide, after=after)
        )
        yield parts
        after += len(parts)
        if len(parts) < TOGETHER:
            return


def _look(program: Program, job: Import, parts: list[Part], report: Report, found: Preview) -> None:
    read = [table_row.examine(part.raw) for part in parts]
    marks = [fingerprint(request, ()) or "" for _, request in read]
    known = copies.known_marks(job.channel, marks)
    for (row, request), mark in zip(read, marks, strict=True):
        outcome, why = _outcome(row, request, mark, known, found)
        report.received += 1
        report.stored += outcome != "duplicate"
        report.already_known += outcome == "duplicate"
        report.outcomes[outcome] += 1
        found.repaired += bool(row.repairs)
        if outcome == "quarantined":
            found.refused.append((row, said(program, why)))
        elif len(found.first) < SHOWN:
            found.first.append(_shown(row, request, outcome))


def _outcome(
    row: Row, request: Request, mark: str, known: set[str], found: Preview
) -> tuple[str, list[Text]]:
    told = request.past or Past("")
    if row.reasons:
        return "quarantined", [Text(reason.msgid, reason.params) for reason in row.reasons]
    if mark in known or mark in found.marks:
        return "duplicate", []
    if refusal := past.refusal(told) or _twice(told, found):
        return "quarantined", [refusal[1]]
    found.marks.add(mark)
    found.references.update(map(key_of, told.references))
    return "opened", []


def _twice(told: Past, found: Preview) -> past.Refusal | None:
    """A reference that an earlier row of these files already has."""
    for reference in told.references:
        if key_of(reference) in found.references:
            text = N_("la référence %(value)s est déjà celle d'une autre ligne")
            return "known_reference", Text(text, {"value": reference})
    return None


def _shown(row: Row, request: Request, outcome: str) -> dict[str, Any]:
    told = request.past or Past("")
    received = next((fact.at for fact in request.facts if fact.kind == "received"), None)
    return {
        "row": row.values["row"],
        "outcome": outcome,
        "received": received and received.date().isoformat(),
        "references": list(told.references),
        "people": [person.name or person.organisation for person in request.people],
        "subject": request.subject,
        "status": told.status or "received",
        "ending": told.outcome,
        "unit": told.unit,
        "request_type": told.request_type,
    }
