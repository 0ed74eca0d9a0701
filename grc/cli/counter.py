"""`grc counter`: the figures of reception, and appointments made elsewhere."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from grc.cli import titled_file
from grc.cli.base import Command, Commands
from grc.cli.output import json_option, print_json, print_table
from grc.cli.program import Program, operator
from grc.core import clock
from grc.core.db import transaction
from grc.core.i18n import N_, gettext
from grc.recovery.amounts import euros

_UNDER = N_("* : les nombres de 1 à 4 sont masqués, ceux qui les feraient retrouver aussi, et ce "
            "qui est mesuré sur si peu ; les demandes réservées à une liste de personnes ne sont "
            "pas comptées.")  # fmt: skip


@click.group("counter", cls=Commands, help=N_("Accueil : chiffres et rendez-vous."))
def counter() -> None:
    """The group."""


@counter.command(
    "figures",
    cls=Command,
    help=N_("""Compter les visites d'une année, site par site : nature, motif, résultat, attente.

Puis les droits : vérifiés, demandés, obtenus, refusés, et ce qu'ils rapportent par mois.
Avec --outside, pour publier : les nombres de 1 à 4 sont masqués, et les demandes réservées à une
liste de personnes ne sont pas comptées.

\b
Exemples :
  grc counter figures --year 2026
  grc counter figures --year 2026 --json
  grc counter figures --year 2026 --outside"""),
)
@click.option("--year", required=True, type=click.IntRange(2000, 2100), help=N_("L'année."))
@click.option("--outside", is_flag=True, help=N_("Pour publier : sans les petits nombres."))
@json_option
@click.pass_obj
def figures(program: Program, year: int, outside: bool, as_json: bool) -> None:
    """One line per site, then one per right."""
    from grc.supervision.outside import FEW, READER, masked
    from grc.supervision.visits import of_year, rights_of_year

    reader, now = READER if outside else operator(), clock.now()
    with program.running():
        rows = [asdict(one) for one in of_year(year, reader, now)]
        rights = [asdict(one) for one in rights_of_year(year, reader, now)]
    if outside:
        rows, rights = list(map(masked, rows)), list(map(masked, rights))
    if as_json:
        kept = {"masked_below": FEW} if outside else {}
        print_json({"sites": rows, "rights": rights} | kept)
        return
    few = "*" if outside else ""
    names = ("site", "visits", "interviews", "informations", "waiting_median", "waiting_p90")
    print_table([_told(row[name], few) for name in names] for row in rows)
    told = ("name", "checked", "asked", "obtained", "refused")
    print_table([*(_told(one[name], few) for name in told), _money(one, few)] for one in rights)
    if outside:
        click.echo(gettext(_UNDER, program.locale))


def _told(value: object, absent: str) -> str:
    return absent if value is None else str(value)


def _money(one: dict[str, Any], absent: str) -> str:
    cents = one["monthly_cents"]
    return absent if cents is None else euros(cents)


@counter.command(
    "import",
    cls=Command,
    help=N_("""Reprendre les rendez-vous d'un autre logiciel : CSV, classeur ou calendrier (ICS).

Colonnes : site, date, heure, référence ; et, s'il y en a, durée, avec, nom, motif, demande.
D'un calendrier : lieu, début, identifiant, durée, titre et lignes de la description.
Relire le même fichier ne change rien ; un rendez-vous changé est mis à jour par sa référence ;
celui qui a disparu reste, et il est signalé. Code 65 quand une ligne est refusée.

\b
Exemples :
  grc counter import rendez-vous.csv --source planning
  grc counter import agenda.ics --source agenda --site antony"""),
)
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--source", default="planning", show_default=True, help=N_("Qui donne ces numéros."))
@click.option("--site", default="", help=N_("Le site des rendez-vous qui n'en nomment pas."))
@json_option
@click.pass_obj
def import_(program: Program, path: Path, source: str, site: str, as_json: bool) -> None:
    """All rows in one transaction."""
    from grc.appointments.files import take_in

    titled_file.demand(program, path)
    with program.running(), transaction():
        report = take_in(path, source, actor=operator(), now=clock.now(), default_site=site)
    titled_file.tell(program, report, as_json=as_json)
