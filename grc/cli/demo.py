"""`grc demo`: fill a database so that every page has something to show."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from grc.cli.base import Command
from grc.cli.demo_life import Life
from grc.cli.demo_people import PASSWORD, SHOWN, add_missing, agents
from grc.cli.organisation import load_all, read
from grc.cli.output import Progress, json_option, print_json
from grc.cli.program import Program
from grc.core import clock
from grc.core.errors import InvalidInput, Unavailable
from grc.core.i18n import N_
from grc.core.settings import settings
from grc.jobs.worker import tools
from grc.organisation.queries import snapshot

FOLDER = Path(__file__).resolve().parents[2] / "demo"
MESSAGES, SEED = 200, 92
ROLES = {
    "agent": N_("agent"),
    "supervisor": N_("responsable"),
    "recovery": N_("gestionnaire du recouvrement"),
    "administrator": N_("administratrice"),
}


@click.command(
    "demo",
    cls=Command,
    help=N_("""Remplir une base de démonstration : services, comptes, cinq mois de courriels.

Les messages sont inventés et passent par la vraie chaîne ; des agents inventés y répondent.
Rien n'est envoyé. Relancer la même commande n'ajoute rien. Refusé en production.

\b
Exemples :
  grc demo
  grc demo --messages 2000 --seed 7"""),
)
@click.option(
    "--messages",
    default=MESSAGES,
    show_default=True,
    metavar="N",
    type=click.IntRange(min=0),
    help=N_("Nombre de messages."),
)
@click.option(
    "--seed",
    default=SEED,
    show_default=True,
    metavar="S",
    help=N_("Graine : la même donne les mêmes messages."),
)
@json_option
@click.pass_obj
def demo(program: Program, messages: int, seed: int, as_json: bool) -> None:
    """Load, live, say who may sign in."""
    line = Progress(is_shown=True)
    with program.running():
        added = fill(
            messages, seed,
            lambda number: line(
                program.say(N_("%(number)s messages sur %(total)s"), number=number, total=messages)
            ),
        )  # fmt: skip
        line.clear()
    if as_json:
        print_json({"messages": messages, "added": added, "logins": logins()})
        return
    click.echo(program.say(N_("%(added)s messages ajoutés."), added=added))
    for login in logins():
        click.echo(f"  {login['login']:<14} {PASSWORD}  {program.say(ROLES[login['role']])}")


def fill(count: int, seed: int, progress: Callable[[int], None] = lambda _: None) -> int:
    """Fill the database of the present application; returns how many messages were added."""
    if settings().production:
        raise InvalidInput(
            N_("La démonstration a des mots de passe publics : elle est refusée en production.")
        )
    if not _is_loaded():
        load_all(read(FOLDER))
    now = clock.now()
    add_missing(now)
    life = Life(count, seed, tools(), agents())
    for number in life.live(now):
        progress(number)
    return life.added


def logins() -> list[dict[str, Any]]:
    """Who may sign in to look around, with the password of the demonstration."""
    return [
        {"login": account.login, "password": PASSWORD, "role": account.what, "name": account.name}
        for account in SHOWN
    ]


def _is_loaded() -> bool:
    try:
        return bool(snapshot().triage)
    except Unavailable:
        return False
