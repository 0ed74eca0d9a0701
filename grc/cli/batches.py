"""`grc import` of wholes that are split without being told how: batches of scanned pages."""

from typing import Any

import click
from sqlalchemy import select

from grc.channels.past import Account
from grc.cli import tables
from grc.cli.importing import Import, Report, understand_all
from grc.cli.program import Program
from grc.core.db import end_read, session
from grc.core.i18n import N_
from grc.intake import accounts
from grc.intake.models import Item
from grc.jobs.worker import tools

COUNTED = N_(
    "%(item)s : %(total)s pages = %(used)s de courriers + %(separators)s séparateurs "
    "+ %(blank)s blanches"
)
BLANK = N_("Pages blanches laissées de côté : %(pages)s.")


def run(program: Program, job: Import, report: Report, *, store_only: bool) -> None:
    """Store the batches, cut them, understand their parts, account for every page."""
    tables.store_files(job, report)
    if not store_only and not job.stopping():
        tables.split_all(job, report, tools())
        understand_all(job, report, tools())
    report.more |= {"files": len(report.files), "batches": _batches(report.files)}
    report.more["reasons"] = tables.refused_files(program, report)


def _batches(item_ids: list[int]) -> list[dict[str, Any]]:
    counted = accounts.of(item_ids)
    items = session().scalars(select(Item).where(Item.id.in_(list(counted))).order_by(Item.id))
    found = [as_json(item, counted[item.id]) for item in items]
    end_read()
    return found


def as_json(item: Item, account: Account) -> dict[str, Any]:
    """What the pages of a batch were."""
    return {
        "item": item.reference,
        "locator": item.locator,
        "pages": account.total,
        "letters": item.applied_id or 0,
        "letter_pages": account.used,
        "separators": list(account.separators),
        "blanks": list(account.blanks),
    }


def say(program: Program, batches: list[dict[str, Any]]) -> None:
    """The same in sentences."""
    for one in batches:
        counts = {
            "item": one["item"],
            "total": one["pages"],
            "used": one["letter_pages"],
            "separators": len(one["separators"]),
            "blank": len(one["blanks"]),
        }
        click.echo(program.say(COUNTED, **counts))
        if one["blanks"]:
            click.echo(program.say(BLANK, pages=", ".join(map(str, one["blanks"]))))
