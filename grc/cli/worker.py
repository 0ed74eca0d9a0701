"""`grc worker`: run what is due, for ever, and take in what `grc receive` hands over."""

import logging

import click

from grc.cli.base import Command, end
from grc.cli.program import Program
from grc.core.i18n import N_

WRONG_CONFIGURATION = 78  # of sysexits.h; systemd can be told not to try again


@click.command(
    cls=Command,
    help=N_("""Exécuter le travail de fond, jusqu'à SIGTERM ou Ctrl-C ; l'étape en cours est
    alors menée à son terme.

    Plusieurs processus peuvent travailler ensemble : grc worker & grc worker"""),
)
@click.pass_obj
def worker(program: Program) -> None:
    """Work in the foreground until told to stop."""
    from grc.jobs.bell import EvictingQueue
    from grc.jobs.worker import serve

    logging.basicConfig(format="%(levelname)s %(name)s %(message)s", level=logging.WARNING)
    app = program.create_app(program.settings, nudges=True)
    try:
        serve(app)
    except EvictingQueue as error:
        text = N_(
            "Redis est réglé sur « maxmemory-policy %(policy)s » : il pourrait effacer du travail "
            "en attente. Réglez-le sur « noeviction » (docs/operations.md), puis relancez."
        )
        click.echo(program.say(text, policy=error.policy), err=True)
        end(WRONG_CONFIGURATION)
