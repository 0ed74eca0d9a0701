"""A second fresh database of the same engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rig import databases


@pytest.fixture
def other_url(database_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database beside `database_url`."""
    if database_url.startswith("sqlite"):
        (tmp_path / "other").mkdir()
        template: Path = request.getfixturevalue("sqlite_template")
        yield databases.copy_sqlite(template, tmp_path / "other")
        return
    server = request.getfixturevalue("postgres_server")
    name = databases.create_database(server)
    yield server.url(name)
    databases.drop_database(server, name)
