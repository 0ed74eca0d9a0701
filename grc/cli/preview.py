"""A dry run of tables and call logs: what each would become. Writes nothing to the database."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from grc.cases.imported import key_of
from grc.channels import registry
from grc.channels.past import TOGETHER, Part, Past, in_file
from grc.channels.protocol import Call, ChannelError, Found
from grc.channels.row_cells import Examined, examining
from grc.cli.importing import Import, Report, find
from grc.cli.program import Program
from grc.cli.refused import Refused, said
from grc.cli.tables import Asked
from grc.core.clock import PARIS
from grc.core.db import end_read
from grc.core.i18n import N_, Text
from grc.intake import calls, copies, past
from grc.intake.fingerprint import fingerprint
from grc.pipeline import Tools

_TOLD = ("call", "number", "line", "answered", "seconds", "incoming")
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
    channel = examining(registry.get(job.channel))
    read = [channel.examine(part.raw) for part in parts]
    marks = [fingerprint(one.request, ()) or "" for one in read]
    known = copies.known_marks(job.channel, marks)
    for part, one, mark in zip(parts, read, marks, strict=True):
        outcome, why = _outcome(one, mark, known, found)
        is_known = outcome == "duplicate" or _is_known_call(one)
        report.received += 1
        report.stored += not is_known
        report.already_known += is_known
        report.outcomes[outcome] += 1
        found.repaired += any(row.repairs for row in one.rows)
        if outcome == "quarantined":
            placed = [Text(text.msgid, in_file(channel, part.name, text.params)) for text in why]
            found.refused += [(row, said(program, placed)) for row in one.rows]
        elif len(found.first) < SHOWN:
            at = in_file(channel, part.name, {"row": one.rows[0].values["row"]})
            found.first.append({**at, **_shown(one, outcome)})


def _is_known_call(one: Examined) -> bool:
    call = None if one.reasons else one.request.call
    return call is not None and calls.find(call) is not None


def _outcome(one: Examined, mark: str, known: set[str], found: Preview) -> tuple[str, list[Text]]:
    told = one.request.past or Past("")
    if one.reasons:
        return "quarantined", [Text(reason.msgid, reason.params) for reason in one.reasons]
    if one.request.call is not None:
        return "applied", []
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


def _shown(one: Examined, outcome: str) -> dict[str, Any]:
    request = one.request
    if request.call is not None:
        return {"outcome": outcome, **_call(request.call)}
    told = request.past or Past("")
    received = next((fact.at for fact in request.facts if fact.kind == "received"), None)
    return {
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


def _call(call: Call) -> dict[str, Any]:
    told = {name: getattr(call, name) for name in _TOLD}
    return {**told, "began": call.at.astimezone(PARIS).isoformat()}
