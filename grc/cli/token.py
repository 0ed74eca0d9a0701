"""`grc token`: what programs show to use the API."""

from datetime import datetime, time
from typing import Any

import click

from grc.channels import registry
from grc.cli.base import Command, Commands
from grc.cli.output import json_option, print_json, print_table
from grc.cli.program import Program, operator
from grc.core import clock
from grc.core.clock import PARIS
from grc.core.db import transaction
from grc.core.errors import InvalidInput
from grc.core.i18n import N_
from grc.organisation.queries import snapshot
from grc.staff import tokens
from grc.staff.models import Token


@click.group("token", cls=Commands, help=N_("Jetons des programmes qui appellent l'API."))
def token() -> None:
    """The group."""


@token.command(
    "add",
    cls=Command,
    help=N_("""Créer un jeton. Son secret n'est affiché que cette fois.

SCOPE : raw:write (remettre des éléments bruts), requests:write (déposer des demandes),
cases:read (lire les demandes des services donnés par --unit, ou de tous).

\b
Exemples :
  grc token add portail --scope requests:write --expires 2027-12-31
  grc token add passerelle-sms --scope raw:write --channel sms
  grc token add tableau --scope cases:read --unit autonomie"""),
)
@click.argument("name", metavar="NAME")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    metavar="SCOPE",
    help=N_("Ce que le jeton permet ; répétable."),
)
@click.option("--channel", metavar="CHANNEL", help=N_("Le seul canal par lequel il remet."))
@click.option(
    "--unit",
    "units",
    multiple=True,
    metavar="CODE",
    help=N_("Service dont il lit les demandes, avec ceux en dessous ; répétable."),
)
@click.option("--all-units", is_flag=True, help=N_("Lire les demandes de tous les services."))
@click.option("--expires", metavar="DATE", help=N_("Dernier jour (2027-12-31)."))
@json_option
@click.pass_obj
def add(
    program: Program,
    name: str,
    scopes: tuple[str, ...],
    channel: str | None,
    units: tuple[str, ...],
    all_units: bool,
    expires: str | None,
    as_json: bool,
) -> None:
    """Create the token, say its secret."""
    with program.running(), transaction():
        if channel:
            registry.entry_point(channel)
        secret = tokens.add_token(
            name,
            set(scopes),
            unit_ids={unit_of(code) for code in units},
            all_units=all_units,
            channel=channel,
            expires_at=_end_of(expires) if expires else None,
            actor=operator(),
            now=clock.now(),
        )
    if as_json:
        print_json({"name": name, "secret": secret})
        return
    click.echo(program.say(N_("Jeton créé : %(name)s"), name=name))
    click.echo(program.say(N_("Secret, affiché cette seule fois : %(secret)s"), secret=secret))


def unit_of(code: str) -> int:
    """The id of the unit of this code. Raises InvalidInput naming those that exist."""
    unit = snapshot().find_unit(code)
    if unit is not None:
        return unit.id
    known = ", ".join(sorted(unit.code for unit in snapshot().units))
    text = N_("Le service « %(unit)s » n'existe pas ; connus : %(known)s.")
    raise InvalidInput(text, field="unit", unit=code, known=known)


def _end_of(typed: str) -> datetime:
    """The last instant of a day, in Paris."""
    try:
        day = datetime.strptime(typed, "%Y-%m-%d").replace(tzinfo=PARIS).date()
    except ValueError:
        text = N_("« %(date)s » n'est pas une date : écrivez-la 2027-12-31.")
        raise InvalidInput(text, field="expires", date=typed) from None
    return datetime.combine(day, time(23, 59, 59), tzinfo=PARIS)


@token.command(
    "list",
    cls=Command,
    help=N_("""Montrer les jetons, jamais leur secret.

\b
Exemple :
  grc token list --json"""),
)
@json_option
@click.pass_obj
def list_(program: Program, as_json: bool) -> None:
    """One line per token."""
    with program.running():
        rows = [_row(one, unit_ids) for one, unit_ids in tokens.everything()]
    if as_json:
        print_json({"tokens": rows})
    else:
        print_table(_columns(program, row) for row in rows)


def _row(one: Token, unit_ids: list[int]) -> dict[str, Any]:
    units = None if one.all_units else sorted(snapshot().unit_by_id(i).code for i in unit_ids)
    return {
        "name": one.name,
        "valid": tokens.is_valid(one, clock.now()),
        "waiting": tokens.waits(one),
        "scopes": one.scopes,
        "channel": one.channel,
        "units": units,
        "created_at": one.created_at.isoformat(timespec="seconds"),
        "expires_at": _iso(one.expires_at),
        "used_at": _iso(one.used_at),
        "revoked_at": _iso(one.revoked_at),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _columns(program: Program, row: dict[str, Any]) -> tuple[str, ...]:
    state = N_("valable") if row["valid"] else N_("terminé")
    state = N_("à confirmer") if row["waiting"] else state
    used = row["used_at"] or program.say(N_("jamais utilisé"))
    return row["name"], program.say(state), ", ".join(row["scopes"]), used


@token.command(
    "revoke",
    cls=Command,
    help=N_("""Mettre fin à un jeton, tout de suite et pour toujours.

\b
Exemple :
  grc token revoke portail"""),
)
@click.argument("name", metavar="NAME")
@json_option
@click.pass_obj
def revoke(program: Program, name: str, as_json: bool) -> None:
    """Again: nothing."""
    with program.running(), transaction():
        is_now = tokens.revoke(name, actor=operator(), now=clock.now())
    if as_json:
        print_json({"name": name, "revoked": is_now})
    elif is_now:
        click.echo(program.say(N_("Jeton révoqué : %(name)s"), name=name))
    else:
        click.echo(program.say(N_("Ce jeton était déjà révoqué : %(name)s"), name=name))
