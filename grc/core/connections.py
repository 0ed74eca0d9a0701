"""How each connection to a database is prepared, whoever makes it, and what sessions refuse."""

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import ORMExecuteState, Session


@event.listens_for(Engine, "connect")
def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    if not isinstance(dbapi_connection, sqlite3.Connection):
        return
    dbapi_connection.isolation_level = None  # BEGIN is ours, see below
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


@event.listens_for(Session, "before_flush")
def _refuse_flush_outside(current: Session, *_: Any) -> None:
    if not current.info.get("writing"):
        raise RuntimeError("a write outside core.db.transaction()")


@event.listens_for(Session, "do_orm_execute")
def _refuse_dml_outside(state: ORMExecuteState) -> None:
    writes = state.is_insert or state.is_update or state.is_delete
    if writes and not state.session.info.get("writing"):
        raise RuntimeError("a write outside core.db.transaction()")


@event.listens_for(Session, "after_begin")
def _begin_immediate(current: Session, _transaction: Any, connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and current.info.get("writing"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
