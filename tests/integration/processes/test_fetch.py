"""`grc fetch --watch` as systemd runs it: told by the server, patient, ended politely."""

import json
from collections.abc import Iterator
from dataclasses import asdict

import pytest

from grc.channels.source import MailFolder
from grc.core.mailbox_passwords import variable
from tests.integration.conftest import mail
from tests.integration.processes.conftest import Installation
from tests.rig.dovecot import PASSWORD, DovecotServer
from tests.rig.processes import Process
from tests.rig.waiting import eventually


@pytest.fixture
def mailbox(
    sqlite_installation: Installation, imap_server: DovecotServer
) -> Iterator[DovecotServer]:
    """A mail server whose mailbox `contact` the installation fetches."""
    where = json.dumps(asdict(MailFolder("localhost", imap_server.tls_port, "tls", "contact")))
    sqlite_installation.query(f"UPDATE mailbox SET fetched_from = '{where}' WHERE id = 1")
    ((source,),) = sqlite_installation.query("SELECT source FROM mailbox WHERE id = 1")
    sqlite_installation.env[variable(source)] = PASSWORD
    sqlite_installation.env["SSL_CERT_FILE"] = str(imap_server.certificate)
    return imap_server


def watching(installation: Installation, server: DovecotServer, every: int) -> Process:
    """A watch that has looked once, and waits to be told."""
    is_idle = "[contact 127.0.0.1 IDLE]"
    return installation.process(
        "fetch", "email", "--watch", "--json", "--every", str(every),
        ready=lambda _: is_idle in server.processes,
    )  # fmt: skip


def test_it_is_told_what_arrives_and_ends_politely(
    sqlite_installation: Installation, mailbox: DovecotServer
) -> None:
    watch = watching(sqlite_installation, mailbox, 3600)
    mailbox.deliver(mail())
    eventually(lambda: sqlite_installation.count("item") == 1, "the mail", 10)
    assert watch.stop() == 0
    (source,) = json.loads(watch.output)["sources"]
    assert (source["stored"], source["acknowledged"], source["error"]) == (1, 1, None)


def test_what_the_organisation_says_is_followed(
    sqlite_installation: Installation, mailbox: DovecotServer
) -> None:
    """A mailbox added while it stays is fetched too."""
    watch = watching(sqlite_installation, mailbox, 3600)
    mailbox.deliver(mail(), user="autre")
    (row,) = sqlite_installation.query("SELECT fetched_from FROM mailbox WHERE id = 1")
    other = json.dumps(json.loads(row[0]) | {"user": "autre"})
    sqlite_installation.query(f"UPDATE mailbox SET fetched_from = '{other}' WHERE id = 1")
    sqlite_installation.query("UPDATE loaded_data SET version = version + 1")
    eventually(lambda: sqlite_installation.count("item") == 1, "the mail", 15)
    assert watch.stop() == 0


def test_a_server_that_comes_back_is_fetched_again(
    sqlite_installation: Installation, mailbox: DovecotServer
) -> None:
    watch = watching(sqlite_installation, mailbox, 1)
    mailbox.kill()
    eventually(lambda: "ne répond pas" in watch.output, "the sentence")
    mailbox.start()
    mailbox.deliver(mail())
    eventually(lambda: sqlite_installation.count("item") == 1, "the mail", 15)
    eventually(lambda: "de nouveau" in watch.output, "the good news")
    assert watch.output.count("ne répond pas") == 1
    assert watch.stop() == 0


def test_a_server_that_tells_nothing_is_asked(
    sqlite_installation: Installation, mailbox: DovecotServer
) -> None:
    with DovecotServer(without=("IDLE",)) as silent:
        where = MailFolder("localhost", silent.tls_port, "tls", "contact")
        told = json.dumps(asdict(where))
        sqlite_installation.query(f"UPDATE mailbox SET fetched_from = '{told}' WHERE id = 1")
        sqlite_installation.env["SSL_CERT_FILE"] = str(silent.certificate)
        watch = sqlite_installation.process(
            "fetch", "email", "--watch", "--every", "1", ready=lambda process: process.running
        )
        for number in (1, 2):  # the second one arrives while it waits
            silent.deliver(mail(message_id=f"{number}@c.example"))
            eventually(lambda n=number: sqlite_installation.count("item") == n, "the mail", 15)
        assert watch.stop() == 0
