"""`grc stats`: the figures of statistics, written again and compared with the cases."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from grc.cli.base import Command, Commands
from grc.cli.output import json_option, print_json, print_table
from grc.cli.program import Program
from grc.core import clock
from grc.core.i18n import N_

if TYPE_CHECKING:
    from grc.supervision.statistics.checking import Days

WRONG = 65  # as for data that is not right
_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("stats", cls=Commands, help=N_("Statistiques : recompter et comparer."))
def stats() -> None:
    """The group."""


def _days_options(command: Any) -> Any:
    first = click.option("--from", "first", type=_DAY, help=N_("Premier jour ; sans : le début."))
    last = click.option("--to", "last", type=_DAY, help=N_("Dernier jour ; sans : la fin."))
    return first(last(command))


@stats.command(
    "rebuild",
    cls=Command,
    help=N_("""Recompter toutes les statistiques à partir des demandes et du journal.

Le travail peut continuer pendant ce temps. Avec des jours : les demandes reçues ou comptées ces
jours-là, et les sommes de leurs mois.

\b
Exemples :
  grc stats rebuild
  grc stats rebuild --from 2026-01-01 --to 2026-03-31"""),
)
@_days_options
@json_option
@click.pass_obj
def rebuild(program: Program, first: datetime | None, last: datetime | None, as_json: bool) -> None:
    """Count what is new first, so that the figures are those of now."""
    from grc.jobs.keeper import catch_up
    from grc.supervision.statistics import checking

    with program.running():
        counted = catch_up(clock.now())
        wrong = checking.rebuild(_days(first, last))
    if as_json:
        print_json({"counted": counted, "wrong": wrong})
        return
    text = N_("Statistiques recomptées ; demandes dont le compte était faux : %(wrong)s.")
    click.echo(program.say(text, wrong=wrong))


@stats.command(
    "compare",
    cls=Command,
    help=N_("""Comparer les statistiques à ce que disent les demandes ; ne change rien de faux.

Chaque différence est nommée : la demande (son numéro) ou la somme, ce qui était compté, ce qui
devrait l'être. Code 65 quand il y en a une.

\b
Exemples :
  grc stats compare
  grc stats compare --from 2026-01-01 --to 2026-12-31 --json"""),
)
@_days_options
@json_option
@click.pass_obj
@click.pass_context
def compare(
    context: click.Context,
    program: Program,
    first: datetime | None,
    last: datetime | None,
    as_json: bool,
) -> None:
    """What seems wrong is looked at a second time: somebody may just have acted."""
    with program.running():
        found = _wrong(_days(first, last))
    if as_json:
        print_json({"differences": found})
    elif not found:
        click.echo(program.say(N_("Les statistiques disent ce que disent les demandes.")))
    else:
        print_table([[str(value) for value in one.values()] for one in found])
    context.exit(WRONG if found else 0)


def _wrong(days: "Days") -> list[dict[str, Any]]:
    from grc.jobs.keeper import catch_up
    from grc.supervision.statistics import checking

    catch_up(clock.now())
    found = list(checking.compare(days))
    doubtful = sorted({one.case_id for one in found if one.case_id is not None})
    catch_up(clock.now())
    sums = [one for one in found if one.case_id is None]
    again = checking.of_cases(doubtful) if doubtful else []
    return [
        {
            "case": one.case_id or "-",
            "cell": one.cell,
            "kept": one.kept,
            "right": one.right,
        }
        for one in (*again, *sums)
    ]


def _days(first: datetime | None, last: datetime | None) -> tuple[date, date]:
    return (first.date() if first else date.min, last.date() if last else date.max)
