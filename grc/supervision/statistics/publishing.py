"""Lines of figures as they are told; to who is outside, without the small numbers. Pure.

A number from 1 to `few - 1` might let somebody be recognised. It is not told, nor is what a
subtraction would give back: a part of which the rest is so small, what is measured on so few,
and what a column leaves of its sum when all its other numbers are told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from grc.supervision.statistics.facts import Measure
from grc.supervision.statistics.measures import Numbers, total

COUNTS = (
    *(Measure.CONTACT, Measure.OPENED, Measure.HANDLED, Measure.AT_ONCE),
    *(Measure.TWICE, Measure.REOPENED, Measure.DUE, Measure.KEPT),
)
WHOLES: Mapping[str, str] = {  # a part -> what it is a part of
    Measure.AT_ONCE: Measure.HANDLED,
    Measure.KEPT: Measure.DUE,
}
MASKED = "*"
Counts = Mapping[str, int]
Wholes = Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """One line: a number each, None where there is nothing to tell, `MASKED` where it may not
    be told. Shares and means are floats, delays civil days."""

    key: Any
    values: Mapping[str, Any]


def lines(rows: Mapping[Any, Numbers], few: int | None) -> tuple[list[Line], Line]:
    """The lines in their order, and their sum. `few`: the smallest number told to the outside;
    None: told inside, as it is."""
    whole = total(rows.values())
    if few is None:
        return [Line(key, _values(row)) for key, row in rows.items()], Line(None, _values(whole))
    counts = {key: _counts(row) for key, row in rows.items()}
    hidden, own = hide(counts, _counts(whole), WHOLES, few)
    told = [Line(key, _without(row, hidden[key], few)) for key, row in rows.items()]
    return told, Line(None, _without(whole, own, few))


def hide(
    rows: Mapping[Any, Counts], whole: Counts, wholes: Wholes, few: int
) -> tuple[dict[Any, set[str]], set[str]]:
    """Which numbers each line may not tell, and which the sum of all may not: a sum is told
    unless it is small, or says what its lines are when none of them is told."""
    hidden: dict[Any, set[str]] = {key: set() for key in rows}
    own = {name for name in whole if _is_few(name, whole, wholes, few)}
    for name in whole:
        masked = _hidden(name, rows, whole, wholes, few)
        for key in masked:
            hidden[key].add(name)
        if masked and _is_given_away([rows[key][name] for key in masked], few):
            own.add(name)
    return hidden, own


def _is_few(name: str, row: Counts, wholes: Wholes, few: int) -> bool:
    number = row[name]
    rest = row[wholes[name]] - number if name in wholes else 0
    return 0 < number < few or 0 < rest < few


def _hidden(
    name: str, rows: Mapping[Any, Counts], whole: Counts, wholes: Wholes, few: int
) -> set[Any]:
    """The lines that do not tell this number. What they leave of the sum must be many, and
    more than one way to share it: else the smallest number told is not told either."""
    hidden = {key for key, row in rows.items() if _is_few(name, row, wholes, few)}
    if not hidden or _is_few(name, whole, wholes, few):
        return hidden
    known = sorted(
        (key for key, row in rows.items() if key not in hidden and row[name]),
        key=lambda key: rows[key][name],
    )
    while known and _is_given_away([rows[key][name] for key in hidden], few):
        hidden.add(known.pop(0))
    return hidden


def _is_given_away(numbers: list[int], few: int) -> bool:
    left = sum(numbers)
    return len(numbers) == 1 or left < few or left in (len(numbers), len(numbers) * (few - 1))


def _counts(row: Numbers) -> dict[str, int]:
    return {str(name): row.of(name) for name in COUNTS}


def _values(row: Numbers) -> dict[str, Any]:
    found: dict[str, Any] = dict(_counts(row))
    found["at_once_share"], found["on_time"] = row.at_once, row.on_time
    found["contacts_each"] = row.contacts_each
    for name in (Measure.ANSWERED, Measure.HANDLED):
        found[f"{name}_median"] = row.delay(name, 50)
        found[f"{name}_p90"] = row.delay(name, 90)
    return found


def _without(row: Numbers, hidden: Iterable[str], few: int) -> dict[str, Any]:
    found, masked = _values(row), set(hidden)
    if masked & {Measure.HANDLED, Measure.AT_ONCE}:
        masked.add("at_once_share")
    if Measure.HANDLED in masked:
        masked.add("contacts_each")
    if masked & {Measure.DUE, Measure.KEPT}:
        masked.add("on_time")
    for name in (Measure.ANSWERED, Measure.HANDLED):
        if 0 < row.of(name) < few or str(name) in masked:
            masked |= {f"{name}_median", f"{name}_p90"}
    return {name: MASKED if name in masked else value for name, value in found.items()}
