"""`grc fetch`: everything in the mailbox is stored once, then and only then acknowledged."""

import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from grc.cases.models import Case, CaseFact
from grc.channels.imap import KEYWORD, LARGE
from grc.channels.source import MailFolder
from grc.core import blobs, clock
from grc.core.db import session, transaction
from grc.core.mailbox_passwords import MailboxPasswords, variable
from grc.core.settings import Settings
from grc.intake.models import Fetching, Item
from grc.jobs.fetching import Visit, believed, fetch, mailboxes
from grc.organisation import cache
from grc.organisation.models import Mailbox
from grc.outbox.models import Outgoing
from tests.integration.conftest import Grc, mail, make_settings
from tests.rig import databases
from tests.rig.dovecot import PASSWORD, DovecotServer

Fetched = Callable[..., None]


@pytest.fixture
def loaded_url(loaded_sqlite: Path, tmp_path: Path) -> str:
    """SQLite only: tests/faults fetches on both databases."""
    return databases.sqlite_url(Path(shutil.copy(loaded_sqlite, tmp_path / "grc.db")))


@pytest.fixture
def settings(loaded_url: str, tmp_path: Path) -> Settings:
    given = {variable("contact"): PASSWORD, variable("apa"): "un-autre"}
    told = make_settings(loaded_url, tmp_path)
    return replace(told, mailbox_passwords=MailboxPasswords(given))


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


def test_it_is_received_when_the_server_took_it_in(
    grc: Grc, imap_server: DovecotServer, fetched: Fetched, work: Callable[[], int]
) -> None:
    """Old mail is not acknowledged, recent mail is; its own Date says nothing of either."""
    old, lately = clock.now() - timedelta(days=3), clock.now() - timedelta(hours=2)
    imap_server.deliver(*letters(1), at=old)
    imap_server.deliver(*letters(1, first=2), at=lately)
    fetched("contact")
    grc("fetch", "email")
    work()
    cases = session().scalars(select(Case).order_by(Case.received_at)).all()
    assert [case.received_at for case in cases] == [whole(old), whole(lately)]
    facts = session().execute(select(CaseFact.kind, CaseFact.source).order_by(CaseFact.id))
    assert ("received", "internal_date") in {(kind, source) for kind, source in facts}
    sent = session().scalars(select(Outgoing.case_id).where(Outgoing.kind == "acknowledgement"))
    assert sent.all() == [cases[1].id]


def whole(moment: datetime) -> datetime:
    """IMAP dates have no fraction of a second."""
    return moment.replace(microsecond=0)


def test_a_date_in_the_future_is_not_believed() -> None:
    now = clock.now()
    assert believed(now + timedelta(days=30), now) is None
    assert believed(now + timedelta(minutes=5), now) == now + timedelta(minutes=5)


def test_again_changes_nothing_and_what_came_meanwhile_follows(
    grc: Grc, imap_server: DovecotServer, fetched: Fetched
) -> None:
    """Days of outage: everything is still there, and comes in the order of arrival."""
    fetched("contact")
    imap_server.deliver(*letters(2))
    grc("fetch", "email")
    imap_server.deliver(*letters(3, first=3))
    with imap_server.client() as client:  # somebody read one of them meanwhile
        client.add_flags([4], ["\\Seen"])
    again = counts(grc)
    assert again == {"seen": 5, "stored": 3, "already_known": 2, "acknowledged": 3, "left": 0}
    locators = session().scalars(select(Item.locator).order_by(Item.id)).all()
    assert [locator.rpartition("/")[2] for locator in locators] == list("12345")


def counts(grc: Grc, code: int = 0) -> dict[str, int]:
    """What one visit to one mailbox counted."""
    done = grc("fetch", "email", "--json")
    assert done.code == code, (done.out, done.err)
    (source,) = done.json["sources"]
    assert source["seen"] == source["stored"] + source["already_known"] + source["left"]
    return {name: value for name, value in source.items() if isinstance(value, int)}


def test_what_bears_our_mark_and_is_not_in_the_ledger_is_taken_up(
    grc: Grc, imap_server: DovecotServer, fetched: Fetched
) -> None:
    """A database restored from before, or somebody who set the mark by hand."""
    imap_server.deliver(*letters(2))
    with imap_server.client() as client:
        client.add_flags([1], [KEYWORD])
    fetched("contact")
    assert counts(grc)["stored"] == 2


def test_stored_and_not_acknowledged_is_only_acknowledged(
    grc: Grc, imap_server: DovecotServer, fetched: Fetched
) -> None:
    imap_server.deliver(*letters(2))
    fetched("contact")
    grc("fetch", "email")
    with imap_server.client() as client:
        client.remove_flags([1, 2], [KEYWORD])
    assert counts(grc) == {
        "seen": 2, "stored": 0, "already_known": 2, "acknowledged": 2, "left": 0,
    }  # fmt: skip


def test_moved_to_a_folder(grc: Grc, imap_server: DovecotServer, fetched: Fetched) -> None:
    imap_server.deliver(*letters(3))
    with imap_server.client() as client:
        client.create_folder("Repris été")
    fetched("contact", after="move", move_to="Repris été")
    assert counts(grc)["acknowledged"] == 3
    with imap_server.client() as client:
        assert client.search("ALL") == []
        assert client.folder_status("Repris été", "MESSAGES")[b"MESSAGES"] == 3
    assert counts(grc)["seen"] == 0
    assert session().scalar(select(func.count(Item.id))) == 3


def test_uids_that_start_anew_make_visible_duplicates(
    grc: Grc, imap_server: DovecotServer, fetched: Fetched, work: Callable[[], int]
) -> None:
    imap_server.deliver(*letters(2))
    fetched("contact")
    grc("fetch", "email")
    imap_server.renumber("contact")
    imap_server.deliver(*letters(1, first=3))
    assert counts(grc)["stored"] == 3
    work()
    outcomes = session().scalars(select(Item.outcome).order_by(Item.id)).all()
    assert outcomes == ["opened", "opened", "duplicate", "duplicate", "opened"]
    assert grc("reconcile").code == 0


def test_one_mailbox_that_fails_does_not_hold_up_the_others(
    grc: Grc, imap_server: DovecotServer, fetched: Fetched
) -> None:
    imap_server.deliver(*letters(1))
    fetched("contact")
    fetched("apa")
    done = grc("fetch", "email", "--json")
    failed, worked = done.json["sources"]
    assert (done.code, worked["stored"], worked["error"]) == (75, 1, None)
    assert failed["source"] == "apa"
    assert done.err == f"apa : {failed['error']}\n"
    assert "mot de passe" in done.err
    assert "un-autre" not in done.err + done.out
    visits = {row.source: row for row in session().scalars(select(Fetching))}
    assert visits["apa"].succeeded_at is None
    assert visits["apa"].problem is not None
    assert visits["contact"].succeeded_at is not None


def test_a_server_that_is_away_is_tried_again(
    grc: Grc, grc_in_english: Grc, imap_server: DovecotServer, fetched: Fetched
) -> None:
    imap_server.kill()
    fetched("contact")
    done = grc("fetch", "email")
    assert (done.code, done.err.count("\n")) == (75, 1)
    assert "127.0.0.1 ne répond pas" in done.err
    assert "does not answer" in grc_in_english("fetch", "email").err


def test_a_server_that_goes_away_in_the_middle(
    app: Flask, grc: Grc, imap_server: DovecotServer, fetched: Fetched
) -> None:
    """Two hundred messages: what was stored is stored, the rest waits and comes next."""
    imap_server.deliver(*letters(200))
    fetched("contact")
    (box,), asked = mailboxes("email"), count()

    def _killing() -> bool:
        if next(asked) == 1:
            imap_server.kill()
        return False

    visit = Visit("contact")
    fetch(box, visit, _killing)
    assert (visit.seen, visit.stored, visit.left) == (200, 100, 100)
    assert visit.error is not None
    imap_server.start()
    assert counts(grc) == {
        "seen": 200, "stored": 100, "already_known": 100, "acknowledged": 100, "left": 0,
    }  # fmt: skip
    assert session().scalar(select(func.count(Item.id))) == 200


def test_told_to_stop_it_ends_between_two_batches(
    app: Flask, grc: Grc, imap_server: DovecotServer, fetched: Fetched
) -> None:
    imap_server.deliver(*letters(120))
    fetched("contact")
    (box,), visit, asked = mailboxes("email"), Visit("contact"), count()
    fetch(box, visit, lambda: next(asked) > 0)
    assert (visit.stored, visit.acknowledged, visit.left) == (100, 100, 20)


def test_a_large_message_is_exact_too(
    grc: Grc, imap_server: DovecotServer, fetched: Fetched
) -> None:
    """Read piece by piece, among small ones."""
    line = b"0123456789abcdef" * 4 + b"\r\n"
    large = mail(message_id="gros@c.example").replace(b"\n", b"\r\n") + line * (LARGE // 60)
    imap_server.deliver(*letters(1), large, *letters(1, first=2))
    fetched("contact")
    assert counts(grc)["stored"] == 3
    item = session().scalars(select(Item).order_by(Item.size.desc())).first()
    assert item is not None
    assert blobs.store().read(item.sha256) == large


def test_a_message_that_cannot_be_read_does_not_hide_the_others(
    grc: Grc, imap_server: DovecotServer, fetched: Fetched
) -> None:
    imap_server.deliver(*letters(3))
    imap_server.hide("contact", b"Demande 2.")
    fetched("contact")
    said = counts(grc, 75)
    assert (said["stored"], said["acknowledged"], said["left"]) == (2, 2, 1)
    assert "1 messages" in grc("fetch", "email").err


def test_a_message_that_is_too_big_to_be_kept_stays_and_is_told(
    grc: Grc, imap_server: DovecotServer, fetched: Fetched, monkeypatch: pytest.MonkeyPatch
) -> None:
    big = mail("x" * 70_000, message_id="gros@c.example")
    imap_server.deliver(*letters(1), big, *letters(1, first=2))
    fetched("contact")
    with monkeypatch.context() as limited:
        limited.setattr("grc.jobs.fetching.LARGEST", 50_000)
        said = counts(grc, 75)
        assert (said["stored"], said["left"]) == (2, 1)
        assert "reste dans la boîte" in grc("fetch", "email").err
    assert counts(grc)["stored"] == 1


def test_what_a_person_must_correct_is_64(
    grc: Grc, imap_server: DovecotServer, fetched: Fetched
) -> None:
    assert grc("fetch", "email").code == 64  # nothing is to be fetched
    fetched("contact", folder="Archivage")
    done = grc("fetch", "email", "--json")
    assert (done.code, "Archivage" in done.err) == (64, True)
    fetched("contact", after="move", move_to="Rangé")
    done = grc("fetch", "email")
    assert (done.code, "Rangé" in done.err) == (64, True)
    fetched("rsa")
    done = grc("fetch", "email", "--source", "rsa")
    assert (done.code, variable("rsa") in done.err) == (64, True)
    for args in (["--source", "handicap"], ["--once", "--watch"], ["--every", "0"]):
        done = grc("fetch", "email", *args)
        assert (done.code, done.out) == (64, "")
    assert grc("fetch", "telex").code == 64


def test_a_server_that_cannot_do_its_part(grc: Grc, fetched: Fetched, tmp_path: Path) -> None:
    with DovecotServer(without=("MOVE", "IDLE")) as server:
        with server.client() as client:
            client.create_folder("Rangé")
        server.deliver(*letters(1))
        fetched("contact", port=server.port, after="move", move_to="Rangé")
        done = grc("fetch", "email")
        assert (done.code, "déplacer" in done.err) == (64, True)
        assert session().scalar(select(func.count(Item.id))) == 0


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_certificate_is_checked(
    grc: Grc, imap_server: DovecotServer, fetched: Fetched, security: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    port = imap_server.tls_port if security == "tls" else imap_server.port
    imap_server.deliver(*letters(1))
    fetched("contact", host="localhost", port=port, security=security)
    done = grc("fetch", "email")
    assert (done.code, "certificat de localhost" in done.err) == (75, True)
    monkeypatch.setenv("SSL_CERT_FILE", str(imap_server.certificate))
    assert counts(grc)["stored"] == 1


def test_the_doctor_looks_at_each_mailbox(
    grc: Grc, imap_server: DovecotServer, fetched: Fetched
) -> None:
    fetched("contact")
    fetched("apa")
    imap_server.deliver(*letters(1))

    def _found() -> tuple[set[tuple[str, str]], dict[str, Any]]:
        said = grc("doctor", "--json").json
        found = {
            (one["check"], name)
            for one in said["findings"]
            for name in ("contact", "apa")
            if one["check"] in ("mailbox", "fetch") and name in one["sentence"].split()
        }
        return found, {box["source"]: box for box in said["mailboxes"]}

    found, facts = _found()
    assert found == {("fetch", "contact"), ("mailbox", "apa")}
    assert facts["apa"]["answers"] is False
    grc("fetch", "email")
    found, facts = _found()
    assert found == {("mailbox", "apa")}
    assert facts["contact"]["fetched_at"] is not None
    with transaction():
        row = session().get_one(Fetching, ("email", "contact"))
        row.succeeded_at = row.tried_at = clock.now() - timedelta(hours=2)
    assert ("fetch", "contact") in _found()[0]
    with imap_server.client() as client:  # nothing was touched by looking
        client.append("INBOX", letters(1, first=2)[0])
        assert _found()[1]["contact"]["answers"] is True
        assert client.search(["UNKEYWORD", KEYWORD]) == [2]
