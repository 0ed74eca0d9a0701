"""`grc staff load`: accounts by a file."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grc.cli import titled_file
from grc.cli.base import Command, Commands
from grc.cli.output import json_option, print_json
from grc.cli.program import Program, operator
from grc.core import clock
from grc.core.db import transaction
from grc.core.i18n import N_

if TYPE_CHECKING:
    from grc.staff.loading import Loaded


@click.group("staff", cls=Commands, help=N_("Comptes des agents, par fichier."))
def staff() -> None:
    """The group."""


@staff.command(
    "load",
    cls=Command,
    help=N_("""Créer, changer et désactiver des comptes : CSV ou classeur.

Colonnes : identifiant, nom ; et adresse, poste, roles (role@service, séparés par des espaces),
actif (oui ou non). Une cellule vide ne change rien, une personne absente du fichier non plus.
Le travail d'un compte désactivé retourne à la file de ses services. Relire le même fichier ne
change rien. Code 65 quand une ligne est refusée.

\b
Exemples :
  grc staff load agents.csv --dry-run
  grc staff load agents.csv --rejected refus.csv --json"""),
)
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help=N_("Dire ce qui changerait, sans rien changer."))
@click.option(
    "--rejected",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=N_("Où écrire les lignes refusées, avec leur raison."),
)
@json_option
@click.pass_obj
def load(program: Program, path: Path, dry_run: bool, rejected: Path | None, as_json: bool) -> None:
    """All lines in one transaction."""
    titled_file.demand(program, path)
    with program.running(nudges=True):
        loaded = _load(path, dry_run)
    if rejected:
        _write(program, rejected, loaded)
    _tell(program, loaded, as_json)
    if loaded.refused:
        raise SystemExit(titled_file.REJECTED)


def _load(path: Path, rehearses: bool) -> "Loaded":
    from grc.bulk import by_file
    from grc.staff import loading

    try:
        with transaction():
            return by_file.load(path, rehearses=rehearses, actor=operator(), now=clock.now())[0]
    except loading.Rehearsed as rehearsed:
        return rehearsed.loaded


def _write(program: Program, path: Path, loaded: "Loaded") -> None:
    from grc.staff.loading import COLUMNS

    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([*COLUMNS, program.say(N_("raison"))])
        for one in loaded.refused:
            why = program.say(one.why.msgid, **one.why.params)
            writer.writerow([*(one.cells[name] for name in COLUMNS), why])


def _tell(program: Program, loaded: "Loaded", as_json: bool) -> None:
    refused = [
        {"line": one.line, "sentence": program.say(one.why.msgid, **one.why.params)}
        for one in loaded.refused
    ]
    if as_json:
        print_json({**vars(loaded), "refused": refused})
        return
    text = N_(
        "%(created)s créés, %(changed)s modifiés, %(closed)s désactivés, %(unchanged)s inchangés."
    )
    click.echo(program.say(text, **loaded.counts()))
    for one in refused:
        click.echo(program.say(N_("Ligne %(line)s refusée : %(sentence)s"), **one), err=True)
