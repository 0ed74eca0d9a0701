"""`grc routing`: the rules that are in force, as the file that would load them."""

from pathlib import Path
from typing import Any

import click

from grc.cli.base import Command, Commands
from grc.cli.output import json_option, print_json, print_table
from grc.cli.program import Program
from grc.core import clock
from grc.core.clock import paris_date
from grc.core.i18n import N_


@click.group("routing", cls=Commands, help=N_("Règles d'affectation : versions, export."))
def routing() -> None:
    """The group."""


@routing.command(
    "export",
    cls=Command,
    help=N_("""Écrire les règles en vigueur comme un routing.toml.

« grc organisation load » relit ce fichier sans rien changer. Les mots-clés empruntés à une
nature de demande (keywords_of) y sont écrits en entier.

\b
Exemples :
  grc routing export --output /etc/grc/routing.toml
  grc routing export --version 3"""),
)
@click.option("--version", "number", type=click.IntRange(min=1), help=N_("Une autre version."))
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help=N_("Un fichier plutôt que la sortie standard."))  # fmt: skip
@click.pass_obj
def export(program: Program, number: int | None, output: Path | None) -> None:
    """The rules of today, or of a version."""
    from grc.routing.queries import rules
    from grc.routing.reading import rules_of, version
    from grc.routing.writing import to_toml

    with program.running():
        if number is None:
            found = rules(paris_date(clock.now()))
        else:
            found = rules_of(version(number).number)
    text = to_toml(found)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")


@routing.command(
    "versions",
    cls=Command,
    help=N_("""Lister les versions des règles : de quand, de qui, pourquoi.

\b
Exemples :
  grc routing versions
  grc routing versions --json"""),
)
@json_option
@click.pass_obj
def versions(program: Program, as_json: bool) -> None:
    """One line a version, the latest first."""
    from grc.routing import reading

    with program.running():
        rows = [_row(one) for one in reading.versions()]
    if as_json:
        print_json({"versions": rows})
        return
    print_table([list(row.values()) for row in rows])


def _row(one: Any) -> dict[str, Any]:
    return {
        "number": one.number,
        "effective_on": one.effective_on.isoformat(),
        "made_at": one.made_at.isoformat(),
        "author": one.author,
        "reason": one.reason,
    }
