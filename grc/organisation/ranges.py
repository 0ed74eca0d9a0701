"""Keep the dated ranges of territories in step with the file, without rewriting the past."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select

from grc.core.db import session
from grc.organisation.loading import LoadReport
from grc.organisation.models import Territory, TerritoryRange
from grc.organisation.territory import Range

_Key = tuple[int, str, str, int | None, int | None, str]


def sync_ranges(
    ranges: Iterable[Range],
    territories: Mapping[str, Territory],
    report: LoadReport,
    today: date,
) -> set[str]:
    """Add and end ranges; give the codes of the territories that changed.

    A range without a date of its own that joins an existing territory starts today, and one
    that left the file ends today: yesterday's cases keep yesterday's territory. `report`
    names the territories that are new, as "territory t01".
    """
    created = set(report.created)
    known: dict[_Key, list[TerritoryRange]] = {}
    for row in session().scalars(select(TerritoryRange).order_by(TerritoryRange.id)):
        known.setdefault(_row_key(row), []).append(row)
    changed: set[str] = set()
    for item in ranges:
        territory = territories[item.territory]
        is_undated = item.valid_from == territory.valid_from
        rows = known.get(_range_key(item, territory.id), [])
        found = _take(rows, item, is_undated, today)
        if found is None:
            joins = is_undated and f"territory {item.territory}" not in created
            row = _new(
                item, territory.id, max(today, item.valid_from) if joins else item.valid_from
            )
            session().add(row)
            report.touch(row, item.insee)
            changed.add(item.territory)
        elif found.valid_to != item.valid_to:
            found.valid_to = item.valid_to
            report.touch(found, item.insee)
            changed.add(item.territory)
    codes = {territory.id: code for code, territory in territories.items()}
    ended = [row for rows in known.values() for row in rows if _end(row, today)]
    for row in ended:
        report.touch(row, row.insee)
    changed |= {codes[row.territory_id] for row in ended if row.territory_id in codes}
    session().flush()
    return changed


def _take(
    rows: list[TerritoryRange], item: Range, is_undated: bool, today: date
) -> TerritoryRange | None:
    """The row that already says this, removed from those left to end."""
    for row in rows:
        is_open = row.valid_to is None or row.valid_to > today
        if row.valid_from == item.valid_from or (is_undated and is_open):
            rows.remove(row)
            return row
    return None


def _end(row: TerritoryRange, today: date) -> bool:
    ends = max(today, row.valid_from)
    if row.valid_to is not None and row.valid_to <= ends:
        return False
    row.valid_to = ends
    return True


def _new(item: Range, territory_id: int, valid_from: date) -> TerritoryRange:
    return TerritoryRange(
        territory_id=territory_id,
        insee=item.insee,
        street=item.street,
        number_from=item.number_from,
        number_to=item.number_to,
        parity=item.parity,
        valid_from=valid_from,
        valid_to=item.valid_to,
    )


def _range_key(item: Range, territory_id: int) -> _Key:
    numbers = (item.number_from, item.number_to)
    return (territory_id, item.insee, item.street, *numbers, item.parity)


def _row_key(row: TerritoryRange) -> _Key:
    numbers = (row.number_from, row.number_to)
    return (row.territory_id, row.insee, row.street, *numbers, row.parity)
