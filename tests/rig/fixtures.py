"""The rig as pytest fixtures. Servers start at the first test that asks for them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.rig import chromium, databases, dovecot, postgres, redis, shortcuts
from tests.rig.disk import SmallDisk
from tests.rig.dovecot import DovecotServer
from tests.rig.postgres import PostgresServer
from tests.rig.redis import RedisServer
from tests.rig.smtp import SmtpServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# How long an example takes tells how busy the machine is: nothing about the code.
hypothesis.settings.register_profile("short", deadline=None)
hypothesis.settings.register_profile("long", max_examples=2000, deadline=None)
hypothesis.settings.load_profile("short")


@pytest.fixture(scope="session", autouse=True)
def _shortcuts() -> Iterator[None]:
    """Applications are made by the hundred: what is the same in all is prepared once."""
    with shortcuts.taken():
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that tests copy and never open."""
    return databases.make_sqlite_template(tmp_path_factory.mktemp("sqlite") / "template.db")


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[PostgresServer]:
    """A stopped server with a migrated database, to be copied by `PostgresServer(template)`."""
    if postgres.binary("initdb") is None:
        pytest.skip("PostgreSQL is not installed")
    server = databases.make_postgres_template()
    yield server
    server.close()


@pytest.fixture(scope="session")
def postgres_server(postgres_template: PostgresServer) -> Iterator[PostgresServer]:
    """The server shared by all tests of this session: never kill it."""
    with PostgresServer(postgres_template) as server:
        yield server


@pytest.fixture
def mortal_postgres(postgres_template: PostgresServer) -> Iterator[PostgresServer]:
    """A server for one test, to be killed; its migrated database is `databases.TEMPLATE`."""
    with PostgresServer(postgres_template) as server:
        yield server


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Address of a fresh migrated SQLite database."""
    return databases.copy_sqlite(sqlite_template, tmp_path)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Address of a fresh migrated PostgreSQL database."""
    name = databases.create_database(postgres_server)
    yield postgres_server.url(name)
    databases.drop_database(postgres_server, name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of a fresh migrated database: the test runs once on each engine."""
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(fixture)
    return url


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A Redis for one test (it starts in 50 ms), to be killed, flushed, paused."""
    if redis.binary() is None:
        pytest.skip("neither Redis nor Valkey is installed")
    with RedisServer() as server:
        yield server


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """A mail server that accepts; set `mood` to change its mind."""
    with SmtpServer() as server:
        yield server


@pytest.fixture
def imap_server() -> Iterator[DovecotServer]:
    """A mail server whose mailboxes can be fetched (it starts in 100 ms), to be killed."""
    if dovecot.binary() is None:
        pytest.skip("Dovecot is not installed")
    with DovecotServer() as server:
        yield server


@pytest.fixture
def small_disk() -> Iterator[SmallDisk]:
    """A disk of 16 MiB to fill."""
    with SmallDisk() as disk:
        yield disk


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """One Chromium for the session."""
    if chromium.binary() is None:
        pytest.skip("Chromium is not installed")
    with chromium.launched() as launched:
        yield launched


@pytest.fixture
def page(browser: "Browser") -> "Iterator[Page]":
    """A French page of 1440 by 900 in a context of its own."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()
