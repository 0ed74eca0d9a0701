"""Reading the ledger: an item by its name, what became of items."""

from collections.abc import Mapping

from grc.cases.reference import parse
from grc.core.db import session
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.intake.models import Item

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
    number = _number(typed)
    item = session().get(Item, number) if number is not None else None
    found = parse(typed)
    if item is None or (found is not None and parse(item.reference) != found):
        raise NotFound(N_("Aucun élément reçu ne s'appelle « %(name)s »."), name=typed)
    return item


def _number(typed: str) -> int | None:
    found = parse(typed)
    if found is not None:
        return found.number if found.valid and found.kind == "E" else None
    is_id = typed.isascii() and typed.isdigit() and len(typed) <= 18
    return int(typed) if is_id else None
