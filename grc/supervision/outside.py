"""Figures that leave the house: nobody is to be recognised in a small number. Pure."""

from collections.abc import Mapping
from typing import Any

from grc.core.actor import Actor

FEW = 5  # the smallest number that is told; 0 is told too
READER = Actor(
    "outside", is_script=True
)  # reads no case: those of a list of people are not counted
_OF_VISITS = ("waiting_median", "waiting_p90")  # measures of the people counted in `visits`
_OF_RIGHTS = "monthly_cents"  # of those counted in `obtained`


def masked(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of figures whose counts from 1 to 4 are None; so are measures and sums of so few."""
    found = {name: _masked(value) for name, value in row.items()}
    for name in (*_OF_VISITS, _OF_RIGHTS):
        if name in row:
            few = found["obtained" if name == _OF_RIGHTS else "visits"] is None
            found[name] = None if few else row[name]
    return found


def _masked(value: Any) -> Any:
    if isinstance(value, Mapping):
        return masked(value)
    return None if isinstance(value, int) and 0 < value < FEW else value
