"""`grc raw`: the exact bytes received."""

import shutil
from pathlib import Path

import click

from grc.cli.base import Command
from grc.cli.program import Program
from grc.core import blobs
from grc.core.i18n import N_
from grc.intake.queries import item_named


@click.command(
    "raw",
    cls=Command,
    help=N_("""Rendre un élément tel qu'il a été reçu, octet pour octet.

ITEM : sa référence (E-2026-0000123-X) ou son numéro.

\b
Exemples :
  grc raw E-2026-0000123-X > message.eml
  grc raw 123 --output message.eml"""),
)
@click.argument("item", metavar="ITEM")
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("Écrire dans ce fichier."),
)
@click.pass_obj
def raw(program: Program, item: str, output: Path | None) -> None:
    """Copy the bytes."""
    with program.running():
        source = blobs.store().open(item_named(item).sha256)
    with source, click.open_file(str(output or "-"), "wb") as target:
        shutil.copyfileobj(source, target)
