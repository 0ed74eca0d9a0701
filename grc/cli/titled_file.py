"""What commands that take a table with titles share: see `core/titled.py`."""

from dataclasses import asdict
from pathlib import Path

import click

from grc.cli.output import print_json
from grc.cli.program import Program
from grc.core.i18n import N_
from grc.core.titled import Report

REJECTED = 65  # of sysexits.h


def demand(program: Program, path: Path) -> None:
    """Raises UsageError when there is no such file."""
    if not path.is_file():
        raise click.UsageError(program.say(N_("Le fichier %(path)s n'existe pas."), path=path))


def tell(program: Program, report: Report, *, as_json: bool) -> None:
    """Say what an import did; ends with 65 when a line was refused."""
    refused = [
        {"line": number, "sentence": program.say(why.msgid, **why.params)}
        for number, why in report.rejected
    ]
    told = {**asdict(report), "rejected": refused}
    if as_json:
        print_json(told)
    else:
        counts = N_("%(created)s créés, %(updated)s modifiés, %(unchanged)s inchangés.")
        click.echo(program.say(counts, **told))
        for reference in told.get("vanished", ()):
            left = N_("N'est plus dans le fichier, laissé tel quel : %(reference)s")
            click.echo(program.say(left, reference=reference))
        for one in refused:
            click.echo(program.say(N_("Ligne %(line)s refusée : %(sentence)s"), **one), err=True)
    if refused:
        raise SystemExit(REJECTED)
