"""`grc case`: list the cases, show everything about one, say who may read it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click
from sqlalchemy import Select, select

from grc.cases.models import Case, Handling
from grc.cases.queries import by_reference
from grc.cases.reference import parse
from grc.cases.states import STATUS_LABELS, Status
from grc.cli.base import Command, Commands
from grc.cli.output import json_option, print_json, print_json_list, print_table
from grc.cli.program import Program
from grc.core.actor import SYSTEM
from grc.core.clock import PARIS
from grc.core.db import session
from grc.core.errors import InvalidInput, NotFound
from grc.core.i18n import N_
from grc.organisation.queries import snapshot
from grc.staff.policy import LEVEL_LABELS
from grc.supervision.case_file import case_file
from grc.supervision.case_json import as_json as case_as_json
from grc.supervision.views import CaseFile


@click.group(
    "case",
    cls=Commands,
    commands_at={"access": ("grc.cli.case_access:access", N_("Qui peut lire une demande"))},
    help=N_("Lister et montrer les demandes."),
)
def case() -> None:
    """The group."""


@case.command(
    "list",
    cls=Command,
    help=N_("""Lister les demandes, les plus récentes d'abord.

\b
Exemples :
  grc case list --status received --unit apa
  grc case list --json --limit 100"""),
)
@click.option("--status", metavar="STATUS", help=N_("Seulement cet état."))
@click.option("--unit", metavar="CODE", help=N_("Seulement ce service."))
@click.option("--request-type", metavar="CODE", help=N_("Seulement cette nature de demande."))
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help=N_("Au plus N demandes."))
@json_option
@click.pass_obj
def list_(
    program: Program,
    status: str | None,
    unit: str | None,
    request_type: str | None,
    limit: int | None,
    as_json: bool,
) -> None:
    """One line per case."""
    with program.running():
        rows = _rows(_query(status, unit, request_type).limit(limit))
        if as_json:
            print_json_list("cases", rows)
        else:
            print_table(_columns(program, row) for row in rows)


def _columns(program: Program, row: dict[str, Any]) -> tuple[str | None, ...]:
    status = program.say(STATUS_LABELS[row["status"]])
    return row["reference"], status, row["unit"], row["received_at"], row["subject"]


def _query(status: str | None, unit: str | None, request_type: str | None) -> Select[Any]:
    query = select(Case).order_by(Case.id.desc())
    if status is not None:
        if status not in set(Status):
            known = ", ".join(Status)
            raise InvalidInput(
                N_("L'état « %(status)s » n'existe pas ; connus : %(known)s."),
                status=status,
                known=known,
            )
        query = query.where(Case.status == status)
    if unit is not None:
        handled = select(Handling.case_id).where(Handling.unit_id == snapshot().unit(unit).id)
        query = query.where(Case.id.in_(handled))
    if request_type is not None:
        query = query.where(Case.request_type == request_type)
    return query


def _rows(query: Select[Any]) -> Iterator[dict[str, Any]]:
    """Rows a few hundred at a time: a list may be longer than memory."""
    found = session().scalars(query.execution_options(yield_per=500))
    for part in found.partitions(500):
        units = _units([one.id for one in part])
        for one in part:
            yield {
                "reference": one.reference,
                "status": one.status,
                "nature": one.nature,
                "unit": units.get(one.id),
                "request_type": one.request_type,
                "level": one.level,
                "priority": one.priority,
                "channel": one.channel,
                "source": one.source,
                "received_at": one.received_at.isoformat(timespec="seconds"),
                "subject": one.subject,
            }
            session().expunge(one)


def _units(case_ids: list[int]) -> dict[int, str]:
    """The unit in charge of each case: an open handling if any, the oldest."""
    query = select(Handling.case_id, Handling.unit_id).where(Handling.case_id.in_(case_ids))
    rows = session().execute(query.order_by(Handling.is_open, Handling.id.desc()))
    return {row.case_id: snapshot().unit_by_id(row.unit_id).code for row in rows}


@case.command(
    "show",
    cls=Command,
    help=N_("""Montrer tout ce qui est connu d'une demande.

\b
Exemples :
  grc case show D-2026-0000042-K
  grc case show D-2026-0000042-K --json"""),
)
@click.argument("reference", metavar="REF")
@json_option
@click.pass_obj
def show(program: Program, reference: str, as_json: bool) -> None:
    """The file of one case."""
    with program.running():
        file = case_file(SYSTEM, case_named(reference), program.locale)
    if as_json:
        print_json(case_as_json(file))
    else:
        _print(program, file)


def case_named(typed: str) -> Case:
    """The case of this reference. Raises InvalidInput when it is mistyped, else NotFound."""
    found = parse(typed)
    if found is not None and not found.valid:
        raise InvalidInput(
            N_("La référence « %(reference)s » contient une faute de frappe."), reference=typed
        )
    one = by_reference(typed)
    if one is None:
        raise NotFound(N_("Aucune demande ne s'appelle « %(reference)s »."), reference=typed)
    return one


def _print(program: Program, file: CaseFile) -> None:
    click.echo(f"{file.reference}  {file.status_label}  {file.subject}")
    level = program.say(LEVEL_LABELS[file.level])
    click.echo(f"{file.unit_name or '?'} — {file.request_type_label or '—'} — {level}")
    who = file.citizen.name or next((p.name or p.contact for p in file.parties), None)
    click.echo(program.say(N_("De : %(who)s"), who=who or "?"))
    if file.routing:
        click.echo(file.routing[0].sentence)
    for deadline in file.deadlines:
        if deadline.met_at is None:
            why = ", ".join(deadline.reasons)
            click.echo(program.say(N_("Échéance : %(on)s (%(why)s)"), on=deadline.due_on, why=why))
    for message in file.messages:
        arrow = "→" if message.direction == "out" else "←"
        click.echo(f"\n{arrow} {_paris(message.sent_at)}  {message.sender}")
        click.echo(message.text)
        for attachment in message.attachments:
            click.echo(f"  [{attachment.number}] {attachment.filename} ({attachment.size})")
    click.echo("")
    for act in file.timeline:
        click.echo(f"{_paris(act.at)}  {act.actor_name:<16} {act.sentence}")


def _paris(moment: datetime) -> str:
    return f"{moment.astimezone(PARIS):%Y-%m-%d %H:%M}"
