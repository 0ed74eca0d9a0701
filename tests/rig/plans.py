"""How a database goes about what it is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event


@contextmanager
def plans() -> Iterator[list[str]]:
    """How the database goes about every question asked meanwhile."""
    seen: list[str] = []

    def explain(
        connection: Connection, _cursor: object, statement: str, given: Any, *_: Any
    ) -> None:
        if not statement.lstrip().startswith("SELECT"):
            return
        cursor = connection.connection.cursor()
        if connection.dialect.name == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # a small table is read whole
            cursor.execute(f"EXPLAIN {statement}", given)
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", given)
        seen.extend(str(row[-1]) for row in cursor.fetchall())
        cursor.close()

    event.listen(Engine, "before_cursor_execute", explain)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", explain)
