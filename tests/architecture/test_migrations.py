"""What the migrations make is what the models say, on both databases."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine
from sqlalchemy.schema import Index

import grc.app  # noqa: F401 - imports every model
from grc.core.db import Base
from grc.core.schema import expected_triggers, present_triggers
from tests.architecture.sources import ROOT


@pytest.fixture
def connection(database_url: str) -> Any:
    engine = create_engine(database_url)
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def is_ours(connection: Connection, thing: Any, name: str | None, kind: str) -> bool:
    """Leave out the tables of the full-text index, and what is not made on this database."""
    if kind == "table" and (name or "").startswith("search_fts"):
        return False
    if isinstance(thing, Index) and thing._ddl_if is not None:
        return bool(thing._ddl_if.dialect == connection.dialect.name)
    return True


def test_the_migrations_make_what_the_models_say(connection: Connection) -> None:
    def include(thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        return is_ours(connection, thing, name, kind)

    options = {"include_object": include, "compare_type": True, "compare_server_default": True}
    context = MigrationContext.configure(connection, opts=options)
    assert compare_metadata(context, Base.metadata) == []


def test_the_journal_is_guarded(connection: Connection) -> None:
    assert expected_triggers(connection.dialect.name) <= present_triggers(connection)


def test_migrations_are_numbered_one_after_the_other() -> None:
    numbers = sorted(path.name[:4] for path in (ROOT / "migrations" / "versions").glob("*.py"))
    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]
