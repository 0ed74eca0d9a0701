"""Storing what a program brings under a key of its own: once, however often it is sent."""

from datetime import datetime

from sqlalchemy import bindparam, select

from grc.core.actor import Actor
from grc.core.db import fetch, session
from grc.core.errors import Conflict
from grc.core.i18n import N_
from grc.intake import service
from grc.intake.models import Item
from grc.intake.service import Arrival

_SAME_KEY = select(Item.id, Item.sha256).where(
    Item.channel == bindparam("channel"),
    Item.source == bindparam("source"),
    Item.locator_hash == bindparam("locator"),
)


class KeyReused(Conflict):
    """Another content came before under this key."""


def store(arrival: Arrival, *, actor: Actor, now: datetime, acknowledge: bool) -> tuple[Item, bool]:
    """The item of an arrival, and whether it is new; its locator is the program's key.

    Raises KeyReused when the ledger holds other bytes under this locator. Two at once: one
    waits for the other.
    """
    hashed = service.alone_with(arrival.locator)
    here = {"channel": arrival.channel, "source": arrival.source, "locator": hashed}
    known = {row.sha256: row.id for row in fetch(_SAME_KEY, here)}
    if known.keys() - {arrival.sha256}:
        raise KeyReused(N_("Cette clé a déjà servi pour un autre contenu : donnez-en une autre."))
    if not known:
        new = service.store_alone(arrival, actor=actor, now=now, acknowledge=acknowledge)
        if new is not None:
            return new, True
        known = {row.sha256: row.id for row in fetch(_SAME_KEY, here)}
    return session().get_one(Item, known[arrival.sha256]), False
