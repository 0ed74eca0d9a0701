"""Creating people and the contact points that find them again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from grc.citizens import sounding
from grc.citizens.matching import Candidate, Match, match, plain_name
from grc.citizens.models import Citizen, CitizenContact, CitizenKey, ContactPoint
from grc.citizens.sounding import SOUND
from grc.core.db import add, add_later, fetch, session, write_later

_POINT = select(ContactPoint.id).where(
    ContactPoint.kind == bindparam("kind"), ContactPoint.value == bindparam("value")
)
_OWNERS = (
    select(Citizen.id, Citizen.name, Citizen.survivor_id)
    .join(CitizenContact, CitizenContact.citizen_id == Citizen.id)
    .where(CitizenContact.contact_point_id == bindparam("point"))
    .order_by(Citizen.id)
)


@dataclass(frozen=True)
class Known:
    """What is known of the author of a message."""

    match: Match
    contact_point_id: int | None
    name: str | None
    is_new: bool = False  # the contact point was not known before
    told: tuple[int, ...] = ()  # every contact point told, this one among them


def recognise(kind: str, value: str | None, name: str | None, *, now: datetime) -> Known:
    """Find or create the person behind an e-mail address or a telephone number (E.164).

    A new address makes a new citizen; a shared or contradicted one makes a proposal and no
    citizen; no address at all makes neither, nor does a number without a name.
    """
    if value is None:
        return Known(Match("none", None, ()), None, name)
    value = value.lower()
    point_id, is_new = _point(kind, value, now)
    found = match(value, name, [] if is_new else owners(point_id), kind=kind)
    if found.kind == "none" and (name or kind == "email"):
        citizen_id = create(name, [(kind, point_id, value)], origin=kind, now=now)
        found = Match("matched", citizen_id, found.reasons)
    return Known(found, point_id, name, is_new)


def contact_point(kind: str, value: str, *, now: datetime) -> int:
    """The id of a contact point, created when it is new. `value` is normalised."""
    return _point(kind, value, now)[0]


def _point(kind: str, value: str, now: datetime) -> tuple[int, bool]:
    """(id, whether it is new)."""
    found = fetch(_POINT, {"kind": kind, "value": value}).scalar()
    if found is not None:
        return found, False
    return add(ContactPoint, kind=kind, value=value, created_at=now), True


def owners(contact_point_id: int) -> list[Candidate]:
    """The people known at a contact point."""
    write_later(CitizenContact)
    rows = fetch(_OWNERS, {"point": contact_point_id})
    return [Candidate(row.id, row.name, row.survivor_id) for row in rows]


def create(
    name: str | None,
    contacts: Sequence[tuple[str, int, str]],
    *,
    origin: str,
    now: datetime,
) -> int:
    """A new citizen with (kind, contact_point_id, value) contacts and the keys to find them."""
    citizen_id = add(Citizen, name=name, language="fr", created_at=now)
    keys = name_keys(name)
    for kind, point_id, value in contacts:
        add_later(CitizenContact, **_contact(citizen_id, point_id, origin))
        keys.append((kind, value))
    for kind, key in keys:
        add_later(CitizenKey, citizen_id=citizen_id, kind=kind, key=key[:200])
    return citizen_id


def name_keys(name: str | None) -> list[tuple[str, str]]:
    """The (kind, key) pairs that find somebody by the words of a name and by their sound, each
    once."""
    words = list(dict.fromkeys(plain_name(name or "").split()))
    heard = [(SOUND, key) for word in words if (key := sounding.key(word))]
    return [("name", word) for word in words] + heard


def attach(citizen_id: int, contact_point_id: int, *, origin: str) -> None:
    """Note that a person can be reached at a contact point; twice is once."""
    write_later(CitizenContact)
    if session().get(CitizenContact, (citizen_id, contact_point_id)) is None:
        add_later(CitizenContact, **_contact(citizen_id, contact_point_id, origin))


def _contact(citizen_id: int, contact_point_id: int, origin: str) -> dict[str, Any]:
    return {"citizen_id": citizen_id, "contact_point_id": contact_point_id, "origin": origin}
