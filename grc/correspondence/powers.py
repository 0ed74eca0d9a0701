"""Delegations of signature: who may sign which letters of which services, and until when."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from grc.core.db import session
from grc.correspondence.models import Delegation, OurLetter
from grc.organisation.cache import Cache
from grc.organisation.queries import snapshot
from grc.staff.queries import Tree, with_below


def _tree() -> Tree:
    return {unit.id: (unit.above, unit.department_id) for unit in snapshot().units}


@dataclass(frozen=True)
class Power:
    """A delegation of signature, with every unit it holds for; `types` empty: all of them."""

    user_id: int
    name: str
    quality: str
    act: str
    units: frozenset[int]
    types: frozenset[str]
    valid_from: date
    valid_to: date


def _powers() -> tuple[Power, ...]:
    tree = _tree()
    rows = session().scalars(select(Delegation).where(Delegation.is_active).order_by(Delegation.id))
    return tuple(
        Power(
            row.user_id,
            row.name,
            row.quality,
            row.act,
            with_below({row.unit_id}, tree),
            frozenset(row.types),
            row.valid_from,
            row.valid_to,
        )
        for row in rows
    )


_given = Cache(_powers)


def powers(user_id: int | None, today: date) -> tuple[Power, ...]:
    """What a person may sign today."""
    return tuple(
        one
        for one in _given.get()
        if one.user_id == user_id and one.valid_from <= today < one.valid_to
    )


def power_over(letter: OurLetter, user_id: int | None, today: date) -> Power | None:
    """The delegation under which a person may sign this letter today."""
    for one in powers(user_id, today):
        if letter.unit_id in one.units and (not one.types or letter.type_code in one.types):
            return one
    return None
