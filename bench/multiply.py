"""Copies of a sample's rows: other ids, other addresses, everything else as it was.

A season is the columns of the sample with ids moved, addresses and identifiers retold, and
what follows from them computed again (`bench.rewrite`). Nothing else may differ from what
the pipeline would have written for that season's mail: a test compares every column.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table

from bench.retelling import Retelling
from bench.rewrite import Rewriter
from bench.source import Columns, Source, copied
from grc.core.settings import Settings

# Ids without a foreign key: of one table, or of the one a neighbour column names.
_IDS = {("message", "item_id"): "item", ("audit", "case_id"): "case",
        ("audit", "actor_id"): "user"}  # fmt: skip
_BY_KIND = {("audit", "subject_id"): "subject_kind", ("step", "subject_id"): "subject_kind",
            ("search_doc", "subject_id"): "kind"}  # fmt: skip
# Kinds that are not the name of their table.
_TABLES = {"action": "recovery_action", "proposal": "recovery_proposal"}
Rows = Iterator[tuple[Any, ...]]


@dataclass(frozen=True)
class Target:
    """Where rows go: the last id of each table there, and its ids of units and accounts."""

    last: Mapping[str, int]
    known: Mapping[str, Mapping[int, int]]  # table -> id in the sample -> id in the target
    blobs: frozenset[str]  # those of the sample that are there
    settings: Settings


class Ids:
    """What the ids of the sample become in one copy of it."""

    def __init__(self, source: Source, target: Target, place: int) -> None:
        self._known = target.known
        self._shift = {
            name: target.last[name] + place * extent - source.before[name]
            for name, extent in source.extent.items()
        }

    def of(self, table: str) -> Callable[[int], int]:
        """The function from old to new id of a table, or of a kind of subject."""
        table = _TABLES.get(table, table)
        if table in self._known:
            return self._known[table].__getitem__
        return self._shift[table].__add__


class Multiplier:
    """Makes the rows of one season after the other."""

    def __init__(self, source: Source, target: Target) -> None:
        self._source, self._target, self._made = source, target, 0
        self._rewriter = Rewriter(source, target.settings, target.blobs)

    def season(self, number: int) -> Iterator[tuple[Table, Rows]]:
        """The rows of a season, table by table, those referred to first."""
        ids = Ids(self._source, self._target, self._made)
        moved = {table.name: _moved(self._source, table, ids) for table in copied()}
        self._rewriter.rewrite(moved, Retelling(number, self._source.sample.mails))
        self._made += 1
        for table in copied():
            yield table, zip(*moved[table.name].values(), strict=True)


def _moved(source: Source, table: Table, ids: Ids) -> Columns:
    """The columns of a table with every id moved; the others are the sample's own lists."""
    columns = source.tables[table.name]
    return {column.name: _move(columns, column, ids) for column in table.columns}


def _move(columns: Columns, column: Column[Any], ids: Ids) -> list[Any]:
    values, place = columns[column.name], (column.table.name, column.name)
    if place in _BY_KIND:
        kinds = columns[_BY_KIND[place]]
        movers = {kind: ids.of(kind) for kind in set(kinds)}
        return [movers[kind](value) for kind, value in zip(kinds, values, strict=True)]
    table = _IDS.get(place) or _referred(column)
    if table is None:
        return values
    new = ids.of(table)
    return [None if value is None else new(value) for value in values]


def _referred(column: Column[Any]) -> str | None:
    """The table whose id a column holds: its own, or that of a foreign key to an id."""
    if column.name == "id":
        return str(column.table.name)
    keys = [key.column for key in column.foreign_keys if key.column.name == "id"]
    return str(keys[0].table.name) if keys else None
