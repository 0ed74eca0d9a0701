"""What a backup saved comes back elsewhere, equal; and writes to nobody a second time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.ground import KILLED, Ground, assert_sound, ended, letters
from tests.faults.mta import MailServer
from tests.rig import databases
from tests.rig.postgres import PostgresServer
from tests.rig.smtp import Mood, SmtpServer
from tests.rig.waiting import eventually


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_place(
    request: pytest.FixtureRequest, ground: Ground, smtp_server: SmtpServer
) -> Iterator[Ground]:
    """A place without schema or data; the same mail server stands before it."""
    var = ground.var / "elsewhere"
    var.mkdir()
    with ended(Ground(var, f"sqlite:///{var / 'grc.db'}", smtp_server, ground.reader)) as made:
        if request.param == "sqlite":
            yield made
            return
        server: PostgresServer = request.getfixturevalue("postgres_server")
        server.execute("CREATE DATABASE elsewhere")
        made.url = made.env["GRC_DATABASE_URL"] = server.url("elsewhere")
        yield made
        made.close()
        databases.drop_database(server, "elsewhere")


def test_a_restored_place_is_equal_and_sends_nothing_old(
    ground: Ground, mta: MailServer, empty_place: Ground, smtp_server: SmtpServer
) -> None:
    """F52, with acknowledgements sent, and others waiting because their server refuses."""
    ground.supervised_worker()
    mta.deliver_all(letters(3))
    ground.wait_settled(3)
    smtp_server.mood = Mood.REFUSE
    mta.deliver_all(letters(2))
    eventually(lambda: smtp_server.attempts >= 5, "refusals")
    archive = ground.var / "archive"
    kill_a_backup(ground, archive)
    saved = ground.command("backup", archive)
    ground.close()

    restored = empty_place.command("restore", archive)
    assert restored["head"] == saved["head"]
    assert restored["verified"] is True
    assert restored["held"] == 2
    assert [empty_place.count(table) for table in ("item", "case", "blob")] == [5, 5, 5]
    smtp_server.mood = Mood.ACCEPT
    empty_place.supervised_worker()
    empty_place.wait_settled(5)
    assert len(smtp_server.kept) == 3
    assert_sound(empty_place)


def kill_a_backup(ground: Ground, archive: Path) -> None:
    """Killed while it writes, it leaves no archive that could be taken for one."""
    for _ in range(20):
        process = ground.started_command("backup", str(archive))
        eventually(lambda: list(ground.var.glob("*archive*")), "the archive begun")
        process.kill()
        if process.wait() == KILLED and not archive.exists():
            return
        archive.unlink()  # it had ended before it was killed
    raise AssertionError("each backup ended before it was killed")
