"""`grc run`: one command starts everything, one signal ends it, nothing stays behind."""

import os
import signal
import socket
import urllib.request
from pathlib import Path

import pytest

from grc.cli.run import UNFINISHED, is_prepared
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.db import transaction
from grc.staff.service import add_user
from tests.integration.conftest import PASSWORD, mail, make_settings, running
from tests.integration.processes.conftest import Installation
from tests.rig.disk import SmallDisk
from tests.rig.processes import Process, family_of, is_alive, said
from tests.rig.smtp import free_port
from tests.rig.waiting import PATIENCE, eventually

UNAVAILABLE, USAGE = 69, 64


@pytest.fixture
def inhabited(sqlite_installation: Installation) -> Installation:
    """An installation that was started before: somebody is in it. The queue is embedded."""
    with running(make_settings(sqlite_installation.url, sqlite_installation.var)), transaction():
        add_user("alice", "Alice", PASSWORD, [], actor=SYSTEM, now=clock.now())
    sqlite_installation.env.update(GRC_REDIS_URL="embedded", PORT=str(free_port()))
    sqlite_installation.env["GRC_ENV"] = "development"
    return sqlite_installation


@pytest.fixture
def started(inhabited: Installation) -> Process:
    """`grc run`, answering."""
    return inhabited.process("run", ready=said("Ctrl-C"))


def children(process: Process) -> list[int]:
    """Everything the process has started, itself left out."""
    return family_of(process.pid)[1:]


def named(process: Process, word: str) -> int:
    """The first child whose command line holds a word."""
    for pid in children(process):
        if word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
            return pid
    raise AssertionError(word)


def answers(port: str) -> bool:
    """True when the web server gives a page."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/connexion", timeout=PATIENCE) as answer:
        return bool(answer.status == 200)


def came_back(port: str) -> bool:
    """The same of a server that was killed: what it had accepted is lost with it, what waits in
    its socket is answered by the next one."""
    try:
        return answers(port)
    except ConnectionError:
        return False


def test_it_serves_pages_and_takes_mail_until_it_is_told_to_stop(
    inhabited: Installation, started: Process
) -> None:
    assert answers(inhabited.env["PORT"])
    eventually(lambda: inhabited.is_listening and inhabited.is_seen, "the worker")
    assert inhabited.receive(mail()).returncode == 0
    eventually(lambda: inhabited.count("case") == 1, "the case")
    family = children(started)
    assert started.stop(signal.SIGINT) == 0
    assert not any(map(is_alive, family))
    assert inhabited.count("case") == 1


def test_what_dies_is_started_again(inhabited: Installation, started: Process) -> None:
    (inhabited.var / "worker.seen").unlink(missing_ok=True)
    for word in ("gunicorn", "worker", "valkey"):
        os.kill(named(started, word), signal.SIGKILL)
    eventually(lambda: came_back(inhabited.env["PORT"]), "the web server")
    eventually(lambda: inhabited.is_seen, "the worker")
    eventually(lambda: named(started, "valkey"), "the queue")


def test_nothing_is_left_behind_by_a_kill(started: Process) -> None:
    family = children(started)
    assert len(family) >= 4  # the queue, the web server and its process, the worker
    started.kill(family=False)
    eventually(lambda: not any(map(is_alive, family)), "the end of all children")


def test_without_an_embedded_queue_everything_works(inhabited: Installation) -> None:
    process = inhabited.process("run", ready=said("Ctrl-C"), GRC_REDIS_URL="none")
    assert not [pid for pid in children(process) if b"valkey" in _command(pid)]
    assert answers(inhabited.env["PORT"])


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def test_a_deep_folder_is_no_obstacle(inhabited: Installation, tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    process = inhabited.process("run", ready=said("Ctrl-C"), GRC_VAR=str(deep))
    moved = Installation(deep, inhabited.url, GRC_REDIS_URL="embedded")
    eventually(lambda: moved.is_listening, "the worker")
    assert moved.run("receive", "email", "--source", "contact", stdin=mail()).returncode == 0
    assert process.stop() == 0


def test_a_second_one_is_refused(inhabited: Installation, started: Process) -> None:
    refused(inhabited, "GRC_VAR", PORT=str(free_port()))


def test_a_busy_port_is_refused(inhabited: Installation) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        refused(inhabited, port, PORT=port)


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8000 "])
def test_a_port_that_is_none_is_named(inhabited: Installation, port: str) -> None:
    refused(inhabited, f"PORT={port}", USAGE, PORT=port)


def test_a_folder_that_cannot_be_written_is_named(inhabited: Installation) -> None:
    blocked = inhabited.var / "file"
    blocked.touch()
    refused(inhabited, "GRC_VAR", USAGE, GRC_VAR=str(blocked))


def test_a_full_disk_is_refused(inhabited: Installation) -> None:
    with SmallDisk() as disk:  # 16 MiB, where 100 MB are needed
        if not disk.mounted:
            pytest.skip("mounting is not allowed here")
        refused(inhabited, "100", GRC_VAR=str(disk.path / "var"))


def refused(installation: Installation, word: str, code: int = UNAVAILABLE, **env: str) -> None:
    """One sentence in both languages that names the culprit, and no traceback."""
    done = installation.run("run", **env)
    said = done.stderr.decode()
    assert done.returncode == code, said
    assert said.count("\n") == 1
    assert word in said
    assert " / " in said


def test_a_place_is_prepared_once_somebody_is_in_it(inhabited: Installation) -> None:
    settings = make_settings(inhabited.url, inhabited.var)
    assert is_prepared(settings)
    (inhabited.var / UNFINISHED).touch()  # the loading of demo data was killed
    assert not is_prepared(settings)


@pytest.mark.parametrize(
    "sql", ['DELETE FROM "user"', "UPDATE alembic_version SET version_num = '0000'"]
)
def test_an_empty_or_old_database_is_not_prepared(inhabited: Installation, sql: str) -> None:
    inhabited.query(sql)
    assert not is_prepared(make_settings(inhabited.url, inhabited.var))


def test_a_folder_without_a_database_is_not_prepared(tmp_path: Path) -> None:
    assert not is_prepared(make_settings(f"sqlite:///{tmp_path / 'grc.db'}", tmp_path))


@pytest.mark.long
def test_a_first_start_fills_the_place(tmp_path: Path) -> None:
    fresh = Installation(tmp_path, f"sqlite:///{tmp_path / 'grc.db'}", PORT=str(free_port()))
    fresh.env.update(GRC_ENV="development", GRC_REDIS_URL="embedded")
    process = fresh.process("run", ready=said("Ctrl-C"), ready_within=120)
    assert answers(fresh.env["PORT"])
    assert "Comptes de démonstration" in process.output
    assert fresh.count("case") > 100
    assert process.stop() == 0
    again = fresh.process("run", ready=said("Ctrl-C"))
    assert "Comptes de démonstration" in again.output
    fresh.close()
