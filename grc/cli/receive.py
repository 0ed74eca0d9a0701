"""`grc receive`, when no worker is running: the message is stored by this process.

The usual way does not pass here: `grc.core.handover` gives the message to the worker, and
only when nobody answers is the whole program loaded.
"""

import io
import logging
import sys

import click

from grc.cli.base import Command, end
from grc.cli.errors import code_and_sentence
from grc.cli.program import Program
from grc.core.handover import OK, TRY_AGAIN
from grc.core.i18n import N_

HELP = N_("""Recevoir un message sur l'entrée standard, pour un serveur de courrier.

Le message est remis au programme en marche ; s'il n'y en a pas, il est enregistré directement.

Codes de sortie : 0 le message est sur le disque et dans la base ; 75 tout échec de notre fait,
le serveur de courrier garde le message et recommence ; 64 commande mal écrite.

\b
Exemple :
  grc receive email --source contact < message.eml""")


@click.command(cls=Command, help=HELP)
@click.argument("channel")
@click.option("--source", required=True, metavar="NAME", help=N_("Boîte qui a reçu le message."))
@click.pass_obj
def receive(program: Program, channel: str, source: str) -> None:
    """Store one message from standard input."""
    logging.basicConfig(level=logging.CRITICAL)  # standard error carries one line
    raw = sys.stdin.buffer.read()
    code, sentence = _store(program, channel, source, raw)
    if code != OK:
        click.echo(sentence, err=True)
    end(code)


def _store(program: Program, channel: str, source: str, raw: bytes) -> tuple[int, str]:
    if not raw:  # a mail server always sends something: its pipe has broken
        return TRY_AGAIN, "4.3.0 " + program.say(N_("Message vide : rien n'a été reçu."))
    try:
        from grc.jobs.listener import store_one

        with program.running(nudges=True):
            answer = store_one(channel, source, io.BytesIO(raw), len(raw))
    except Exception as error:  # noqa: BLE001 - whatever it is, the mail server keeps the message
        return TRY_AGAIN, f"4.3.0 {code_and_sentence(error, program)[1]}"
    return answer or (TRY_AGAIN, "4.3.0")
