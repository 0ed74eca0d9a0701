"""`grc post`: separator sheets to print, and what the pages of a batch became."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from grc.catalogue.queries import snapshot as catalogue
from grc.channels import separators
from grc.channels.separators import Separator, Sheet
from grc.cli import batches
from grc.cli.base import Command, Commands
from grc.cli.output import json_option, print_json, print_table
from grc.cli.program import Program
from grc.core.db import end_read, session
from grc.core.errors import InvalidInput, NotFound
from grc.core.i18n import N_
from grc.intake import accounts
from grc.intake.models import Item
from grc.intake.queries import OUTCOMES, item_named
from grc.organisation.queries import snapshot

WORDS = N_("Feuille de séparation : à poser avant chaque courrier de ce service.")
MEDICAL = N_("Courrier médical : à poser avant chacun. Aucune machine ne le lira.")


@click.group("post", cls=Commands, help=N_("Courrier numérisé : séparateurs et lots."))
def post() -> None:
    """The group."""


@post.command(
    "separators",
    cls=Command,
    help=N_("""Faire les feuilles de séparation d'un lot à numériser (PDF, une page par feuille).

Posée avant un courrier, une feuille dit à quel service il va, et sa nature si elle est donnée.
Sans --type, une feuille par service ; avec, une par service et par nature. Celles d'un service
médical (kind = "medical") le disent : le courrier qui suit n'est lu par aucune machine.

\b
Exemples :
  grc post separators --units apa,handicap separateurs.pdf
  grc post separators --unit apa --type apa separateurs.pdf"""),
)
@click.argument("out", metavar="OUT.pdf", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--unit",
    "--units",
    "units",
    multiple=True,
    required=True,
    metavar="CODE,…",
    help=N_("Services qui reçoivent : séparés par des virgules, ou option répétée."),
)
@click.option(
    "--type",
    "--types",
    "types",
    multiple=True,
    metavar="CODE,…",
    help=N_("Natures de demande : de même."),
)
@click.pass_obj
def separators_(
    program: Program, out: Path, units: tuple[str, ...], types: tuple[str, ...]
) -> None:
    """Write the sheets."""
    kinds = _codes(types) or [""]
    with program.running():
        sheets = [_sheet(program, unit, kind) for unit in _codes(units) for kind in kinds]
        end_read()
    title = program.say(N_("Feuilles de séparation"))
    try:
        out.write_bytes(separators.printed(sheets, title, program.locale))
    except OSError as error:
        text = N_("%(path)s ne peut pas être écrit (%(why)s).")
        raise InvalidInput(text, path=out, why=error.strerror or "?") from None
    click.echo(program.say(N_("%(count)s feuilles dans %(path)s."), count=len(sheets), path=out))


def _codes(given: tuple[str, ...]) -> list[str]:
    """Codes given one by one or several at once, each once."""
    codes = (code.strip() for value in given for code in value.split(","))
    return list(dict.fromkeys(filter(None, codes)))


def _sheet(program: Program, unit: str, kind: str) -> Sheet:
    found = snapshot().find_unit(unit)
    if found is None:
        raise InvalidInput(N_("le service « %(value)s » n'existe pas"), value=unit)
    view = catalogue().types.get(kind)
    if kind and view is None:
        raise InvalidInput(N_("la nature de demande « %(value)s » n'existe pas"), value=kind)
    label = view.label(program.locale) if view else ""
    is_medical = found.kind == "medical"
    words = program.say(MEDICAL if is_medical else WORDS)
    return Sheet(Separator(unit, kind, is_medical), found.name, label, words)


@post.command(
    "show",
    cls=Command,
    help=N_("""Montrer ce que sont devenues les pages d'un lot, et chacun de ses courriers.

ITEM : la référence du lot (E-2026-0000123-X) ou son numéro.

\b
Exemples :
  grc post show E-2026-0000123-X
  grc post show 123 --json"""),
)
@click.argument("item", metavar="ITEM")
@json_option
@click.pass_obj
def show(program: Program, item: str, as_json: bool) -> None:
    """Every page, every letter."""
    with program.running():
        found = item_named(item)
        account = accounts.of([found.id]).get(found.id)
        if account is None:
            text = N_("%(name)s n'est pas un lot découpé.")
            raise NotFound(text, name=found.reference)
        told = batches.as_json(found, account)
        letters = list(_letters(found))
        end_read()
    if as_json:
        print_json({**told, "parts": letters})
        return
    batches.say(program, [told])
    print_table([one["item"], program.say(OUTCOMES[one["outcome"]]), one["case"] or ""]
                for one in letters)  # fmt: skip


def _letters(batch: Item) -> Iterator[dict[str, Any]]:
    from grc.cases.models import Case

    rows = session().execute(
        select(Item, Case)
        .outerjoin(Case, Case.id == Item.case_id)
        .where(Item.parent_id == batch.id)
        .order_by(Item.id)
    )
    for letter, case in rows:
        yield {
            "item": letter.reference,
            "outcome": letter.outcome,
            "case": case.reference if case else None,
        }
