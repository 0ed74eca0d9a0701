"""Figures that leave the house: nobody is to be recognised in a small number. Pure."""

from collections.abc import Mapping
from typing import Any

from grc.appointments.words import Kind
from grc.core.actor import Actor

FEW = 5  # the smallest number that is told; 0 is told too
READER = Actor(
    "outside", is_script=True
)  # reads no case: those of a list of people are not counted
_OF_VISITS = ("waiting_median", "waiting_p90")  # measures of the people counted in `visits`
_OF_RIGHTS = "monthly_cents"  # of those counted in `obtained`


def masked(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of figures whose counts from 1 to 4 are None; so are measures and sums of so few, and
    what would give one of them back by a subtraction."""
    found = {name: _masked(value) for name, value in row.items()}
    if "interviews" in row and "by_kind" in row:  # one number, told twice
        found["interviews"] = found["by_kind"].get(Kind.INTERVIEW, 0)
    for name in (*_OF_VISITS, _OF_RIGHTS):
        if name in row:
            few = found["obtained" if name == _OF_RIGHTS else "visits"] is None
            found[name] = None if few else row[name]
    return found


def _masked(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _broken_down(value)
    return None if isinstance(value, int) and 0 < value < FEW else value


def _broken_down(counts: Mapping[str, int]) -> Mapping[str, int | None]:
    """The parts of a whole that may be known. A part that is alone to be masked, or parts that are
    all 1, are what the others leave of it: the smallest of those is masked too."""
    few = [number for number in counts.values() if 0 < number < FEW]
    known = sorted((number, name) for name, number in counts.items() if number >= FEW)
    is_given_away = bool(few) and (len(few) == 1 or sum(few) == len(few))
    also = known[0][1] if known and is_given_away else None
    return {name: None if name == also else _masked(number) for name, number in counts.items()}
