"""`grc receive`: 0 only for what is durable, 75 for every failure of ours."""

import socket

import pytest

from tests.integration.conftest import mail
from tests.integration.processes.conftest import Installation
from tests.rig.disk import SmallDisk
from tests.rig.waiting import eventually

TRY_AGAIN, USAGE = 75, 64


def test_a_message_handed_to_the_worker_becomes_a_case(installation: Installation) -> None:
    installation.worker()
    done = installation.receive(mail())
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    eventually(lambda: installation.count("case") == 1, "the case", 10)
    assert installation.query("SELECT outcome, source FROM item") == [("opened", "contact")]


def test_without_a_worker_the_message_is_stored_all_the_same(installation: Installation) -> None:
    assert installation.receive(mail()).returncode == 0
    assert installation.query("SELECT outcome, acknowledge FROM item")[0][0] == "waiting"


def test_a_delivery_tried_again_is_one_item(installation: Installation) -> None:
    installation.receive(mail())
    installation.worker()
    assert installation.receive(mail()).returncode == 0
    assert installation.count("item") == 1


def test_a_client_killed_midway_stores_nothing(installation: Installation) -> None:
    worker = installation.worker()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(installation.socket))
        client.sendall(b"grc 1 email 1000 contact\n" + b"x" * 500)
    assert worker.stop() == 0  # it answers what it accepted before it ends
    assert installation.count("item") == 0
    assert not list((installation.var / "blobs").glob(".incoming*"))


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("email",),
        ("email", "--source"),
        ("email", "--source", ""),
        ("email", "--source", "a\nb"),
        ("email", "--source", "x" * 81),
        ("email", "other", "--source", "contact"),
        ("email", "--unknown", "--source", "contact"),
    ],
)
def test_wrong_usage_says_how_it_is_written(
    sqlite_installation: Installation, arguments: tuple[str, ...]
) -> None:
    done = sqlite_installation.run("receive", *arguments, stdin=mail())
    assert done.returncode == USAGE
    assert "grc receive email --source" in done.stderr.decode()


@pytest.mark.parametrize(
    ("locale", "usage", "unknown", "empty"),
    [
        ("fr", "usage : grc receive email --source NOM", "n'est pas installé", "Message vide"),
        ("en", "usage: grc receive email --source NAME", "is not installed", "Empty message"),
    ],
)
def test_a_refusal_speaks_the_language_of_the_installation(
    sqlite_installation: Installation, locale: str, usage: str, unknown: str, empty: str
) -> None:
    def said(*arguments: str, stdin: bytes = b"x") -> str:
        done = sqlite_installation.run("receive", *arguments, stdin=stdin, GRC_LOCALE=locale)
        return done.stderr.decode()

    assert said("email").startswith(usage)
    assert unknown in said("pigeon", "--source", "contact")
    assert empty in said("email", "--source", "contact", stdin=b"")


def test_an_unknown_channel_is_wrong_usage(sqlite_installation: Installation) -> None:
    alone = sqlite_installation.run("receive", "pigeon", "--source", "contact", stdin=mail())
    sqlite_installation.worker()
    handed = sqlite_installation.run("receive", "pigeon", "--source", "contact", stdin=mail())
    assert alone.returncode == handed.returncode == USAGE
    assert "pigeon" in handed.stderr.decode()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("GRC_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none"),
        ("GRC_DATABASE_URL", "sqlite:////nowhere/at/all.db"),
        ("GRC_DATABASE_URL", "nonsense"),
        ("GRC_BLOB_URL", "file:///dev/null/blobs"),
    ],
)
def test_a_failure_of_ours_is_temporary(
    sqlite_installation: Installation, setting: str, value: str
) -> None:
    done = sqlite_installation.receive(mail(), **{setting: value})
    assert done.returncode == TRY_AGAIN
    assert done.stderr.startswith(b"4.3.0 ")
    assert done.stderr.count(b"\n") == 1


def test_an_empty_message_is_a_broken_pipe(sqlite_installation: Installation) -> None:
    assert sqlite_installation.receive(b"").returncode == TRY_AGAIN


def test_a_worker_that_died_leaves_the_door_to_the_next(sqlite_installation: Installation) -> None:
    first = sqlite_installation.worker()
    first.kill()
    assert sqlite_installation.socket.exists()
    assert sqlite_installation.receive(mail()).returncode == 0
    sqlite_installation.worker()
    eventually(lambda: sqlite_installation.count("case") == 1, "the case", 10)


@pytest.mark.parametrize("through_a_worker", [True, False])
def test_a_full_disk_is_temporary_and_leaves_nothing(
    sqlite_installation: Installation, through_a_worker: bool
) -> None:
    with SmallDisk() as disk:
        sqlite_installation.env["GRC_BLOB_URL"] = f"file://{disk.path}"
        worker = sqlite_installation.worker() if through_a_worker else None
        disk.fill(*[worker] if worker else [])
        if worker or disk.mounted:
            assert sqlite_installation.receive(mail()).returncode == TRY_AGAIN
        assert sqlite_installation.count("item") == 0
        assert list(disk.path.glob("[!.]*")) == []
        disk.relieve()
        assert sqlite_installation.receive(mail()).returncode == 0
        assert sqlite_installation.count("item") == 1
        sqlite_installation.close()
