"""`grc channels list`: by which ways something may come in, and which package brings each."""

from collections.abc import Sequence
from importlib.metadata import EntryPoint
from typing import Any

import click

from grc.channels import registry
from grc.channels.protocol import typed
from grc.cli.base import Command, Commands
from grc.cli.output import json_option, print_json, print_table
from grc.cli.program import Program
from grc.core.i18n import N_

HELP = N_("""Lister les canaux installés.

Un canal est apporté par un paquet Python ; l'installer suffit. GRC_CHANNELS dit par lesquels
quelque chose peut entrer : sans ce réglage, par tous.

\b
Exemples :
  grc channels list
  grc channels list --json""")


@click.group("channels", cls=Commands, help=N_("Canaux : par où les demandes arrivent."))
def channels() -> None:
    """The group."""


@channels.command("list", cls=Command, help=HELP)
@json_option
@click.pass_obj
def list_(program: Program, as_json: bool) -> None:
    """Say what is installed."""
    opened = program.settings.channels
    found = [_look(program, point, opened) for point in registry.installed().values()]
    if as_json:
        print_json({"channels": found})
        return
    print_table(_columns(program, found))


def _look(program: Program, point: EntryPoint, opened: tuple[str, ...]) -> dict[str, Any]:
    found = registry.look(point.name)
    return {
        "name": point.name,
        "label": program.say(found.label) if found else None,
        "icon": str(getattr(found, "icon", "letter")) if found else None,
        "has_form": bool(found and typed(found)),
        "from": registry.package(point),
        "enabled": registry.is_open(point.name, opened),
        "loads": bool(found),
    }


def _columns(program: Program, found: Sequence[dict[str, Any]]) -> list[list[str]]:
    """What is shown of each, in columns as wide as they must be."""
    shown = [(one["name"], one["label"] or "–", one["from"]) for one in found]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    cells = ([*map(str.ljust, row, widths)] for row in shown)
    return [[*row, _state(program, one)] for row, one in zip(cells, found, strict=True)]


def _state(program: Program, one: dict[str, Any]) -> str:
    told = [] if one["enabled"] else [program.say(N_("fermé"))]
    told += [program.say(N_("formulaire"))] if one["has_form"] else []
    told += [] if one["loads"] else [program.say(N_("ne se charge pas"))]
    return ", ".join(told)
