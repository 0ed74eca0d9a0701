"""`grc letters load`: types of letter and delegations of signature."""

from pathlib import Path

import click

from grc.cli.base import Command, Commands
from grc.cli.organisation import COUNTS, FORCE
from grc.cli.output import json_option, print_json
from grc.cli.program import Program, operator
from grc.core import clock
from grc.core.db import transaction
from grc.core.errors import NotFound
from grc.core.i18n import N_


@click.group("letters", cls=Commands, help=N_("Types de lettres et délégations de signature."))
def letters() -> None:
    """The group."""


@letters.command(
    "load",
    cls=Command,
    help=N_("""Charger les types de lettres et les délégations de signature.

PATH : un fichier letters.toml. Tout est vérifié avant d'écrire ; chaque erreur dit sa ligne et
son champ (code 65). Une délégation qui quitte le fichier ne vaut plus ; les lettres déjà signées
gardent le nom, la qualité et l'acte de leur signataire.

\b
Exemple :
  grc letters load /etc/grc/letters.toml"""),
)
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help=FORCE)
@json_option
@click.pass_obj
def load(program: Program, path: Path, force: bool, as_json: bool) -> None:
    """Validate, then load in one transaction."""
    if not path.is_file():
        raise NotFound(N_("Le fichier %(path)s n'existe pas."), path=path)
    with program.running(nudges=True):
        counts = load_file(path, force=force)
    if as_json:
        print_json({"ok": True, "letters": counts})
        return
    click.echo(program.say(COUNTS, part=program.say(N_("Lettres")), **counts))


def load_file(path: Path, *, force: bool = False) -> dict[str, int]:
    """Load one file; returns the counts. Raises InvalidFile."""
    from grc.correspondence import files, loading

    found = files.read(path.read_text(encoding="utf-8"), loading.known(), path.name)
    with transaction():
        report = loading.load(found, actor=operator(), now=clock.now(), force=force)
        return report.counts()
