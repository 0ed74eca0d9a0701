"""Who takes part in a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.cases import fields, told
from grc.cases.models import Party
from grc.core import db
from grc.core.actor import Actor


@dataclass(frozen=True)
class NewParty:
    """Who takes part, as far as is known."""

    role: str
    citizen_id: int | None = None
    contact_point_id: int | None = None
    name: str | None = None
    organisation: str | None = None
    is_first: bool = False  # nothing had come from this contact point before
    told: tuple[int, ...] = ()  # other contact points told of this person
    is_again: bool = False  # takes part already: only what is told is new


def add(case_id: int, party: NewParty, *, is_correspondent: bool) -> None:
    """Write somebody down as taking part; the correspondent is who we write to."""
    db.add(Party, **_row(case_id, party), is_correspondent=is_correspondent)
    _note_told(case_id, party)


def add_others(case_id: int, others: Sequence[NewParty]) -> None:
    """Who takes part besides the correspondent, and what is told of who did already."""
    new = [party for party in others if not party.is_again]
    db.add_all(Party, [_row(case_id, party) | {"is_correspondent": False} for party in new])
    for party in others:
        _note_told(case_id, party)


def tell_others(case_id: int, others: Sequence[NewParty], *, actor: Actor, now: datetime) -> None:
    """Write who came to take part after the case was opened, by name."""
    named = (party.name or party.organisation for party in others if not party.is_again)
    fields.tell_parties(case_id, "", ", ".join(filter(None, named)), actor=actor, now=now)


def _note_told(case_id: int, party: NewParty) -> None:
    said = set() if party.is_again else {party.contact_point_id}  # by the party itself
    told.note(case_id, party.citizen_id, set(party.told) - said)


def _row(case_id: int, party: NewParty) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "citizen_id": party.citizen_id,
        "contact_point_id": party.contact_point_id,
        "name": party.name,
        "organisation": party.organisation,
        "role": party.role,
    }
