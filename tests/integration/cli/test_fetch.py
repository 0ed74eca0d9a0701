"""`grc fetch`: everything in the mailbox is stored once, then and only then acknowledged."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from grc.cases.models import Case, CaseFact
from grc.channels.imap import KEYWORD
from grc.channels.source import MailFolder
from grc.core import blobs, clock
from grc.core.db import session, transaction
from grc.core.mailbox_passwords import MailboxPasswords, variable
from grc.core.settings import Settings
from grc.intake.models import Fetching, Item
from grc.organisation import cache
from grc.organisation.models import Mailbox
from grc.outbox.models import Outgoing
from tests.integration.conftest import Grc, mail, make_settings
from tests.rig.dovecot import PASSWORD, DovecotServer

SOURCES = ("contact", "apa")
Fetched = Callable[..., None]


@pytest.fixture
def settings(loaded_url: str, tmp_path: Path) -> Settings:
    passwords = MailboxPasswords({variable(source): PASSWORD for source in SOURCES})
    return replace(make_settings(loaded_url, tmp_path), mailbox_passwords=passwords)


@pytest.fixture
def fetched(app: Flask, imap_server: DovecotServer) -> Fetched:
    """`fetched("contact", after="move")`: say that this mailbox is fetched from the server."""

    def _say(source: str, **how: Any) -> None:
        where = MailFolder("127.0.0.1", imap_server.port, "none", source)
        with transaction():
            row = session().scalars(select(Mailbox).where(Mailbox.source == source)).one()
            row.fetched_from = asdict(replace(where, **how))
        cache.forget()

    return _say


def letters(number: int, first: int = 1) -> list[bytes]:
    return [
        mail(f"Demande {n}.", message_id=f"{n}@c.example", sender=f"P {n} <p{n}@c.example>")
        for n in range(first, first + number)
    ]


def test_exact_bytes_in_order_dated_by_the_server_then_marked(
    grc: Grc, imap_server: DovecotServer, fetched: Fetched
) -> None:
    taken_in = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
    raws = [
        *letters(2),
        b"Subject: \xe9t\xe9\r\n\r\n\x80\xff 8 bits, une ligne sans fin",
        b"\r\n",
        b"\r\nbruit",
    ]
    raws = [raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for raw in raws]
    imap_server.deliver(*raws, at=taken_in)
    fetched("contact")
    done = grc("fetch", "email", "--json")
    assert (done.code, done.err) == (0, "")
    (source,) = done.json["sources"]
    assert source == {
        "source": "contact", "seen": 5, "stored": 5, "already_known": 0, "acknowledged": 5,
        "left": 0, "error": None,
    }  # fmt: skip
    items = session().scalars(select(Item).order_by(Item.id)).all()
    assert [blobs.store().read(item.sha256) for item in items] == raws
    assert {item.arrived_at for item in items} == {taken_in}
    with imap_server.client() as client:
        flags = client.get_flags(client.search("ALL"))
        validity = client.folder_status("INBOX", "UIDVALIDITY")[b"UIDVALIDITY"]
    assert all({b"\\Seen", KEYWORD.encode()} <= set(marks) for marks in flags.values())
    assert [item.locator for item in items] == [f"INBOX/{validity}/{n}" for n in range(1, 6)]
