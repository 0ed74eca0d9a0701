"""`grc doctor`: look at everything a person would look at when something seems wrong."""

import os
from typing import Any

import click

from grc.cli import demo_accounts
from grc.cli.base import Command, end
from grc.cli.database import newest
from grc.cli.output import json_option, print_json
from grc.cli.program import Program
from grc.core import clock
from grc.core.db import end_read
from grc.core.i18n import N_
from grc.jobs.health import machine
from grc.jobs.health.database import database
from grc.jobs.health.look import Finding, Look
from grc.jobs.health.mailboxes import mailboxes
from grc.jobs.health.webhooks import webhooks
from grc.training import mark

UNSOUND = 1
HELP = N_("""Examiner l'installation : réglages, base, Redis, disque, travail en attente.

Chaque constat dit quoi faire. Code de sortie : 0 tout va bien, 1 il y a quelque chose à faire.

\b
Exemples :
  grc doctor
  grc doctor --json""")
SEVERITIES = {"error": N_("Erreur"), "warning": N_("Attention")}


@click.command("doctor", cls=Command, help=HELP)
@json_option
@click.pass_obj
def doctor(program: Program, as_json: bool) -> None:
    """Look, say, and tell by the exit code."""
    look = Look(program.settings, clock.now())
    with program.running() as app:
        machine.settings(look)
        machine.misspelt(look, os.environ)
        machine.disk(look)
        machine.scans(look)
        machine.ring(look)
        machine.workers(look)
        database(look, newest())
        if _is_ready(look):
            mailboxes(look, app)
            webhooks(look)
        if program.settings.production:
            _demonstration(look)
        _training(look)
    if as_json:
        findings = [_as_json(program, finding) for finding in look.findings]
        print_json({"ok": not findings, **look.facts, "findings": findings})
    else:
        _print(program, look)
    if look.findings:
        end(UNSOUND)


def _is_ready(look: Look) -> bool:
    """True when the database answers and its tables are those of this version."""
    schema = look.facts.get("schema", {})
    return bool(schema) and schema["present"] == schema["needed"]


def _demonstration(look: Look) -> None:
    """Accounts whose password is printed in the documentation."""
    if not _is_ready(look):
        return  # said already
    if logins := demo_accounts.left_open():
        text = N_("Un mot de passe public ouvre %(logins)s : cette base est une démonstration, "
                  "prenez-en une autre.")  # fmt: skip
        look.error("accounts", text, logins=", ".join(logins))
    end_read()


def _training(look: Look) -> None:
    """A database of exercises that is served as if it were real; one of real people in training
    stops every command before it begins."""
    if not _is_ready(look):
        return
    look.facts["training"] = mark.is_put()
    if look.facts["training"] and not look.settings.training:
        text = N_("Cette base est celle de l'entraînement, et rien n'y est réel : prenez-en une "
                  "autre, ou donnez GRC_TRAINING=1.")  # fmt: skip
        look.error("training", text)
    end_read()


def _as_json(program: Program, finding: Finding) -> dict[str, Any]:
    sentence = program.say(finding.text)
    return {"check": finding.check, "severity": finding.severity, "sentence": sentence}


def _print(program: Program, look: Look) -> None:
    for finding in look.findings:
        click.echo(f"{program.say(SEVERITIES[finding.severity])} : {program.say(finding.text)}")
    if not look.findings:
        click.echo(program.say(N_("Tout va bien.")))
