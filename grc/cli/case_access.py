"""`grc case access`: who may read one case and why; for administrators."""

from collections.abc import Iterator
from typing import Any

import click

from grc.cases import access as lists
from grc.cases.access import Access, Reader
from grc.cases.models import Case
from grc.cli.base import Command
from grc.cli.case import case_named
from grc.cli.output import json_option, print_json, print_table
from grc.cli.program import Program, operator
from grc.core import clock
from grc.core.db import transaction
from grc.core.errors import InvalidInput
from grc.core.i18n import N_
from grc.staff.policy import LEVEL_LABELS


@click.command(
    "access",
    cls=Command,
    help=N_("""Montrer ou changer qui peut lire une demande, et pourquoi.

Une liste est une liste de personnes : qui arrive dans un service après coup n'y est pas.
Un refus l'emporte sur tout. Chaque changement est inscrit au journal, avec sa raison.

\b
Exemples :
  grc case access D-2026-0000042-K
  grc case access D-2026-0000042-K --allow v.martin --why "Nouvelle référente"
  grc case access D-2026-0000042-K --refuse j.petit --why "Parent de l'usager" """),
)
@click.argument("reference", metavar="REF")
@click.option("--allow", metavar="LOGIN", help=N_("Autoriser cette personne à lire."))
@click.option("--refuse", metavar="LOGIN", help=N_("Lui refuser, quel que soit son service."))
@click.option("--forget", metavar="LOGIN", help=N_("L'ôter de la liste, refus compris."))
@click.option("--why", default="", metavar="TEXT", help=N_("Pourquoi ; obligatoire pour changer."))
@json_option
@click.pass_obj
def access(
    program: Program,
    reference: str,
    allow: str | None,
    refuse: str | None,
    forget: str | None,
    why: str,
    as_json: bool,
) -> None:
    """Change if asked to, then show the list."""
    given = ((lists.allow, allow), (lists.refuse, refuse), (lists.forget, forget))
    asked = [(change, login) for change, login in given if login is not None]
    with program.running():
        _check(len(asked), why)
        for change, login in asked:
            with transaction():
                change(case_named(reference), login, why, actor=operator(), now=clock.now())
        one = case_named(reference)
        found = lists.who_may_read(one, clock.now())
        if as_json:
            print_json(_as_json(one, found))
        else:
            _print(program, one, found)


def _check(changes: int, why: str) -> None:
    if changes > 1:
        raise InvalidInput(N_("Un changement à la fois : --allow, --refuse ou --forget."))
    if why and not changes:
        raise InvalidInput(N_("--why va avec --allow, --refuse ou --forget."))


def _print(program: Program, one: Case, found: Access) -> None:
    click.echo(f"{one.reference}  {program.say(LEVEL_LABELS[one.level])}")
    print_table(_lines(program, (*found.readers, *found.refused)))


def _lines(program: Program, people: tuple[Reader, ...]) -> Iterator[tuple[str | None, ...]]:
    for one in people:
        until = one.until and f"→ {one.until.isoformat(timespec='minutes')}"
        because = program.say(lists.BECAUSE[one.because])
        yield tuple(cell for cell in (one.login, one.name, because, until, one.remark) if cell)


def _as_json(one: Case, found: Access) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "level": one.level,
        "readers": [_person(reader) for reader in found.readers],
        "refused": [_person(reader) for reader in found.refused],
    }


def _person(reader: Reader) -> dict[str, Any]:
    return {
        "login": reader.login,
        "name": reader.name,
        "because": reader.because,
        "until": reader.until and reader.until.isoformat(timespec="seconds"),
        "remark": reader.remark,
    }
