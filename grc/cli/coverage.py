"""`grc coverage`: what the channels counted, and how much of it is recorded here."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grc.cli import titled_file
from grc.cli.base import Command, Commands
from grc.cli.output import json_option, print_json_list, print_table
from grc.cli.program import Program, operator
from grc.core import clock
from grc.core.db import transaction
from grc.core.i18n import N_

if TYPE_CHECKING:
    from grc.coverage.queries import Coverage


@click.group("coverage", cls=Commands, help=N_("Couverture : contacts enregistrés et comptés."))
def coverage() -> None:
    """The group."""


@coverage.command(
    "import",
    cls=Command,
    help=N_("""Reprendre des comptages : CSV ou classeur.

Colonnes : date, mesure, nombre ; et lieu s'il y en a. Mesures : offered, answered, abandoned,
letters, visitors, files, ou leur nom en français. Relire le même fichier ne change rien. Code 65
quand une ligne est refusée.

\b
Exemple :
  grc coverage import autocom-novembre.csv"""),
)
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def import_(program: Program, path: Path, as_json: bool) -> None:
    """All lines in one transaction."""
    from grc.coverage.files import take_in

    titled_file.demand(program, path)
    with program.running(), transaction():
        report = take_in(path, actor=operator(), now=clock.now())
    titled_file.tell(program, report, as_json=as_json)


@coverage.command(
    "show",
    cls=Command,
    help=N_("""Comparer ce qui est enregistré à ce que les canaux ont compté, sur une année.

Seuls les jours comptés par un canal sont comparés.

\b
Exemples :
  grc coverage show --year 2026
  grc coverage show --year 2026 --json"""),
)
@click.option("--year", required=True, type=click.IntRange(2000, 2100), help=N_("L'année."))
@json_option
@click.pass_obj
def show(program: Program, year: int, as_json: bool) -> None:
    """One line for each way in."""
    from grc.coverage import queries

    with program.running():
        found = queries.coverage((date(year, 1, 1), date(year, 12, 31)))
    if as_json:
        print_json_list("ways", [_as_json(one) for one in found])
        return
    print_table(_line(program, one) for one in found)


def _as_json(one: "Coverage") -> dict[str, Any]:
    return {
        "measure": one.way.base,
        "days": one.days,
        "counted": one.counted,
        "recorded": one.recorded,
        "share": one.share,
        "recorded_in_all": one.recorded_in_all,
        **{str(name): number for name, number in one.others.items()},
    }


def _line(program: Program, one: "Coverage") -> list[str]:
    share = "–" if one.share is None else f"{one.share:.0%}"
    numbers = [str(one.recorded), str(one.counted), str(one.days)]
    return [program.say(one.way.name), share, *numbers]
