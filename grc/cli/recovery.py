"""`grc recovery actions`: what was promised to put cases back on their rails."""

from datetime import date
from typing import Any

import click

from grc.cli.base import Command, Commands
from grc.cli.output import json_option, print_json_list, print_table
from grc.cli.program import Program
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.clock import paris_date
from grc.core.i18n import N_
from grc.organisation.queries import snapshot
from grc.recovery.catalogue import label
from grc.recovery.queries import Promised, promised


@click.group("recovery", cls=Commands, help=N_("Actions de recouvrement."))
def recovery() -> None:
    """The group."""


@recovery.command(
    "actions",
    cls=Command,
    help=N_("""Lister les actions promises et pas encore faites, la plus proche d'abord.

\b
Exemples :
  grc recovery actions --late
  grc recovery actions --unit apa --json"""),
)
@click.option("--unit", metavar="CODE", help=N_("Seulement ce service."))
@click.option("--late", is_flag=True, help=N_("Seulement celles dont la date est passée."))
@json_option
@click.pass_obj
def actions(program: Program, unit: str | None, late: bool, as_json: bool) -> None:
    """One line per promise."""
    now = clock.now()
    today = paris_date(now)
    with program.running():
        unit_id = snapshot().unit(unit).id if unit else None
        late_on = today if late else None
        found = promised(SYSTEM, now, unit_id=unit_id, late_on=late_on, limit=None)
        rows = [_as_json(program, row, today) for row in found]
    if as_json:
        print_json_list("actions", rows)
    else:
        columns = ("promised_on", "reference", "unit", "owner", "label")
        print_table([row[name] for name in columns] for row in rows)


def _as_json(program: Program, row: Promised, today: date) -> dict[str, Any]:
    action, case, owner = row[0], row[1], row[2]
    return {
        "reference": case.reference,
        "family": action.family,
        "code": action.code,
        "label": program.say(label(action.code)),
        "unit": snapshot().unit_by_id(action.unit_id).code,
        "owner": owner,
        "promised_on": action.promised_on.isoformat(),
        "late": action.promised_on < today,
    }
