"""The pipeline at work: real bytes in, real steps, one application per database.

Tests of this folder share the database of their engine; each writes from addresses and with
Message-IDs of its own, so no test sees another's cases. Time is what the test says it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from grc.channels.reader import Reader
from grc.core.actor import Actor
from grc.core.db import db
from tests.integration.conftest import make_settings, running
from tests.integration.pipeline.desk import Desk
from tests.rig import databases
from tests.rig.postgres import PostgresServer


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def engine_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Address of one loaded database per engine, shared by the tests of this folder."""
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("pipeline")
        yield databases.copy_sqlite(request.getfixturevalue("loaded_sqlite"), folder)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = databases.create_database(server, request.getfixturevalue("loaded_postgres"))
    yield server.url(name)
    databases.drop_database(server, name)


@pytest.fixture(scope="session")
def office(
    engine_url: str, reader: Reader, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, dict[str, Actor]]]:
    """The application of one engine and its accounts."""
    var: Path = tmp_path_factory.mktemp("office")
    with running(make_settings(engine_url, var), reader) as app:
        users: dict[str, Actor] = {}
        made = Desk(app, app.extensions["grc.tools"], users)
        assert made.alice
        assert made.bob
        assert made.sonia
        assert made.tom
        yield app, users


@contextmanager
def at_desk(app: Flask, users: dict[str, Actor]) -> Iterator[Desk]:
    """A desk in a context of its own, with nothing due from before."""
    with app.app_context():
        try:
            yield Desk(app, app.extensions["grc.tools"], users)
        finally:
            db.session.remove()


@pytest.fixture
def desk(office: tuple[Flask, dict[str, Actor]]) -> Iterator[Desk]:
    """The département for one test."""
    with at_desk(*office) as made:
        yield made
