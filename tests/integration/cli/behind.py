"""Doing to a database what the program refuses to do: tampering, for tests of detection."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, text

from grc.core import schema


@contextmanager
def tampering(url: str) -> Iterator[Connection]:
    """A connection for which triggers and foreign keys do not exist; the triggers are put
    back at the end, as somebody who hides would do."""
    engine = create_engine(url)
    with engine.connect() as connection:
        dialect = connection.dialect.name
        if dialect == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            _drop_triggers(connection)
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        yield connection
        if dialect == "sqlite":
            for statement in schema.statements(dialect):
                if any(f" {name} " in statement for name in schema.expected_triggers(dialect)):
                    connection.exec_driver_sql(statement)
        connection.commit()
    engine.dispose()


def _drop_triggers(connection: Connection) -> None:
    for name in schema.expected_triggers("sqlite"):
        connection.exec_driver_sql(f"DROP TRIGGER {name}")


def run(url: str, statement: str, **values: object) -> None:
    """One statement behind everything."""
    with tampering(url) as connection:
        connection.execute(text(statement), values)
