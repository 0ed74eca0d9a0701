"""Putting rows and files back, faster than one by one, and all of them at the end at once."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Insert, Table, bindparam, func, insert, text
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import TSVECTOR

from grc.core.blobs import BlobStore
from grc.core.db import execute
from grc.core.errors import Conflict
from grc.core.i18n import N_
from grc.supervision.backup.archive import CHUNK, Hashing
from grc.supervision.backup.manifest import tables
from grc.supervision.backup.rows import decoder, is_search_vector

AT_ONCE = 1000  # rows inserted together
Forward = tuple[Column[Any], int, int]  # column, id of the row, id it refers to


class Loader:
    """Inserts rows that come from a database of `source` dialect into one of `target`."""

    def __init__(self, source: str, target: str) -> None:
        self._source, self._target = source, target
        self._tables = {table.name: table for table in tables()}
        self._forward: list[Forward] = []

    def insert(self, name: str, chunk: bytes) -> None:
        """Insert the rows of one part, in their order."""
        table = self._tables[name]
        decode = decoder(table, self._source, self._target)
        rows = [decode(line) for line in chunk.splitlines()]
        for row in rows:
            self._forward += _forward(table, row)
        for start in range(0, len(rows), AT_ONCE):
            execute(self._statement(table), rows[start : start + AT_ONCE])

    def finish(self) -> None:
        """Set what could not be set before, and where new rows are to be numbered from."""
        for column, row_id, refers_to in self._forward:
            table = column.table
            execute(table.update().where(table.c.id == row_id).values({column: refers_to}))
        if self._target == "postgresql":
            for table in self._tables.values():
                _set_sequence(table)

    def _statement(self, table: Table) -> Insert:
        statement = insert(table)
        if self._target != "postgresql":
            return statement  # a trigger feeds the full-text table
        for column in filter(is_search_vector, table.columns):
            given: Any = bindparam(column.name)
            if self._source == "postgresql":
                given = sql_cast(given, TSVECTOR)
            else:
                given = func.to_tsvector("simple", given)
            statement = statement.values({column: given})
        return statement


def _forward(table: Table, row: dict[str, Any]) -> Iterator[Forward]:
    """References to rows of the same table that come later: for now the row refers to itself,
    which every constraint allows."""
    for key in table.foreign_keys:
        name = key.parent.name
        if key.column.table is table and (row[name] or 0) > row["id"]:
            yield key.parent, row["id"], row[name]
            row[name] = row["id"]


def _set_sequence(table: Table) -> None:
    if table.autoincrement_column is None:
        return
    sequence = f"pg_get_serial_sequence('\"{table.name}\"', 'id')"
    execute(
        text(f'SELECT setval({sequence}, max(id)) FROM "{table.name}" HAVING max(id) IS NOT NULL')
    )


class Staging:
    """Files beside their store until everything is there: an interrupted restoration leaves
    the store as empty as it was."""

    def __init__(self, store: BlobStore) -> None:
        self._store = store
        self._aside = BlobStore(store.root / ".restoring")
        if next(store.all(), None) is not None:
            raise Conflict(
                N_("Le dossier %(path)s contient déjà des fichiers : restaurez dans un endroit "
                   "vide."),
                path=store.root,
            )  # fmt: skip
        shutil.rmtree(self._aside.root, ignore_errors=True)

    def add(self, sha256: str, content: Hashing) -> None:
        """Put one file aside."""
        path = self._aside.path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("wb") as file:
            while chunk := content.read(CHUNK):
                file.write(chunk)

    def publish(self) -> None:
        """Move all files into the store, durably: one flush for all instead of one for each."""
        self._aside.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.sync()
        for folder in self._aside.root.iterdir():
            folder.rename(self._store.root / folder.name)
        self._aside.root.rmdir()
        os.sync()
