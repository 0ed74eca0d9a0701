"""`grc danger load`: who is told of a danger, the numbers to call, the words to read twice."""

from pathlib import Path

import click

from grc.cli.base import Command, Commands
from grc.cli.organisation import COUNTS
from grc.cli.output import json_option, print_json
from grc.cli.program import Program, operator
from grc.core import clock
from grc.core.db import transaction
from grc.core.errors import NotFound
from grc.core.i18n import N_


@click.group("danger", cls=Commands, help=N_("Danger : service d'astreinte, numéros, mots à lire."))
def danger() -> None:
    """The group."""


@danger.command(
    "load",
    cls=Command,
    help=N_("""Charger le service d'astreinte, les numéros et les mots à lire.

PATH : un fichier danger.toml. Tout est vérifié avant d'écrire ; chaque erreur dit sa ligne et
son champ (code 65). Les mots ne valent que pour ce qui arrive ensuite.

\b
Exemple :
  grc danger load /etc/grc/danger.toml"""),
)
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def load(program: Program, path: Path, as_json: bool) -> None:
    """Validate, then load in one transaction."""
    if not path.is_file():
        raise NotFound(N_("Le fichier %(path)s n'existe pas."), path=path)
    with program.running(nudges=True):
        counts = load_file(path)
    if as_json:
        print_json({"ok": True, "danger": counts})
        return
    click.echo(program.say(COUNTS, part=program.say(N_("Danger")), **counts))


def load_file(path: Path) -> dict[str, int]:
    """Load one file; returns the counts. Raises InvalidFile."""
    from grc.catalogue import danger as plans
    from grc.catalogue import danger_file
    from grc.organisation.queries import snapshot

    units = {unit.code for unit in snapshot().units}
    found = danger_file.read(path.read_text(encoding="utf-8"), units, path.name)
    with transaction():
        return plans.load(found, actor=operator(), now=clock.now()).counts()
