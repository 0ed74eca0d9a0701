"""`grc sweep`: run everything that is due, seal the journal, destroy what is too old, end."""

from collections import Counter

import click
from sqlalchemy import select

from grc.cli.base import Command
from grc.cli.output import interruptible, json_option, print_json
from grc.cli.program import Program
from grc.cli.verify import seal_all
from grc.core import clock, steps
from grc.core.db import end_read, session
from grc.core.errors import Unavailable
from grc.core.i18n import N_
from grc.core.steps import Step
from grc.jobs import runner
from grc.jobs.tidying import tidy
from grc.jobs.worker import tools
from grc.pipeline import Tools


@click.command(
    "sweep",
    cls=Command,
    help=N_("""Exécuter tout ce qui est dû jusqu'à ce qu'il n'en reste pas, puis sceller le journal.

Détruit aussi ce qui a été gardé assez longtemps : essais de connexion, formulaires déjà
envoyés, journal des lectures.

Utile sans travail de fond (cron) ou après une panne. Peut tourner en même temps que lui.

\b
Exemple :
  grc sweep --json"""),
)
@json_option
@click.pass_obj
def sweep(program: Program, as_json: bool) -> None:
    """Run, seal, say."""
    with program.running(), interruptible() as stopping:
        ran: Counter[str] = Counter()
        while not stopping() and _run_due(ran, tools()):
            pass
        sealed = seal_all()
        destroyed = tidy(clock.now())
    if as_json:
        print_json({"ran": dict(ran), "sealed": sealed, "destroyed": destroyed})
    else:
        for name, count in ran.items():
            click.echo(f"{count:>8}  {name}")
        click.echo(program.say(N_("%(count)s lignes du journal scellées."), count=sealed))
        click.echo(program.say(N_("%(count)s lignes trop anciennes détruites."), count=destroyed))
    if stopping():
        raise Unavailable(N_("Interrompu : rien n'est perdu, relancez la même commande."))


def _run_due(ran: Counter[str], held: Tools) -> bool:
    """Run the steps due now; False when none could be run."""
    ids = steps.due(clock.now())
    names = dict(session().execute(select(Step.id, Step.name).where(Step.id.in_(ids))).all())
    end_read()
    before = ran.total()
    for step_id in ids:
        if runner.run(step_id, held):
            ran[names[step_id]] += 1
    return ran.total() > before
