"""`grc demo`: fill a database so that every page has something to show."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grc.cli.base import Command
from grc.cli.demo_accounts import PASSWORD, SHOWN, TRAINEES
from grc.cli.output import Progress, json_option, print_json
from grc.cli.program import Program
from grc.core.errors import InvalidInput, Unavailable
from grc.core.i18n import N_

if TYPE_CHECKING:
    from datetime import datetime

FOLDER = Path(__file__).resolve().parents[2] / "demo"
MESSAGES, SEED = 200, 92


@click.command(
    "demo",
    cls=Command,
    help=N_("""Remplir une base de démonstration : services, comptes, cinq mois de courriels,
et ce qui est arrivé aujourd'hui par courrier, au téléphone et à l'accueil.

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
    with program.running():
        added = fill(program, messages, seed)
    if as_json:
        accounts = [{"login": one.login, "password": PASSWORD, "name": one.name} for one in SHOWN]
        print_json({"messages": messages, "added": added, "logins": accounts})
        return
    click.echo(program.say(N_("%(added)s messages ajoutés."), added=added))
    click.echo("\n".join(logins(program)))


def fill(program: Program, count: int = MESSAGES, seed: int = SEED) -> int:
    """Fill the database of the running application; returns how many messages were added.

    What an earlier run told is not told again; one that was interrupted is finished.
    """
    if program.settings.production:
        raise InvalidInput(
            N_("La démonstration a des mots de passe publics : elle est refusée en production.")
        )
    from grc.cli import (
        demo_alike,
        demo_danger,
        demo_letters,
        demo_rules,
        demo_team,
        demo_today,
        demo_views,
        demo_writing,
    )
    from grc.cli.demo_life import Life
    from grc.cli.demo_people import add_missing, agents
    from grc.cli.letters import load_file
    from grc.cli.organisation import load_all, read
    from grc.core import clock
    from grc.jobs.worker import tools

    now = clock.now()
    if program.settings.training:
        _mark(now)
    if not _is_loaded():
        load_all(read(FOLDER))
    add_missing(now)
    load_file(FOLDER / "letters.toml")
    demo_danger.plan(FOLDER)
    life = Life(count, seed, tools(), agents())
    line = Progress(is_shown=True)
    for number in life.live(now):
        line(program.say(N_("%(number)s messages sur %(total)s"), number=number, total=count))
    line.clear()
    demo_today.tell(life, now)
    demo_writing.tell(now)
    demo_letters.tell(life, now)
    demo_alike.tell(life, now)
    demo_team.tell(now)
    demo_danger.tell(now)
    demo_rules.tell(now)
    demo_views.tell(now)
    _settle(now)
    return life.added


def _settle(now: "datetime") -> None:
    """Days closed last, then what a worker does at intervals: what was left alone is proposed,
    the journal counted."""
    from grc.cli import demo_calendar
    from grc.jobs.keeper import catch_up
    from grc.supervision import derailed

    demo_calendar.tell(now)
    derailed.sweep(now)
    catch_up(now)


def _mark(now: "datetime") -> None:
    from grc.core.db import transaction
    from grc.training import mark

    with transaction():
        mark.put(now)


def logins(program: Program) -> list[str]:
    """One line per account that may sign in to look around, or to train."""
    shown = (*TRAINEES, *SHOWN) if program.settings.training else SHOWN
    return [f"  {one.login:<14}{PASSWORD:<20}{program.say(one.what)}" for one in shown]


def _is_loaded() -> bool:
    from grc.organisation.queries import snapshot

    try:
        return bool(snapshot().triage)
    except Unavailable:
        return False
