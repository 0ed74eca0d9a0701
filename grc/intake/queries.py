"""Reading the ledger: an item by its name, what became of items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy import text as sql

from grc.cases.models import Case
from grc.cases.queries import by_reference as case_by_reference
from grc.cases.reference import parse
from grc.core.db import session
from grc.core.errors import NotFound
from grc.core.i18n import N_, Text
from grc.correspondence import returning
from grc.intake.models import ATTENTION, Fetching, Item, Received
from grc.intake.service import locator_hash

OUTCOMES: Mapping[str, str] = {
    "opened": N_("demande ouverte"),
    "appended": N_("ajouté à une demande"),
    "duplicate": N_("doublon"),
    "applied": N_("avis technique pris en compte"),
    "split": N_("découpé"),
    "quarantined": N_("à examiner"),
    "discarded": N_("écarté"),
    "waiting": N_("en attente"),
}


def item_named(typed: str) -> Item:
    """The item that a reference (E-2026-0000123-X) or a bare id names. Raises NotFound."""
    item = session().get(Item, int(typed)) if _is_id(typed) else by_reference(typed)
    if item is None:
        raise NotFound(N_("Aucun élément reçu ne s'appelle « %(name)s »."), name=typed)
    return item


def by_reference(typed: str) -> Item | None:
    """The item a typed reference names; None when it is wrong or names none."""
    found = parse(typed)
    if found is None or not found.valid or found.kind != "E":
        return None
    item = session().get(Item, found.number)
    return item if item is not None and parse(item.reference) == found else None


def case_named(typed: str) -> Case | None:
    """The case that a reference names: its own, that of the item it was opened by, or that of a
    letter of ours which has left."""
    if letter := returning.left(typed):
        return session().get(Case, letter.case_id)
    item = by_reference(typed)
    if item is None or item.outcome != "opened":
        return case_by_reference(typed)
    return session().get(Case, item.case_id) if item.case_id else None


def item_of(item_id: int | None) -> Item | None:
    """The item a message came from; None for what we wrote."""
    return session().get(Item, item_id) if item_id else None


def _is_id(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) <= 18


def sources() -> dict[tuple[str, str], date]:
    """The day (Paris) each source, by channel and name, last delivered something."""
    query = select(Received.channel, Received.source, func.max(Received.on_date))
    rows = session().execute(query.group_by(Received.channel, Received.source))
    return {(row[0], row[1]): row[2] for row in rows}


def in_quarantine() -> dict[tuple[str, str], int]:
    """How many items of each source wait for a person, however old."""
    query = select(Item.channel, Item.source, func.count())
    query = query.where(sql(ATTENTION), Item.outcome == "quarantined")
    rows = session().execute(query.group_by(Item.channel, Item.source))
    return {(row[0], row[1]): row[2] for row in rows}


def known_locators(channel: str, source: str, locators: Sequence[str]) -> set[str]:
    """Those of these locators under which the ledger holds something."""
    named = {locator_hash(locator): locator for locator in locators}
    hashes, known = list(named), set[str]()
    for start in range(0, len(hashes), 500):
        query = select(Item.locator_hash).where(
            Item.channel == channel,
            Item.source == source,
            Item.locator_hash.in_(hashes[start : start + 500]),
        )
        known |= {named[found] for found in session().scalars(query)}
    return known


@dataclass(frozen=True)
class LastVisit:
    """What became of the latest visit to a source whose messages we fetch; `problem` None:
    all went well."""

    tried_at: datetime
    succeeded_at: datetime | None
    problem: Text | None


def last_visits() -> dict[tuple[str, str], LastVisit]:
    """The latest visit to each source that was ever fetched, by channel and name."""
    return {
        (row.channel, row.source): LastVisit(
            row.tried_at, row.succeeded_at, Text.from_json(row.problem) if row.problem else None
        )
        for row in session().scalars(select(Fetching))
    }
