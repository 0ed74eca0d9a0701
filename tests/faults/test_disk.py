"""A full disk: mail waits, people are told, nothing is half done, and it passes by itself."""

import os
import shutil
from pathlib import Path

import pytest

from grc.channels.reader import Reader
from grc.core import clock
from grc.core.blobs import BlobStore
from tests.faults.ground import (
    TRY_AGAIN,
    Ground,
    assert_sound,
    assert_whole,
    ended,
    letter,
    letters,
)
from tests.faults.mta import MailServer
from tests.integration.processes.conftest import GRC
from tests.rig import databases
from tests.rig.disk import SmallDisk
from tests.rig.postgres import PostgresServer, server_user
from tests.rig.smtp import SmtpServer

LIMITED = ("sh", "-c", 'ulimit -f 0; exec "$@"', "sh")  # where mounting is not allowed


def blobs_on(ground: Ground, disk: SmallDisk) -> None:
    """Let the files live on the small disk, the database elsewhere."""
    folder = disk.path / "blobs"
    folder.mkdir()
    (ground.var / "blobs").symlink_to(folder)


def test_mail_waits_while_there_is_no_room_for_files(
    ground: Ground, mta: MailServer, small_disk: SmallDisk
) -> None:
    """F28: the listener, and the client alone, answer 75; room comes back, the mail too."""
    blobs_on(ground, small_disk)
    worker = ground.supervised_worker()
    raw = letter()
    small_disk.fill(worker)
    assert ground.receive(raw).returncode == TRY_AGAIN
    assert ground.count("item") == 0
    assert list((small_disk.path / "blobs").glob(".incoming*")) == []
    small_disk.relieve()
    assert mta.deliver(raw) == [0]
    ground.wait_settled(1)
    assert_whole(ground, 1)


def test_an_import_says_that_the_disk_is_full(ground: Ground, small_disk: SmallDisk) -> None:
    """F28: exit 75 and one sentence; the same command goes on when there is room."""
    blobs_on(ground, small_disk)
    folder = ground.folder_of(letters(3))
    small_disk.fill()
    command = (GRC, "import", "email", folder, "--acknowledge")
    full = ground.execute(*(command if small_disk.mounted else (*LIMITED, *command)))
    assert full.returncode == TRY_AGAIN
    assert full.stderr.count(b"\n") == 1
    assert ground.count("item") == 0
    assert list((small_disk.path / "blobs").rglob("*.eml")) == []
    small_disk.relieve()
    assert ground.execute(*command).returncode == 0
    ground.finish_here()
    assert_whole(ground, 3)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_database_without_room_takes_nothing(
    request: pytest.FixtureRequest,
    engine: str,
    folder: Path,
    smtp_server: SmtpServer,
    reader: Reader,
) -> None:
    """F28: deliveries get 75, the page 503, until there is room: then all is taken."""
    with SmallDisk(kib=64 * 1024) as disk:
        url = {"sqlite": sqlite_on, "postgresql": postgres_on}[engine](request, disk)
        with ended(Ground(folder, url, smtp_server, reader)) as ground:
            fill_database(ground, disk)


def fill_database(ground: Ground, disk: SmallDisk) -> None:
    """Deliver until the first refusal; free the disk; deliver what was refused."""
    mta = MailServer(ground)
    (case,) = ground.prepare(1)
    worker, agent = ground.supervised_worker(), ground.web()
    form = agent.write(case)
    disk.fill(worker, ground.gunicorn)
    raws = [letter()]
    while (code := ground.receive(raws[-1]).returncode) == 0:  # pages have some room left
        raws.append(letter())
        assert len(raws) < 100
    assert code == TRY_AGAIN
    assert ground.count("item") == len(raws)  # the one before, and all but the last of these
    assert form.send().status in (303, 503)
    disk.relieve()
    mta.deliver_all(raws)
    assert form.send_until_answered().status == 303
    ground.wait_settled(1 + len(raws))
    assert ground.outcomes() == {"opened": 1 + len(raws)}
    assert len(ground.sent()) == len(raws)
    assert ground.count("audit", "event = 'note:added'") == 1
    assert_sound(ground)


def sqlite_on(request: pytest.FixtureRequest, disk: SmallDisk) -> str:
    """A database file on the small disk."""
    template: Path = request.getfixturevalue("loaded_sqlite")
    return databases.copy_sqlite(template, disk.path)


def postgres_on(request: pytest.FixtureRequest, disk: SmallDisk) -> str:
    """A database whose tables are on the small disk (the server's log is not)."""
    if not disk.mounted:
        pytest.skip("PostgreSQL needs a mounted disk to fill")
    server: PostgresServer = request.getfixturevalue("postgres")
    space = disk.path / "tables"
    space.mkdir()
    if user := server_user():
        shutil.chown(space, user, user)
    server.execute(f"CREATE TABLESPACE small LOCATION '{space}'")
    server.execute(f"CREATE DATABASE small TEMPLATE {databases.TEMPLATE} TABLESPACE small")
    return server.url("small")


def test_what_is_being_written_is_never_tidied_away(tmp_path: Path) -> None:
    """Litter is old; a file of this hour belongs to a writer who lives."""
    store = BlobStore(tmp_path)
    young, old = tmp_path / ".incoming-1-a", tmp_path / ".incoming-2-b"
    young.touch()
    old.touch()
    os.utime(old, (0, 0))
    store.tidy(clock.now())
    assert (young.exists(), old.exists()) == (True, False)
