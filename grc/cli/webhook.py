"""`grc webhook`: other programs that are told what happens to cases."""

import secrets
from datetime import datetime
from typing import Any

import click

from grc.cases.models import Case
from grc.cli.base import Command, Commands, end
from grc.cli.output import json_option, print_json, print_table
from grc.cli.program import Program, operator
from grc.cli.token import unit_of
from grc.core import clock
from grc.core.db import session, transaction
from grc.core.i18n import N_
from grc.organisation.queries import snapshot
from grc.webhooks import delivering, service
from grc.webhooks.models import Delivery, Webhook

NOT_TAKEN = 1
_named = click.argument("name", metavar="NAME")


@click.group("webhook", cls=Commands, help=N_("Programmes à qui les événements sont annoncés."))
def webhook() -> None:
    """The group."""


@webhook.command(
    "add",
    cls=Command,
    help=N_("""Annoncer des événements à une adresse. Le secret n'est affiché que cette fois.

EVENT : case.opened, case.status, case.unit, message.received. Rien n'est jamais dit d'une
demande restreinte ou réservée ; des autres, la référence, le service et l'état.

\b
Exemples :
  grc webhook add ged --url https://ged.example.fr/grc --event case.opened --all-units
  grc webhook add suivi --url https://suivi.example.fr/e --event case.status --unit apa"""),
)
@_named
@click.option("--url", required=True, metavar="URL", help=N_("Adresse https:// à appeler."))
@click.option(
    "--event",
    "events",
    multiple=True,
    required=True,
    metavar="EVENT",
    help=N_("Événement à annoncer ; répétable."),
)
@click.option(
    "--unit",
    "units",
    multiple=True,
    metavar="CODE",
    help=N_("Service dont les demandes sont annoncées, avec ceux en dessous ; répétable."),
)
@click.option("--all-units", is_flag=True, help=N_("Annoncer les demandes de tous les services."))
@json_option
@click.pass_obj
def add(
    program: Program,
    name: str,
    url: str,
    events: tuple[str, ...],
    units: tuple[str, ...],
    all_units: bool,
    as_json: bool,
) -> None:
    """Create the webhook, say its secret."""
    with program.running(), transaction():
        secret = service.add_webhook(
            name,
            url,
            events,
            unit_ids={unit_of(code) for code in units},
            all_units=all_units,
            actor=operator(),
            now=clock.now(),
        )
    _say_secret(program, name, secret, as_json, N_("Webhook créé : %(name)s"))


def _say_secret(program: Program, name: str, secret: str, as_json: bool, text: str) -> None:
    if as_json:
        print_json({"name": name, "secret": secret})
        return
    click.echo(program.say(text, name=name))
    click.echo(program.say(N_("Secret, affiché cette seule fois : %(secret)s"), secret=secret))


@webhook.command(
    "list",
    cls=Command,
    help=N_("""Montrer les webhooks, jamais leur secret.

\b
Exemple :
  grc webhook list --json"""),
)
@json_option
@click.pass_obj
def list_(program: Program, as_json: bool) -> None:
    """One line per webhook."""
    with program.running():
        rows = [_row(one, waiting) for one, waiting in service.faring()]
    if as_json:
        print_json({"webhooks": rows})
    else:
        print_table(_columns(program, row) for row in rows)


def _row(one: Webhook, waiting: int) -> dict[str, Any]:
    codes = sorted(snapshot().unit_by_id(unit_id).code for unit_id in service.units_of(one))
    return {
        "name": one.name,
        "url": one.url,
        "events": one.events,
        "units": None if one.all_units else codes,
        "waiting": waiting,
        "created_at": _iso(one.created_at),
        "rotated_at": _iso(one.rotated_at),
        "failing_since": _iso(one.failing_since),
        "off_at": _iso(one.off_at),
        "off_why": one.off_why,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _columns(program: Program, row: dict[str, Any]) -> tuple[str, ...]:
    state = N_("en échec") if row["failing_since"] else N_("en service")
    said = program.say(N_("coupé") if row["off_at"] else state)
    waiting = program.say(N_("%(count)s en attente"), count=row["waiting"])
    return row["name"], said, waiting, ", ".join(row["events"]), row["url"]


@webhook.command(
    "remove",
    cls=Command,
    help=N_("""Ne plus rien annoncer à une adresse, et oublier ce qui l'a été.

\b
Exemple :
  grc webhook remove ged"""),
)
@_named
@json_option
@click.pass_obj
def remove(program: Program, name: str, as_json: bool) -> None:
    """What waits is not posted."""
    with program.running(), transaction():
        service.remove(name, actor=operator(), now=clock.now())
    _say_done(program, name, "removed", True, as_json, N_("Webhook supprimé : %(name)s"))


def _say_done(
    program: Program, name: str, what: str, is_now: bool, as_json: bool, text: str
) -> None:
    if as_json:
        print_json({"name": name, what: is_now})
    else:
        click.echo(program.say(text, name=name))


@webhook.command(
    "rotate",
    cls=Command,
    help=N_("""Donner un nouveau secret ; l'ancien signe encore à côté pendant un jour.

\b
Exemple :
  grc webhook rotate ged"""),
)
@_named
@json_option
@click.pass_obj
def rotate(program: Program, name: str, as_json: bool) -> None:
    """Say the new secret."""
    with program.running(), transaction():
        secret = service.rotate(name, actor=operator(), now=clock.now())
    _say_secret(program, name, secret, as_json, N_("Secret du webhook renouvelé : %(name)s"))


@webhook.command(
    "enable",
    cls=Command,
    help=N_("""Rétablir un webhook coupé après cinq jours d'échecs ou à la demande du receveur.

\b
Exemple :
  grc webhook enable ged"""),
)
@_named
@json_option
@click.pass_obj
def enable(program: Program, name: str, as_json: bool) -> None:
    """Again: nothing."""
    with program.running(), transaction():
        is_now = service.enable(name, actor=operator(), now=clock.now())
    done, already = N_("Webhook rétabli : %(name)s"), N_("Ce webhook était en service : %(name)s")
    _say_done(program, name, "enabled", is_now, as_json, done if is_now else already)


@webhook.command(
    "test",
    cls=Command,
    help=N_("""Envoyer tout de suite un essai signé, qui ne parle d'aucune demande.

Code de sortie : 0 pris, 1 pas pris.

\b
Exemple :
  grc webhook test ged"""),
)
@_named
@json_option
@click.pass_obj
def test(program: Program, name: str, as_json: bool) -> None:
    """One try, at once."""
    with program.running():
        uid = "test_" + secrets.token_hex(16)
        answer = delivering.test(service.find(name), uid, clock.now())
    if as_json:
        print_json({"name": name, "taken": answer.is_taken, "answer": answer.word})
    else:
        text = N_("Pris : %(answer)s") if answer.is_taken else N_("Pas pris : %(answer)s")
        click.echo(program.say(text, answer=answer.word))
    if not answer.is_taken:
        end(NOT_TAKEN)


@webhook.command(
    "deliveries",
    cls=Command,
    help=N_("""Montrer ce qui a été annoncé en dernier, le plus récent d'abord.

\b
Exemple :
  grc webhook deliveries ged --limit 100 --json"""),
)
@_named
@click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    default=20,
    metavar="N",
    help=N_("Combien au plus (20)."),
)
@json_option
@click.pass_obj
def deliveries(program: Program, name: str, limit: int, as_json: bool) -> None:
    """One line per delivery."""
    with program.running():
        rows = [_told(one) for one in service.latest(service.find(name).id, limit)]
    if as_json:
        print_json({"name": name, "deliveries": rows})
    else:
        print_table(_told_columns(program, row) for row in rows)


def _told(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.uid,
        "event": one.event,
        "case": session().get_one(Case, one.case_id).reference,
        "at": _iso(one.at),
        "state": one.state,
        "attempts": one.attempts,
        "answer": one.answer,
        "tried_at": _iso(one.tried_at),
    }


STATES = {
    "waiting": N_("en attente"),
    "delivered": N_("annoncé"),
    "withheld": N_("tu"),
    "failed": N_("en échec"),
}


def _told_columns(program: Program, row: dict[str, Any]) -> tuple[str, ...]:
    tries = program.say(N_("essais : %(count)s"), count=row["attempts"])
    said = program.say(STATES[row["state"]])
    return row["at"], row["event"], row["case"], said, tries, row["answer"] or "—"
