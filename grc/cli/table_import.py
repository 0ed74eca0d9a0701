"""The whole of `grc import table`, and what is said of it."""

from pathlib import Path
from typing import Any

import click

from grc.cases.states import OUTCOME_LABELS, STATUS_LABELS
from grc.channels import registry
from grc.channels.past import grows
from grc.cli import refused, tables
from grc.cli.importing import Import, Report, understand_all
from grc.cli.preview import Preview, preview
from grc.cli.program import Program
from grc.cli.tables import Asked
from grc.core.i18n import N_
from grc.intake import calls
from grc.jobs.worker import tools


def run(
    program: Program,
    job: Import,
    asked: Asked,
    report: Report,
    *,
    dry_run: bool,
    store_only: bool,
    where: Path | None,
) -> None:
    """Import, or foresee, tables. `where`: the file of refused rows, if a place was given."""
    tables.demand_titles(job, asked, tools())
    job = tables.guided(job, asked, kept=not dry_run)
    if dry_run:
        _foresee(program, job, asked, report, where)
        return
    tables.store_files(job, report)
    if not store_only and not job.stopping():
        tables.split_all(job, report, tools())
        understand_all(job, report, tools())
        _tell(program, job, report, where or program.settings.var / "rejected" / _name(job))
    report.more["files"] = len(report.files)


def _name(job: Import) -> str:
    return f"{job.paths[0].stem}.csv"


def _foresee(
    program: Program, job: Import, asked: Asked, report: Report, where: Path | None
) -> None:
    found: Preview = preview(program, job, asked, report, tools())
    report.more |= {"first": found.first, "repaired": found.repaired}
    report.more["reasons"] = [program.say(text) for text in found.files_refused]
    path = where and refused.write_rows(where, lambda: found.refused)
    if path is not None:
        report.more["rejected"] = [str(path)]
    else:
        report.more["reasons"] += [why for _, why in found.refused[:20]]


def _tell(program: Program, job: Import, report: Report, where: Path) -> None:
    report.more["repaired"] = tables.repaired(report.files)
    if grows(registry.get(job.channel)):
        paths = refused.write_waiting(program, job.channel, job.source, where)
    else:
        paths = refused.write(program, report.files, where)
    report.more["rejected"] = list(map(str, paths))
    report.more["reasons"] = tables.refused_files(program, report)


def say(program: Program, more: dict[str, Any]) -> None:
    """The same in sentences."""
    for row in more.get("first", ()):
        click.echo(_said(program, row))
    if more.get("repaired"):
        text = N_("%(count)s lignes dont un numéro a retrouvé son zéro de tête.")
        click.echo(program.say(text, count=more["repaired"]))
    for reason in more.get("reasons", ()):
        click.echo(program.say(N_("Refusé : %(why)s"), why=reason))
    for path in more.get("rejected", ()):
        text = N_("Lignes refusées, à corriger puis à importer : %(path)s")
        click.echo(program.say(text, path=path))


def _said(program: Program, row: dict[str, Any]) -> str:
    """One row as it would become."""
    if "call" in row:
        return _said_call(program, row)
    state = program.say(STATUS_LABELS[row["status"]])
    ending = program.say(OUTCOME_LABELS[row["ending"]]) if row["ending"] else ""
    said = {name: _joined(value) for name, value in row.items()}
    said["state"] = ", ".join(filter(None, (state, ending)))
    text = N_(
        "ligne %(row)s : %(people)s, %(subject)s (%(references)s), reçue le %(received)s ; "
        "état : %(state)s ; service : %(unit)s ; nature : %(request_type)s"
    )
    return program.say(text, **said)


def _said_call(program: Program, row: dict[str, Any]) -> str:
    ending = calls.KINDS[row["answered"]] if row["incoming"] else N_("appel sortant")
    text = N_("ligne %(row)s : %(ending)s, de %(number)s à %(line)s, le %(began)s (%(call)s)")
    said = row | {"ending": program.say(ending), "number": row["number"] or "—"}
    return program.say(text, **said)


def _joined(value: Any) -> Any:
    return ", ".join(filter(None, value)) if isinstance(value, list) else value or "—"
