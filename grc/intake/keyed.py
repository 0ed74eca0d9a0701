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

_OTHER = (
    select(Item.id)
    .where(
        Item.channel == bindparam("channel"),
        Item.source == bindparam("source"),
        Item.locator_hash == bindparam("locator"),
        Item.sha256 != bindparam("sha256"),
    )
    .limit(1)
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
    if fetch(_OTHER, here | {"sha256": arrival.sha256}).first() is not None:
        raise KeyReused(N_("Cette clé a déjà servi pour un autre contenu : donnez-en une autre."))
    stored = service.store([arrival], actor=actor, now=now, acknowledge=acknowledge)
    return session().get_one(Item, stored.ids[0]), bool(stored.new)
