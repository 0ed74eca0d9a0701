"""The rows of a sample, by columns, and what must be known to copy them."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, select

from bench.sample import Sample
from grc.core.db import Base
from grc.organisation.models import Site, Unit
from grc.staff.models import User

Columns = dict[str, list[Any]]
# Written by loads and by `bench.staff`, in the target as in the sample.
_NOT_COPIED = frozenset(
    (
        "access_log", "administration", "audit_seal", "commune", "form_key", "loaded_data",
        "login_failure", "mailbox", "request_type", "routing_rule", "site", "territory",
        "territory_range", "unit", "user", "user_role",
    )
)  # fmt: skip


def copied() -> list[Table]:
    """The tables a season fills, those referred to first."""
    return [table for table in Base.metadata.sorted_tables if table.name not in _NOT_COPIED]


Places = Mapping[str, Mapping[str, int]]  # table -> code or login -> id


def places(connection: Connection) -> Places:
    """The ids of what loads and `bench.staff` write, by the name both databases share."""
    units = connection.execute(select(Unit.code, Unit.id))
    sites = connection.execute(select(Site.code, Site.id))
    users = connection.execute(select(User.login, User.id))
    return {
        "site": {row.code: row.id for row in sites},
        "unit": {row.code: row.id for row in units},
        "user": {row.login: row.id for row in users},
    }


@dataclass(frozen=True)
class Source:
    """A sample's database file, and the last id of each table before the sample."""

    path: Path
    before: Mapping[str, int]
    sample: Sample
    places: Places

    @cached_property
    def tables(self) -> dict[str, Columns]:
        """The rows as SQLite holds them, by table and column."""
        connection = sqlite3.connect(self.path)
        try:
            return {table.name: self._read(connection, table) for table in copied()}
        finally:
            connection.close()

    def _read(self, connection: sqlite3.Connection, table: Table) -> Columns:
        names = [column.name for column in table.columns]
        keys = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
        where = f"WHERE id > {self.before[table.name]}" if "id" in names else ""
        shown = ", ".join(f'"{name}"' for name in names)
        rows = connection.execute(f'SELECT {shown} FROM "{table.name}" {where} ORDER BY {keys}')
        found = list(zip(*rows, strict=True)) or [()] * len(names)
        return {name: list(values) for name, values in zip(names, found, strict=True)}

    @cached_property
    def extent(self) -> dict[str, int]:
        """How many ids of each table the sample takes, gaps included."""
        return {
            name: max(columns["id"], default=self.before[name]) - self.before[name]
            for name, columns in self.tables.items()
            if "id" in columns
        }

    @property
    def cases(self) -> int:
        """Cases a season."""
        return len(self.tables["case"]["id"])

    def by_id(self, table: str, column: str) -> dict[int, Any]:
        """One column of a table by row id."""
        columns = self.tables[table]
        return dict(zip(columns["id"], columns[column], strict=True))


def last_ids(connection: Connection) -> dict[str, int]:
    """The greatest id of every table that has one, 0 when it is empty."""
    return {
        table.name: connection.scalar(select(func.max(table.c.id))) or 0
        for table in copied()
        if "id" in table.columns
    }
