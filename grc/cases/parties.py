"""Who takes part in a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grc.cases.models import Party
from grc.core import db


@dataclass(frozen=True)
class NewParty:
    """Who takes part, as far as is known."""

    role: str
    citizen_id: int | None = None
    contact_point_id: int | None = None
    name: str | None = None
    organisation: str | None = None
    is_first: bool = False  # nothing had come from this contact point before


def add(case_id: int, party: NewParty, *, is_correspondent: bool) -> None:
    """Write somebody down as taking part; the correspondent is who we write to."""
    db.add(Party, **_row(case_id, party), is_correspondent=is_correspondent)


def add_others(case_id: int, others: Sequence[NewParty]) -> None:
    """Who takes part besides the correspondent."""
    rows = [_row(case_id, party) | {"is_correspondent": False} for party in others]
    db.add_all(Party, rows)


def _row(case_id: int, party: NewParty) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "citizen_id": party.citizen_id,
        "contact_point_id": party.contact_point_id,
        "name": party.name,
        "organisation": party.organisation,
        "role": party.role,
    }
