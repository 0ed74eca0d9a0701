"""`grc import`: the command around `importing`."""

import os
from contextlib import ExitStack
from pathlib import Path

import click

from grc.channels import registry
from grc.channels.past import splitting
from grc.channels.protocol import Unreadable
from grc.cli import batches, errors, table_import, tables
from grc.cli.base import Command, end
from grc.cli.bundling import bundled
from grc.cli.importing import (
    Import,
    Report,
    compare_all,
    count_outcomes,
    store_all,
    understand_all,
)
from grc.cli.output import Progress, interruptible, json_option, print_json
from grc.cli.program import Program
from grc.core.actor import importer
from grc.core.db import end_read
from grc.core.errors import InvalidInput, Unavailable
from grc.core.i18n import N_
from grc.intake.queries import OUTCOMES
from grc.jobs.worker import tools
from grc.organisation.queries import snapshot

DEFAULT_SOURCE = "files"
HELP = N_("""Importer des messages dans la base.

PATH : un message, un dossier (parcouru en entier, quelle que soit l'extension), un fichier
mbox ou un Maildir. L'import peut être interrompu et relancé à tout moment : rien n'est perdu,
rien n'est doublé. Il n'écrit à personne, sauf avec --acknowledge.

Codes de sortie : 0 tout est rangé ; 65 des éléments sont à examiner ; 66 un chemin ne peut
pas être lu ; 75 à relancer ; 64 commande mal écrite.

\b
Exemples :
  grc import email reprise/
  grc import email boite.mbox --source apa
  grc import email ~/Maildir --dry-run --json
  grc import table anciens-dossiers.csv --mapping MAP.toml --dry-run
  grc import calls journal-des-appels.csv --mapping MAP.toml
  grc import post lot-du-matin.pdf
  grc import post pages-du-matin/ --as-batch""")


@click.command("import", cls=Command, help=HELP)
@click.argument("channel")
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path)
)
@click.option(
    "--source",
    default=DEFAULT_SOURCE,
    metavar="NAME",
    help=N_("Boîte d'où viennent les messages (« files » par défaut)."),
)
@click.option(
    "--as-batch", is_flag=True,
    help=N_("Chaque dossier est un seul lot : un fichier par page, dans l'ordre des noms."),
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help=N_("Ne rien enregistrer, dire ce qui le serait."))
@json_option
@click.option("--no-progress", is_flag=True, help=N_("Pas de ligne de progression."))
@click.option(
    "--store-only", is_flag=True, help=N_("Enregistrer seulement ; le travail de fond comprendra.")
)
@click.option(
    "--acknowledge", is_flag=True, help=N_("Envoyer les accusés d'enregistrement permis.")
)
@click.option(
    "--mapping",
    metavar="MAP.toml",
    type=click.Path(path_type=Path),
    help=N_("Pour une table ou un journal d'appels : ce que sont ses colonnes."),
)
@click.option(
    "--rejected",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("Où écrire les lignes refusées (« rejected » de GRC_VAR)."),
)
@click.pass_obj
def import_(
    program: Program,
    channel: str,
    paths: tuple[Path, ...],
    source: str,
    as_batch: bool,
    dry_run: bool,
    as_json: bool,
    no_progress: bool,
    store_only: bool,
    acknowledge: bool,
    mapping: Path | None,
    rejected: Path | None,
) -> None:
    """Store, understand, count, say."""
    registry.demand(channel, program.settings.channels)
    table = tables.asked(channel, mapping, rejected, acknowledge=acknowledge)
    line = Progress(is_shown=not no_progress)
    report = Report()
    with program.running(), interruptible() as stopping, ExitStack() as stack:
        _demand_paths(paths)
        if as_batch:
            paths = stack.enter_context(bundled(channel, paths))
        _demand_source(channel, source, needs_units=not (store_only or dry_run))
        job = Import(
            channel, source, paths, importer(source), acknowledge,
            progress=lambda *done: line(_progress(program, *done)), stopping=stopping,
        )  # fmt: skip
        if table is not None:
            table_import.run(
                program, job, table, report, dry_run=dry_run, store_only=store_only, where=rejected
            )
        elif dry_run:
            compare_all(job, report)
        elif splitting(registry.get(channel)):
            batches.run(program, job, report, store_only=store_only)
        else:
            store_all(job, report)
            if not store_only and not stopping():
                understand_all(job, report, tools())
        count_outcomes(report)
        line.clear()
    _show(program, report, as_json=as_json, dry_run=dry_run)
    if stopping():
        raise Unavailable(N_("Interrompu : rien n'est perdu, relancez la même commande."))
    _end(program, report, may_wait=store_only or dry_run)


def _demand_paths(paths: tuple[Path, ...]) -> None:
    """A mistyped path is told before anything is stored."""
    for path in paths:
        if not os.path.lexists(path):
            raise Unreadable(path, N_("ce chemin n'existe pas"))


def _demand_source(channel: str, source: str, *, needs_units: bool) -> None:
    """A mistyped source would silently be a new mailbox that nobody owns."""
    known = sorted(name for where, name in snapshot().mailboxes if where == channel)
    if needs_units:
        _ = snapshot().triage  # Unavailable before any load
    end_read()
    if source != DEFAULT_SOURCE and source not in known:
        raise InvalidInput(
            N_("La source « %(source)s » n'est pas déclarée ; connues : %(known)s."),
            field="source",
            source=source,
            known=", ".join(known) or DEFAULT_SOURCE,
        )


def _progress(program: Program, what: str, number: int, total: int | None) -> str:
    if what == "stored":
        return program.say(N_("%(number)s enregistrés"), number=number)
    if what == "split":
        return program.say(N_("%(number)s lignes enregistrées"), number=number)
    if what == "read":
        return program.say(N_("%(number)s lignes lues"), number=number)
    return program.say(N_("%(number)s compris sur %(total)s"), number=number, total=total)


def _show(program: Program, report: Report, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        print_json(report.as_json() | ({"dry_run": True} if dry_run else {}))
        return
    counted = N_("%(received)s reçus : %(stored)s nouveaux, %(already_known)s déjà connus.")
    foreseen = N_(
        "%(received)s reçus : %(stored)s seraient enregistrés, %(already_known)s déjà connus. "
        "Rien n'a été enregistré."
    )
    numbers = report.as_json()
    text = program.say(foreseen if dry_run else counted, **numbers)
    click.echo(text)
    for name, label in OUTCOMES.items():
        if report.outcomes[name]:
            click.echo(f"{report.outcomes[name]:>8}  {program.say(label)}")
    batches.say(program, report.more.get("batches", []))
    table_import.say(program, report.more)


def _end(program: Program, report: Report, *, may_wait: bool) -> None:
    """The worst news decides: try again, unreadable, in quarantine, all is well."""
    for problem in report.problems:
        click.echo(errors.unreadable(problem, program), err=True)
    if report.outcomes["waiting"] and not may_wait:
        raise Unavailable(
            N_("%(count)s éléments sont enregistrés mais pas encore compris : relancez."),
            count=report.outcomes["waiting"],
        )
    if report.problems:
        end(errors.NO_INPUT)
    if report.outcomes["quarantined"] and not may_wait:
        click.echo(program.say(N_("À examiner : « grc quarantine list ».")), err=True)
        end(errors.DATA)
