"""`grc slips`: blank slips for a site, to be filled in by hand while the program is away."""

from pathlib import Path

import click

from grc.cli.base import Command
from grc.cli.output import json_option, print_json
from grc.cli.program import Program, operator
from grc.core import clock
from grc.core.db import transaction
from grc.core.errors import InvalidInput
from grc.core.i18n import N_


@click.command(
    "slips",
    cls=Command,
    help=N_("""Écrire un PDF de fiches papier, une par page, pour noter des contacts quand le
logiciel ne répond pas.

Chaque fiche a un numéro et un code signés ; elle se saisit une fois, à son heure réelle, sur la
page « Fiches papier ». À imprimer avant d'en avoir besoin.

\b
Exemple :
  grc slips fiches.pdf --site pole-social-14 --count 40"""),
)
@click.argument("out", metavar="OUT.pdf", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--site", required=True, metavar="CODE", help=N_("Le site."))
@click.option(
    "--count",
    default=20,
    show_default=True,
    metavar="N",
    type=click.IntRange(1, 200),
    help=N_("Nombre de fiches."),
)
@json_option
@click.pass_obj
def slips(program: Program, out: Path, site: str, count: int, as_json: bool) -> None:
    """Number them, print them: without the file none is numbered."""
    with program.running():
        first = _write(out, site, count)
    if as_json:
        print_json({"site": site, "first": first, "last": first + count - 1})
        return
    text = N_("%(count)s fiches dans %(path)s.")
    click.echo(program.say(text, count=count, path=out))


def _write(out: Path, site: str, count: int) -> int:
    from grc.organisation.queries import snapshot
    from grc.slips import queries, service
    from grc.slips.printing import printed

    place = next((one for one in snapshot().sites.values() if one.code == site), None)
    if place is None or not place.is_active:
        raise InvalidInput(N_("le site « %(value)s » n'existe pas"), value=site)
    with transaction():
        made = service.issue(place, count, actor=operator(), now=clock.now())
        rows = queries.between(place, made[0], made[-1], most=count)
        try:
            out.write_bytes(printed(place, rows))
        except OSError as error:
            text = N_("%(path)s ne peut pas être écrit (%(why)s).")
            raise InvalidInput(text, path=out, why=error.strerror or "?") from None
    return made[0]
