"""The back-office over a small filled département, seen by each kind of person.

- `site`      the application on a copy of that département (SQLite), no context pushed;
- `both`      the same, once on SQLite and once on PostgreSQL;
- `site.as_("alice")` a browser in which she is signed in: `get(url)`, `post(url, **fields)`.

People: alice (agent of apa and tri), bob (agent of apa), sonia (supervisor of autonomie and
tri), rita (recovery, apa), dora (agent of amethyste: same department, reads only), oscar
(agent of crip: elsewhere), root (administrator). Cases: see `CASES`.
"""

import re
import shutil
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from grc.cases.models import Case, CaseAccess, Handling
from grc.cases.service import set_level
from grc.channels.reader import Reader
from grc.core import blobs, clock
from grc.core.actor import SYSTEM
from grc.core.db import add, db, session, transaction
from grc.core.settings import Settings
from grc.intake import service
from grc.intake.service import Arrival
from grc.jobs.runner import drain
from grc.organisation.queries import snapshot
from grc.pipeline import Tools
from grc.staff.models import User, UserRole
from grc.staff.passwords import hash_password
from tests.integration.conftest import (
    loaded_postgres,
    loaded_sqlite,
    mail,
    make_settings,
    reader,
    running,
)
from tests.rig import databases, lending
from tests.rig.postgres import PostgresServer

__all__ = ["loaded_postgres", "loaded_sqlite", "reader"]

PASSWORD = "correct horse battery"
PEOPLE = {
    "alice": [("apa", "agent"), ("tri", "agent")],
    "bob": [("apa", "agent")],
    "sonia": [("autonomie", "supervisor"), ("tri", "supervisor")],
    "rita": [("apa", "recovery")],
    "dora": [("amethyste", "agent")],
    "oscar": [("crip", "agent")],
    "root": [("tri", "administrator")],
}
SCRIPT = "<script>alert(1)</script>"
HTML = (
    "<html><body><p>Bonjour <b>tous</b></p><script>alert(2)</script>"
    '<img src="http://tracker.example/x.png" onerror="alert(3)"><img src="cid:logo@x">'
    '<a href="javascript:alert(4)">ici</a></body></html>'
)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c489".replace(" ", "")
)


def _hostile() -> bytes:
    """A mail whose every field tries to run something."""
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"] = f'"{SCRIPT}" <mallory@courriel.example>'
    message["To"] = "apa@exemple-departement.fr"
    message["Subject"] = f"APA {SCRIPT}"
    message["Message-ID"] = "<hostile@courriel.example>"
    message["Date"] = "Mon, 12 Jan 2026 09:30:00 +0000"
    message.set_content(f"Dossier d'APA {SCRIPT}")
    message.add_alternative(HTML, subtype="html")
    message.add_attachment(
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(5)'/>",
        maintype="image",
        subtype="svg+xml",
        filename=f'"><img src=x onerror=alert(6)>.svg{SCRIPT}',
    )
    message.add_attachment(PNG, maintype="image", subtype="png", filename="photo.png")
    return message.as_bytes()


CASES: dict[str, tuple[str, bytes]] = {
    "apa": (
        "apa",
        mail(
            "Bonjour,\n\nJe souhaite un dossier d'APA pour ma mère à Antony.\n\n"
            "Le 3 janvier, le service a écrit :\n> Bonjour\n> Merci",
            files={"certificat.txt": b"certificat"},
        ),
    ),
    "other": (
        "apa",
        mail(sender="Paul Petit <paul@courriel.example>", message_id="deux@courriel.example"),
    ),
    "lost": (
        "contact",
        mail(
            "zzz",
            subject="zzz",
            sender="Inconnu <inconnu@courriel.example>",
            message_id="trois@courriel.example",
        ),
    ),
    "hostile": ("apa", _hostile()),
    "named": (
        "apa",
        mail(
            "Situation secrète de Zénobie.",
            sender="Zénobie Secrète <zenobie@courriel.example>",
            subject="APA Zénobie",
            message_id="quatre@courriel.example",
        ),
    ),
}
GARBAGE = b"\x00\x01 not a message at all \xff\xfe" * 20


def fill() -> dict[str, str]:
    """Accounts, five cases through the pipeline, one item nobody understands; references."""
    now, hashed = clock.now(), hash_password(PASSWORD)
    with transaction():
        for login, roles in PEOPLE.items():
            user_id = add(
                User, login=login, name=login.title(), password_hash=hashed, created_at=now
            )
            for unit, role in roles:
                unit_id = snapshot().unit(unit).id
                session().add(UserRole(user_id=user_id, unit_id=unit_id, role=role))
    references = {name: open_item(box, raw) for name, (box, raw) in CASES.items()}
    references["item"] = open_item("contact", GARBAGE)
    _name_one(references["named"])
    return references


def open_item(box: str, raw: bytes) -> str:
    """Receive something; the reference of its case, or its own when none was opened."""
    from io import BytesIO

    from grc.intake.models import Item
    from grc.jobs.worker import tools

    sha256, size = blobs.store().put(BytesIO(raw))
    with transaction():
        stored = service.store(
            [Arrival("email", box, sha256, sha256, size)],
            actor=SYSTEM,
            now=clock.now(),
            acknowledge=False,
        )
    drain(tools())
    item = session().get_one(Item, stored.ids[0])
    if item.case_id is None:
        return item.reference
    return session().get_one(Case, item.case_id).reference


def _name_one(reference: str) -> None:
    """Make a case readable by sonia alone."""
    from grc.cases.queries import by_reference

    with transaction():
        case = by_reference(reference)
        assert case is not None
        set_level(case, "named", actor=SYSTEM, now=clock.now())
        session().execute(delete(CaseAccess))
        sonia = session().scalar(select(User.id).where(User.login == "sonia"))
        session().add(CaseAccess(case_id=case.id, user_id=sonia, effect="allow"))


@dataclass
class Browser:
    """A browser in which one person is signed in."""

    client: FlaskClient
    token: str = ""
    keys: dict[str, str] = field(default_factory=dict)

    def get(self, url: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(url, buffered=True, **options)

    def post(self, url: str, *, key: str | None = None, **fields: Any) -> TestResponse:
        """Send a form as a page of ours would."""
        if not self.token:
            self.token = csrf_of(self.get("/aide").text)
        own = {"csrf_token": self.token, "form_key": key or str(uuid.uuid4())}
        answer = self.client.post(url, data=own | fields)
        answer.request.environ["wsgi.input"].close()  # large forms are in a file of the client's
        return answer


def csrf_of(page: str) -> str:
    """The token of the first form of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, "no form on this page"
    return found[1]


@dataclass
class Site:
    """The application and what it holds."""

    app: Flask
    cases: dict[str, str]

    def as_(self, login: str | None) -> Browser:
        """A browser where this person is signed in (None: nobody), without the slow login."""
        client = self.app.test_client()
        if login is None:
            return Browser(client)
        with self.app.app_context():
            user = db.session.scalars(select(User).where(User.login == login)).one()
            kept = f"{user.id}.{user.session_epoch}"
            user_id = user.id
        at = int(time.time())
        with client.session_transaction() as cookie:
            cookie.update(since=at, seen=at, user=user_id, _user_id=kept, _fresh=True)
        return Browser(client)

    def url(self, name: str, act: str = "") -> str:
        """The address of a case, or of one of its acts."""
        return f"/demandes/{self.cases[name]}" + (f"/{act}" if act else "")

    def ask(self, question: Callable[[], Any]) -> Any:
        """Look into the database."""
        with self.app.app_context():
            return question()

    def work(self) -> None:
        """Run every step that is due."""
        with self.app.app_context():
            drain(self.app.extensions["grc.tools"])

    def handling(self, name: str) -> Handling:
        """The first unit concerned by a case."""

        def find() -> Handling:
            from grc.cases.queries import by_reference

            case = by_reference(self.cases[name])
            assert case is not None
            return session().scalars(select(Handling).where(Handling.case_id == case.id)).first()  # type: ignore[return-value]

        found: Handling = self.ask(find)
        return found


@dataclass(frozen=True)
class Filled:
    """A filled database to copy, the folder of its blobs and its references."""

    url: str
    var: Path
    cases: dict[str, str]


def _fill(settings: Settings, reader: Reader) -> dict[str, str]:
    with running(settings, reader):
        return fill()


@pytest.fixture(scope="session")
def filled_sqlite(
    loaded_sqlite: Path, reader: Reader, tmp_path_factory: pytest.TempPathFactory
) -> Filled:
    """A SQLite file to be copied and never opened."""
    var = tmp_path_factory.mktemp("filled")
    url = databases.sqlite_url(Path(shutil.copy(loaded_sqlite, var / "grc.db")))
    cases = _fill(make_settings(url, var), reader)
    with sqlite3.connect(var / "grc.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return Filled(str(var / "grc.db"), var, cases)


@pytest.fixture(scope="session")
def filled_postgres(
    postgres_server: PostgresServer,
    loaded_postgres: str,
    reader: Reader,
    tmp_path_factory: pytest.TempPathFactory,
) -> Filled:
    """A PostgreSQL database to be used as a template."""
    name = databases.create_database(postgres_server, loaded_postgres)
    var = tmp_path_factory.mktemp("filled")
    cases = _fill(make_settings(postgres_server.url(name), var), reader)
    return Filled(name, var, cases)


def opened(url: str, filled: Filled, reader: Reader) -> Iterator[Site]:
    """The back-office over a filled database, until the end of a fixture."""
    with lending.lent(make_settings(url, filled.var), is_loaded=True) as app:
        app.extensions["grc.tools"] = Tools(reader=reader)
        yield Site(app, dict(filled.cases))
        if pages := app.extensions.get("grc.pages"):  # the process that draws, where one was
            pages.close()


@pytest.fixture
def site(filled_sqlite: Filled, tmp_path: Path, reader: Reader) -> Iterator[Site]:
    """The back-office on SQLite."""
    copy = Path(shutil.copy(filled_sqlite.url, tmp_path / "grc.db"))
    yield from opened(databases.sqlite_url(copy), filled_sqlite, reader)


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest, tmp_path: Path, reader: Reader) -> Iterator[Site]:
    """The back-office on each engine."""
    if request.param == "sqlite":
        yield from request.getfixturevalue("_sites")(tmp_path)
        return
    filled: Filled = request.getfixturevalue("filled_postgres")
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = databases.create_database(server, filled.url)
    yield from opened(server.url(name), filled, reader)
    databases.drop_database(server, name)


@pytest.fixture
def _sites(filled_sqlite: Filled, reader: Reader) -> Callable[[Path], Iterator[Site]]:
    def make(folder: Path) -> Iterator[Site]:
        copy = Path(shutil.copy(filled_sqlite.url, folder / "grc.db"))
        return opened(databases.sqlite_url(copy), filled_sqlite, reader)

    return make
