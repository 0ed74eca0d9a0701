"""`grc quarantine`: what could not be understood and waits for a person."""

from typing import Any

import click
from sqlalchemy import select

from grc.cases.models import Case
from grc.cli.base import Command, Commands
from grc.cli.importing import understand_again
from grc.cli.output import json_option, print_json, print_json_list, print_table
from grc.cli.program import Program, operator
from grc.core import clock
from grc.core.db import session, transaction
from grc.core.i18n import N_
from grc.intake import quarantine as intake
from grc.intake import service
from grc.intake.models import Item
from grc.intake.queries import OUTCOMES, item_named
from grc.intake.reasons import said
from grc.jobs.worker import tools
from grc.organisation.queries import snapshot

_item = click.argument("name", metavar="ITEM")


@click.group(
    "quarantine",
    cls=Commands,
    help=N_("""Éléments reçus à examiner : lire, relire, ouvrir une demande, écarter.

ITEM : la référence d'un élément (E-2026-0000123-X) ou son numéro."""),
)
def quarantine() -> None:
    """The group."""


@quarantine.command(
    "list",
    cls=Command,
    help=N_("""Lister ce qui attend, le plus ancien d'abord.

\b
Exemple :
  grc quarantine list --json"""),
)
@json_option
@click.pass_obj
def list_(program: Program, as_json: bool) -> None:
    """One line per item."""
    query = select(Item).where(Item.outcome == "quarantined").order_by(Item.id)
    with program.running():
        rows = session().scalars(query.execution_options(yield_per=500))
        if as_json:
            print_json_list("items", (_as_json(program, item) for item in rows))
        else:
            print_table(
                (item.reference, item.source, _why(program, item), item.locator) for item in rows
            )


@quarantine.command(
    "show",
    cls=Command,
    help=N_("""Montrer un élément et le début de ses octets.

\b
Exemple :
  grc quarantine show E-2026-0000123-X"""),
)
@_item
@json_option
@click.pass_obj
def show(program: Program, name: str, as_json: bool) -> None:
    """What is known of one item."""
    with program.running():
        item = item_named(name)
        shown, preview = _as_json(program, item), intake.preview(item)
    if as_json:
        print_json(shown | {"preview": preview})
        return
    for key, value in shown.items():
        click.echo(f"{key:<10} {'' if value is None else value}")
    click.echo(f"\n{preview}")


@quarantine.command(
    "retry",
    cls=Command,
    help=N_("""Essayer de nouveau de comprendre un élément, tout de suite.

\b
Exemple :
  grc quarantine retry E-2026-0000123-X"""),
)
@_item
@json_option
@click.pass_obj
def retry(program: Program, name: str, as_json: bool) -> None:
    """Put the item back, then understand it."""
    with program.running():
        with transaction():
            item = item_named(name)
            service.retry(item, actor=operator(), now=clock.now())
            item_id = item.id
        understand_again([item_id], tools())
        _say_outcome(program, item_id, as_json=as_json)


@quarantine.command(
    "open",
    cls=Command,
    help=N_("""Ouvrir une demande à partir d'un élément, qui y est joint tel quel.

\b
Exemple :
  grc quarantine open 123 --subject "Demande d'APA" --name "Marie Durand" """),
)
@_item
@click.option("--subject", required=True, metavar="TEXT", help=N_("Objet de la demande."))
@click.option("--text", default="", metavar="TEXT", help=N_("Ce que la personne demande."))
@click.option("--name", "who", default="", metavar="TEXT", help=N_("Nom de la personne."))
@click.option("--email", default="", metavar="TEXT", help=N_("Son adresse électronique."))
@json_option
@click.pass_obj
def open_(
    program: Program, name: str, subject: str, text: str, who: str, email: str, as_json: bool
) -> None:
    """Open, then route."""
    with program.running():
        with transaction():
            item = item_named(name)
            item_id = item.id
            intake.open_by_hand(
                item,
                subject=subject,
                text=text,
                name=who,
                email=email,
                actor=operator(),
                now=clock.now(),
            )
        understand_again([item_id], tools())
        _say_outcome(program, item_id, as_json=as_json)


@quarantine.command(
    "discard",
    cls=Command,
    help=N_("""Écarter un élément, avec une raison ; ses octets restent.

\b
Exemple :
  grc quarantine discard 123 --reason "publicité" """),
)
@_item
@click.option("--reason", required=True, metavar="TEXT", help=N_("Pourquoi."))
@json_option
@click.pass_obj
def discard(program: Program, name: str, reason: str, as_json: bool) -> None:
    """Set aside."""
    with program.running():
        with transaction():
            item = item_named(name)
            service.discard(item, reason, actor=operator(), now=clock.now())
            item_id = item.id
        _say_outcome(program, item_id, as_json=as_json)


def _say_outcome(program: Program, item_id: int, *, as_json: bool) -> None:
    session().expire_all()
    item = session().get_one(Item, item_id)
    if as_json:
        print_json(_as_json(program, item))
        return
    words = [item.reference, ":", program.say(OUTCOMES[item.outcome])]
    if item.reason:
        words.append(f"({_why(program, item)})")
    if (reference := _case_of(item)) is not None:
        words.append(reference)
    click.echo(" ".join(words))


def _why(program: Program, item: Item) -> str:
    return program.say(said(item.reason)) if item.reason else ""


def _case_of(item: Item) -> str | None:
    case = session().get(Case, item.case_id) if item.case_id else None
    return case.reference if case else None


def _as_json(program: Program, item: Item) -> dict[str, Any]:
    return {
        "reference": item.reference,
        "id": item.id,
        "channel": item.channel,
        "source": item.source,
        "locator": item.locator,
        "size": item.size,
        "sha256": item.sha256,
        "stored_at": item.stored_at.isoformat(),
        "outcome": item.outcome,
        "reason": item.reason,
        "sentence": _why(program, item) or None,
        "detail": str(item.explanation) if item.explanation else None,
        "unit": snapshot().unit_by_id(item.unit_id).code if item.unit_id else None,
        "case": _case_of(item),
    }
