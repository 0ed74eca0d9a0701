"""`grc duty load`: the duty roster of a unit, from the table its people keep."""

from pathlib import Path

import click

from grc.cli import titled_file
from grc.cli.base import Command, Commands
from grc.cli.output import json_option
from grc.cli.program import Program, operator
from grc.core import clock
from grc.core.db import transaction
from grc.core.i18n import N_


@click.group("duty", cls=Commands, help=N_("Tableau d'astreinte."))
def duty() -> None:
    """The group."""


@duty.command(
    "load",
    cls=Command,
    help=N_("""Reprendre un tableau d'astreinte : CSV ou classeur.

Colonnes : service, identifiant, début, fin, téléphone, courriel. Heures de Paris. Relire le même
fichier ne change rien ; une ligne de même personne et de même début remplace la précédente. Code
65 quand une ligne est refusée.

\b
Exemple :
  grc duty load astreinte-decembre.csv"""),
)
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def load(program: Program, path: Path, as_json: bool) -> None:
    """All lines in one transaction."""
    from grc.danger.roster_file import take_in

    titled_file.demand(program, path)
    with program.running(), transaction():
        report = take_in(path, actor=operator(), now=clock.now())
    titled_file.tell(program, report, as_json=as_json)
