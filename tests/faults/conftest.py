"""A proving ground on each database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from grc.channels.reader import Reader
from tests.faults.chance import Chance
from tests.faults.ground import Ground, ended
from tests.faults.mta import MailServer
from tests.integration.conftest import (
    load_demo,
    loaded_postgres,
    loaded_sqlite,
    loaded_url,
    make_settings,
    reader,
    running,
)
from tests.rig import databases
from tests.rig.postgres import PostgresServer
from tests.rig.servers import short_folder
from tests.rig.smtp import SmtpServer

__all__ = ["loaded_postgres", "loaded_sqlite", "loaded_url", "reader"]  # fixtures used here


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a fault. What is killed at chosen points is killed on both
    databases; what is killed at random, on PostgreSQL, and on SQLite too in the long run."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.fault)
            if item.path.name == "test_random.py" and "[sqlite" in item.name:
                item.add_marker(pytest.mark.long)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a path short enough for sockets."""
    made = short_folder("ground")
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def ground(
    loaded_url: str, folder: Path, smtp_server: SmtpServer, reader: Reader
) -> Iterator[Ground]:
    """An installation without Redis; once on each database."""
    with ended(Ground(folder, loaded_url, smtp_server, reader)) as made:
        yield made


@pytest.fixture
def mta(ground: Ground) -> MailServer:
    """The mail server in front of it."""
    return MailServer(ground)


@pytest.fixture(scope="session")
def loaded_server(
    postgres_template: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PostgresServer]:
    """A stopped server whose database holds the demo organisation: to be copied and killed."""
    server = PostgresServer(postgres_template).start()
    settings = make_settings(server.url(databases.TEMPLATE), tmp_path_factory.mktemp("loaded"))
    with running(settings):
        load_demo()
    server.stop()
    yield server
    server.close()


@pytest.fixture
def postgres(loaded_server: PostgresServer) -> Iterator[PostgresServer]:
    """A server with the demo organisation, for one test, to be killed."""
    with PostgresServer(loaded_server) as server:
        yield server


@pytest.fixture
def postgres_ground(
    postgres: PostgresServer, folder: Path, smtp_server: SmtpServer, reader: Reader
) -> Iterator[Ground]:
    """An installation on a PostgreSQL server that may be killed."""
    url = postgres.url(databases.TEMPLATE)
    with ended(Ground(folder, url, smtp_server, reader)) as made:
        made.server = postgres
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def mortal_ground(
    request: pytest.FixtureRequest, folder: Path, smtp_server: SmtpServer, reader: Reader
) -> Iterator[Ground]:
    """An installation whose database may be killed with everything else."""
    if request.param == "postgresql":
        yield request.getfixturevalue("postgres_ground")
        return
    template: Path = request.getfixturevalue("loaded_sqlite")
    url = databases.sqlite_url(Path(shutil.copy(template, folder / "grc.db")))
    with ended(Ground(folder, url, smtp_server, reader)) as made:
        yield made


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> Chance:
    """Moments that depend on the test's name and on GRC_TEST_SEED."""
    return Chance(request.node.name)
