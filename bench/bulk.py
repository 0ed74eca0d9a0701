"""Writing many rows quickly: `executemany` on SQLite, COPY on PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from sqlalchemy import Engine, Table

from bench.multiply import Rows

_PAGES = 262_144  # kB of SQLite's cache while loading


class Sink(Protocol):
    """Where rows are written; `commit` makes them stay."""

    def write(self, table: Table, rows: Rows) -> None:
        """Append these rows."""

    def commit(self) -> None:
        """Keep what was written since the last commit."""


@contextmanager
def opened(engine: Engine) -> Iterator[Sink]:
    """The sink of a database that nobody else uses."""
    engine.dispose()
    raw = engine.raw_connection()
    connection: Any = raw.driver_connection
    kind = _Postgres if engine.dialect.name == "postgresql" else _Sqlite
    sink = kind(connection)
    try:
        yield sink
        sink.finish()
    finally:
        raw.invalidate()  # its settings are not for others


@contextmanager
def without_indexes(engine: Engine, tables: Sequence[Table]) -> Iterator[None]:
    """Make the indexes of new tables at the end, sorted, which is quicker than row by row."""
    indexes = [index for table in tables for index in table.indexes]
    with engine.begin() as connection:
        for index in indexes:
            index.drop(connection)
    yield
    with engine.begin() as connection:
        for index in indexes:
            index.create(connection)


class _Sqlite:
    """A crash while loading means loading into a new database again: there is no journal, and
    nothing is synchronised before the end."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        for pragma in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{_PAGES}"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN IMMEDIATE")

    def write(self, table: Table, rows: Rows) -> None:
        names = [f'"{column.name}"' for column in table.columns]
        marks = ", ".join("?" * len(names))
        self._connection.executemany(
            f'INSERT INTO "{table.name}" ({", ".join(names)}) VALUES ({marks}){_merged(table)}',
            rows,
        )

    def commit(self) -> None:
        self._connection.execute("COMMIT")
        self._connection.execute("BEGIN IMMEDIATE")

    def finish(self) -> None:
        self._connection.execute("COMMIT")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("PRAGMA journal_mode=WAL")


class _Postgres:
    """Rows come as SQLite holds them: COPY reads the same text, times in UTC."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._numbered: set[str] = set()
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET synchronous_commit = off")
        connection.execute(
            "CREATE TEMP TABLE staged AS SELECT * FROM search_doc WITH NO DATA; "
            "ALTER TABLE staged ALTER COLUMN body TYPE text; "
            "CREATE TEMP TABLE counted AS SELECT * FROM received WITH NO DATA"
        )
        connection.commit()

    def write(self, table: Table, rows: Rows) -> None:
        staged = {"search_doc": "staged", "received": "counted"}.get(table.name)
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        with self._connection.cursor() as cursor:
            with cursor.copy(f'COPY "{staged or table.name}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            if staged:
                shown = names.replace('"body"', "to_tsvector('simple', body)")
                cursor.execute(
                    f'INSERT INTO "{table.name}" ({names}) SELECT {shown} FROM {staged}'
                    f"{_merged(table)}; TRUNCATE {staged}"
                )
        if "id" in table.columns:
            self._numbered.add(table.name)

    def commit(self) -> None:
        self._connection.commit()

    def finish(self) -> None:
        """Later rows are numbered after ours; the planner and the vacuum know of them."""
        for name in sorted(self._numbered):
            sequence = f"pg_get_serial_sequence('\"{name}\"', 'id')"
            self._connection.execute(f'SELECT setval({sequence}, max(id)) FROM "{name}"')
        self._connection.commit()
        self._connection.autocommit = True
        self._connection.execute("VACUUM ANALYZE")


def _merged(table: Table) -> str:
    """What every season adds to: the counters of what was received."""
    if table.name != "received":
        return ""
    return (
        " ON CONFLICT (channel, source, on_date) "
        "DO UPDATE SET count = received.count + excluded.count"
    )
