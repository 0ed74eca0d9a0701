"""How each connection to a database is prepared, whoever makes it."""

import sqlite3
from typing import Any

from sqlalchemy import Engine, event


@event.listens_for(Engine, "connect")
def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    if not isinstance(dbapi_connection, sqlite3.Connection):
        return
    dbapi_connection.isolation_level = None  # BEGIN is ours, see above
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # a power cut must not take back an acknowledged commit
        "foreign_keys=ON",
        "busy_timeout=15000",
        "cache_size=-65536",
        "temp_store=MEMORY",
    ):
        dbapi_connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "connect")
def _prepare_postgresql(dbapi_connection: Any, _record: Any) -> None:
    if isinstance(dbapi_connection, sqlite3.Connection):
        return
    from psycopg.types.numeric import Int8Dumper  # a sixth of the start, not needed on SQLite

    # The driver picks a type for each number by its size: one statement would be prepared once
    # for each mixture, and pushed out of a cache of 100 before it is used again.
    dbapi_connection.adapters.register_dumper(int, Int8Dumper)
    dbapi_connection.prepare_threshold = 2
    dbapi_connection.prepared_max = 400
