"""What differs between two states of the organisation, a line for each value. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from grc.core.i18n import N_
from grc.organisation.tables import Organisation
from grc.organisation.territory import Range


class What(StrEnum):
    """Whether it is there now, is there no more, or says something else."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class Difference:
    """`kind` and `what` are msgids; `old` and `new` are values, empty for none."""

    act: What
    kind: str
    code: str
    table: str
    what: str = ""
    old: Any = ""
    new: Any = ""


UNIT, SITE, TERRITORY = N_("Service"), N_("Site"), N_("Territoire")
CLOSED_DAY, COMMUNE, MAILBOX = N_("Jour fermé"), N_("Commune"), N_("Boîte")
SERVED_BY = N_("territoire")
_TABLES = (
    ("units", "unit", UNIT),
    ("sites", "site", SITE),
    ("territories", "territory", TERRITORY),
    ("closed_days", "closed_day", CLOSED_DAY),
    ("mailboxes", "mailbox", MAILBOX),
)
COLUMNS = {
    "name": N_("nom"),
    "short_name": N_("nom court"),
    "kind": N_("genre"),
    "parent": N_("service du dessus"),
    "email": N_("adresse électronique"),
    "phone": N_("téléphone"),
    "address": N_("adresse"),
    "active": N_("ouvert"),
    "unit": N_("service"),
    "commune": N_("commune"),
    "opening": N_("heures d’ouverture"),
    "valid_from": N_("premier jour"),
    "valid_to": N_("fin"),
    "reason": N_("motif"),
    "on": N_("jour"),
    "site": N_("site"),
    "request_type": N_("nature annoncée"),
    "acknowledges": N_("accusé automatique"),
    "fetched_from": N_("relevée depuis"),
}


def differences(before: Organisation, after: Organisation) -> list[Difference]:
    """What a screen can change: units, sites, territories, closed days, mailboxes, communes."""
    found = [
        one
        for name, table, kind in _TABLES
        for one in _of_table(getattr(before, name), getattr(after, name), table, kind)
    ]
    return found + list(_of_communes(before, after))


def _of_table(
    before: Iterable[Any], after: Iterable[Any], table: str, kind: str
) -> Iterator[Difference]:
    old, new = _by_code(before), _by_code(after)
    for code, row in new.items():
        if code not in old:
            yield Difference(What.ADDED, kind, code, table)
        elif row != old[code]:
            yield from _of_row(old[code], row, table, kind)
    for code in old.keys() - new.keys():
        yield Difference(What.REMOVED, kind, code, table)


def _by_code(rows: Iterable[Any]) -> Mapping[str, Any]:
    return {row.code: row for row in rows}


def _of_row(old: Any, new: Any, table: str, kind: str) -> Iterator[Difference]:
    for name in (one.name for one in fields(new) if one.name != "code"):
        was, says = getattr(old, name), getattr(new, name)
        if was != says:
            yield Difference(What.CHANGED, kind, new.code, table, COLUMNS[name], was, says)


def _of_communes(before: Organisation, after: Organisation) -> Iterator[Difference]:
    """Who serves a commune, period after period, where that differs."""
    names = {one.code: one.name for one in after.territories}
    old, new = _rests(before.ranges), _rests(after.ranges)
    for insee in sorted(old.keys() | new.keys()):
        was, says = _said(old.get(insee, []), names), _said(new.get(insee, []), names)
        if was != says:
            yield Difference(What.CHANGED, COMMUNE, insee, "commune", SERVED_BY, was, says)


def _rests(ranges: Iterable[Range]) -> dict[str, list[Range]]:
    found: dict[str, list[Range]] = {}
    for one in sorted(ranges, key=lambda item: item.valid_from):
        if not one.street:
            found.setdefault(one.insee, []).append(one)
    return found


def _said(ranges: list[Range], names: Mapping[str, str]) -> str:
    """ "SST 1 jusqu'au 31/12/2026, SST 2": periods that follow each other, in words."""
    spelled = []
    for one, following in pairwise([*ranges, None]):
        told = names.get(one.territory, one.territory) if one else ""
        ends = one.valid_to if one else None
        if ends is not None and (following is None or following.valid_from >= ends):
            told += f" (jusqu'au {_day(ends - timedelta(days=1))})"
        spelled.append(told)
    return ", ".join(spelled)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
