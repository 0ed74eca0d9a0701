"""One thing of the organisation, changed: what the file would say instead. Pure.

Nothing is judged here: `files.read` does, as it judges a file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Protocol, TypeVar

from grc.organisation.tables import ClosedDay, Mailbox, Organisation, Site, Territory, Unit
from grc.organisation.territory import Range


class Coded(Protocol):
    """What has a code of its own."""

    @property
    def code(self) -> str:
        """The code."""


Row = TypeVar("Row", bound=Coded)


def put_unit(here: Organisation, unit: Unit) -> Organisation:
    """The same with this unit, new or in place of the one of its code."""
    return replace(here, units=_put(here.units, unit))


def put_site(here: Organisation, site: Site) -> Organisation:
    """The same with this site."""
    return replace(here, sites=_put(here.sites, site))


def put_territory(here: Organisation, territory: Territory) -> Organisation:
    """The same with this territory; what it serves is given to it by `move`."""
    return replace(here, territories=_put(here.territories, territory))


def put_mailbox(here: Organisation, box: Mailbox) -> Organisation:
    """The same with this mailbox."""
    return replace(here, mailboxes=_put(here.mailboxes, box))


def put_closed_day(here: Organisation, day: ClosedDay) -> Organisation:
    """The same, closed that day."""
    return replace(here, closed_days=_put(here.closed_days, day))


def open_day(here: Organisation, code: str) -> Organisation:
    """The same, open on a day that was closed."""
    return replace(here, closed_days=tuple(one for one in here.closed_days if one.code != code))


def move(here: Organisation, insee: str, territory: str, since: date) -> Organisation:
    """The same with a commune, but its streets that are named apart, served by a territory from
    a day on. What was planned later for it no longer is; the days before stay what they were."""
    ranges = [one for kept in here.ranges if (one := _until(kept, insee, since)) is not None]
    last = next((one for one in ranges if one.valid_to == since and _is_rest(one, insee)), None)
    if last is not None and last.territory == territory:
        ranges[ranges.index(last)] = replace(last, valid_to=None)
    else:
        ranges.append(Range(territory, insee, valid_from=since))
    return replace(here, ranges=tuple(ranges))


def moved(before: Iterable[Unit], after: Iterable[Unit]) -> list[str]:
    """The codes of the units that have another department, the unit at the top of their tree."""
    was, becomes = _tops(before), _tops(after)
    return [code for code, top in was.items() if becomes.get(code, top) != top]


def _tops(units: Iterable[Unit]) -> dict[str, str]:
    parents = {unit.code: unit.parent for unit in units}
    return {code: _top(code, parents) for code in parents}


def _top(code: str, parents: Mapping[str, str]) -> str:
    """Its own, where units stand above each other in a circle: `files.read` says so."""
    at, left = code, len(parents)
    while left and parents.get(at):
        at, left = parents[at], left - 1
    return at if left else code


def _until(one: Range, insee: str, since: date) -> Range | None:
    """A range as it is when something else begins on a day; None when it begins later."""
    if not _is_rest(one, insee) or (one.valid_to is not None and one.valid_to < since):
        return one
    return replace(one, valid_to=since) if one.valid_from < since else None


def _is_rest(one: Range, insee: str) -> bool:
    return one.insee == insee and not one.street


def _put(rows: Iterable[Row], row: Row) -> tuple[Row, ...]:
    """The row in its place, or at the end."""
    found = list(rows)
    place = next((n for n, one in enumerate(found) if one.code == row.code), None)
    if place is None:
        return (*found, row)
    found[place] = row
    return tuple(found)
