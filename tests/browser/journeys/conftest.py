"""The product, running, and people at their desks. One house for all the tests of a worker."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.journeys.counting import Journey, journeys
from tests.browser.journeys.desk import Cookies, Desk, desks
from tests.browser.journeys.house import House, opened
from tests.rig import databases
from tests.rig.postgres import PostgresServer
from tests.rig.smtp import SmtpServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Sit = Callable[..., Desk]
MESSAGES = 40  # invented mail: enough for every list to have something to show


@pytest.fixture(scope="session")
def mail_server() -> Iterator[SmtpServer]:
    """Takes everything."""
    with SmtpServer() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_house(sqlite_template: Path, mail_server: SmtpServer) -> Iterator[House]:
    """The product on SQLite, with invented mail."""
    with tempfile.TemporaryDirectory(prefix="grc-house-") as folder:  # short: it holds a socket
        var = Path(folder)
        url = databases.copy_sqlite(sqlite_template, var)
        yield from opened(House(var, url, mail_server), MESSAGES)


@pytest.fixture(scope="session")
def postgres_house(postgres_server: PostgresServer, mail_server: SmtpServer) -> Iterator[House]:
    """The product on PostgreSQL, without invented mail."""
    name = databases.create_database(postgres_server)
    with tempfile.TemporaryDirectory(prefix="grc-house-") as folder:
        yield from opened(House(Path(folder), postgres_server.url(name), mail_server), 0)
    databases.drop_database(postgres_server, name)


@pytest.fixture
def house(sqlite_house: House) -> House:
    """The product on SQLite, speaking French at the beginning of each test."""
    sqlite_house.speak("fr")
    return sqlite_house


@pytest.fixture(params=["fr", "en"])
def house_in_each_language(house: House, request: pytest.FixtureRequest) -> House:
    """The product on SQLite, in French, then in English."""
    house.speak(request.param)
    return house


@pytest.fixture(scope="session")
def cookies() -> Cookies:
    """Of people who have signed in."""
    return {}


@pytest.fixture
def sit(browser: "Browser", cookies: Cookies) -> Iterator[Sit]:
    """`sit(house, "agent.tri")`: a desk."""
    with desks(browser, cookies) as found:
        yield found


@pytest.fixture
def journey(record_property: Callable[[str, object], None]) -> Journey:
    """`with journey(desk, "a canned reply", 4) as hand:` keys and clicks counted, and told."""
    return journeys(record_property)
