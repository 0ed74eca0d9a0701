"""A running application on each database, with the demo organisation loaded.

Fixtures, fast enough for hundreds of tests (the template is made once per session):

- `loaded_url`    address of a fresh database holding the demo organisation; runs the test
                  once on SQLite and once on PostgreSQL;
- `settings`      settings over it: embedded folder in `tmp_path`, console mail, no Redis;
- `app`           the application, its context pushed, ready for use-cases;
- `grc`           runs a command in this process: `grc("case", "list", "--json").json`;
- `work`          runs every due step of `app`: `work()`;
- `make_user`     `make_user("alice", agent="apa")` -> the Actor of a new account.

Helpers to import: `mail(...)` builds the bytes of one message, `Outcome` is what `grc` gives.
"""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from grc.cases.models import Case
from grc.catalogue.service import load as load_catalogue
from grc.catalogue.service import load_canned
from grc.channels.reader import Reader
from grc.cli import cli
from grc.cli.program import Program
from grc.core import clock
from grc.core.actor import SYSTEM, Actor
from grc.core.db import session, transaction
from grc.core.settings import Settings
from grc.finding.question import Question
from grc.finding.searching import search
from grc.jobs.runner import drain
from grc.jobs.worker import tools
from grc.organisation.queries import snapshot
from grc.organisation.service import load as load_organisation
from grc.pipeline import Tools
from grc.routing.folder import read_folder
from grc.routing.loading import load_rules
from grc.staff.models import User
from grc.staff.queries import actor_of
from grc.staff.service import add_user
from tests.rig import databases, lending
from tests.rig.postgres import PostgresServer

DEMO = Path(__file__).parents[2] / "demo"
PASSWORD = "correct horse battery"


def make_settings(url: str, var: Path) -> Settings:
    """Settings of a test: everything under `var`, mail to the console, no Redis."""
    return Settings(
        env="test",
        var=var,
        database_url=url,
        redis_url="none",
        blob_url=f"file://{var / 'blobs'}",
        smtp_url="console:",
        mail_from="Département <contact@exemple-departement.fr>",
        mail_domain="exemple-departement.fr",
        secret_key="s" * 40,
        token_keys=("t" * 40,),
        base_url="http://127.0.0.1:8000",
        locale="fr",
    )


@contextmanager
def running(
    settings: Settings, reader: Reader | None = None, *, is_loaded: bool = False
) -> Iterator[Flask]:
    """The application with its context; connections are given back at the end."""
    with lending.lent(settings, is_loaded=is_loaded) as app:
        if reader is not None:
            app.extensions["grc.tools"] = Tools(reader=reader)
        with app.app_context():
            yield app


def load_demo() -> None:
    """Load the demo organisation, catalogue and rules into the present application."""
    files = read_folder(DEMO)
    with transaction():
        load_organisation(files.organisation, actor=SYSTEM, now=clock.now())
        load_catalogue(files.request_types, actor=SYSTEM, now=clock.now())
        load_rules(files.rules, actor=SYSTEM, now=clock.now())
        load_canned(files.canned, actor=SYSTEM, now=clock.now())


@pytest.fixture(scope="session")
def loaded_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the demo organisation, to be copied and never opened."""
    folder = tmp_path_factory.mktemp("loaded")
    with running(make_settings(databases.copy_sqlite(sqlite_template, folder), folder)):
        load_demo()
    with sqlite3.connect(folder / "grc.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return folder / "grc.db"


@pytest.fixture(scope="session")
def loaded_postgres(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Name of a PostgreSQL database with the demo organisation, to be used as a template."""
    name = databases.create_database(postgres_server)  # other folders reuse this fixture
    with running(make_settings(postgres_server.url(name), tmp_path_factory.mktemp("loaded"))):
        load_demo()
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def loaded_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a fresh database with the demo organisation; once per engine."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("loaded_sqlite")
        yield databases.sqlite_url(Path(shutil.copy(template, tmp_path / "grc.db")))
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = databases.create_database(server, request.getfixturevalue("loaded_postgres"))
    yield server.url(name)
    databases.drop_database(server, name)


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """One process that parses mail for all tests of the session."""
    with Reader() as shared:
        yield shared


@pytest.fixture
def settings(loaded_url: str, tmp_path: Path) -> Settings:
    """Settings over a fresh database with the demo organisation."""
    return make_settings(loaded_url, tmp_path)


@pytest.fixture
def app(settings: Settings, reader: Reader) -> Iterator[Flask]:
    """The application over `settings`, its context pushed."""
    with running(settings, reader, is_loaded=True) as made:
        yield made


@pytest.fixture
def work(app: Flask) -> Callable[[], int]:
    """Run every due step of the application; returns how many ran."""
    return lambda: drain(tools())


@dataclass(frozen=True)
class Outcome:
    """What a command did."""

    code: int
    out: str
    err: str
    raw: bytes  # the exact bytes of standard output

    @property
    def json(self) -> Any:
        """The one object on standard output."""
        return json.loads(self.out)


Grc = Callable[..., Outcome]


def run_command(settings: Settings, app: Flask, *args: object, stdin: str | bytes = "") -> Outcome:
    """Run one command in this process over an application already made."""
    program = Program(lambda: settings, lambda *_, **__: app)
    done = CliRunner().invoke(cli, [str(arg) for arg in args], obj=program, input=stdin)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Outcome(done.exit_code, done.stdout, done.stderr, done.stdout_bytes)


@pytest.fixture
def grc(settings: Settings, app: Flask) -> Grc:
    """Run a command: `grc("import", "email", path, "--json").json`."""
    return partial(run_command, settings, app)


@pytest.fixture
def grc_in_english(settings: Settings, app: Flask) -> Grc:
    """The same with GRC_LOCALE=en."""
    return partial(run_command, replace(settings, locale="en"), app)


@pytest.fixture
def make_user(app: Flask) -> Callable[..., Actor]:
    """`make_user("alice", agent="apa", supervisor="tri")`: a new account as an Actor."""

    def _make(login: str, **roles: str) -> Actor:
        pairs = [(snapshot().unit(code).id, role) for role, code in roles.items()]
        with transaction():
            user_id = add_user(login, login.title(), PASSWORD, pairs, actor=SYSTEM, now=clock.now())
        tree = {u.id: (u.parent_id, u.department_id) for u in snapshot().units}
        return actor_of(session().get_one(User, user_id), tree)

    return _make


def searched(words: str) -> tuple[Case, ...]:
    """The cases that these words find, of all there are."""
    return search(SYSTEM, Question(words), clock.now()).cases


def mail(
    text: str = "Bonjour,\n\nJe souhaite un dossier d'APA pour ma mère.\n\nCordialement",
    *,
    sender: str = "Marie Durand <marie.durand@courriel.example>",
    to: str = "contact@exemple-departement.fr",
    subject: str = "Dossier APA",
    message_id: str | None = "un@courriel.example",
    references: str | None = None,
    date: datetime = datetime(2026, 1, 12, 9, 30, tzinfo=UTC),
    files: dict[str, bytes] | None = None,
    **headers: str,
) -> bytes:
    """The bytes of one message; header names in `headers` use `_` for `-`."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = format_datetime(date)
    if message_id:
        message["Message-ID"] = f"<{message_id}>"
    if references:
        message["In-Reply-To"] = message["References"] = f"<{references}>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    for name, data in (files or {}).items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()
