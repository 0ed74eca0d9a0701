"""What is restored is what was saved, on either database, and nothing old is sent again."""

import gzip
import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from grc.cases.models import Case, SearchDoc
from grc.cases.search import matches, terms
from grc.channels.reader import Reader
from grc.cli.database import newest
from grc.core import blobs, clock, verify
from grc.core.audit import remark
from grc.core.db import session, transaction
from grc.core.settings import Settings
from grc.core.steps import Step
from grc.intake.reconcile import reconcile
from grc.jobs.runner import drain
from grc.jobs.worker import tools
from grc.outbox.models import Outgoing
from grc.supervision.backup.archive import BadArchive
from grc.supervision.backup.dumping import dump
from grc.supervision.backup.manifest import Manifest
from grc.supervision.backup.restoring import check
from grc.supervision.backup.rows import words_of
from grc.work.models import Task
from tests.integration.conftest import Outcome, mail, make_settings, run_command, running
from tests.integration.processes.conftest import Installation
from tests.rig import databases
from tests.rig.disk import SmallDisk
from tests.rig.postgres import PostgresServer
from tests.rig.waiting import eventually

DATA, NO_INPUT, TRY_AGAIN = 65, 66, 75


@dataclass(frozen=True)
class Saved:
    """Two backups of an installation that received mail and answered; `pending`: taken when
    three messages waited to leave."""

    archive: Path
    pending: Path

    @property
    def manifest(self) -> Manifest:
        """What the first one holds."""
        return check(self.archive, newest())[1]


def save(settings: Settings, reader: Reader) -> Saved:
    """Let an installation live a little, and save it twice."""
    saved = Saved(settings.var / "saved.backup", settings.var / "pending.backup")
    folder = settings.var / "mail"
    folder.mkdir()
    for number in range(3):
        sender, name = f"p{number}@courriel.example", f"{number}@courriel.example"
        raw = mail(sender=sender, message_id=name, files={"a.bin": bytes([number]) * 5000},
                   date=clock.now() - timedelta(minutes=number))  # fmt: skip
        (folder / f"{number}.eml").write_bytes(raw)
    (folder / "empty.eml").touch()
    with running(settings, reader) as app:
        run_command(settings, app, "import", "email", folder, "--acknowledge")
        drain(tools())
        assert run_command(settings, app, "backup", saved.archive).code == 0
        with transaction():
            values = {"done_at": None, "due_at": clock.now(), "attempts": 0}
            session().execute(update(Step).where(Step.name == "send").values(**values))
            session().execute(update(Outgoing).values(status="planned", sent_at=None))
        assert run_command(settings, app, "backup", saved.pending).code == 0
    return saved


@pytest.fixture(scope="module")
def saved_sqlite(
    loaded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, reader: Reader
) -> Saved:
    """An installation saved from SQLite."""
    var = tmp_path_factory.mktemp("saved")
    url = f"sqlite:///{shutil.copy(loaded_sqlite, var / 'grc.db')}"
    return save(make_settings(url, var), reader)


@pytest.fixture(scope="module")
def saved_postgresql(
    loaded_postgres: str,
    postgres_server: PostgresServer,
    tmp_path_factory: pytest.TempPathFactory,
    reader: Reader,
) -> Iterator[Saved]:
    """An installation saved from PostgreSQL."""
    name = databases.create_database(postgres_server, loaded_postgres)
    settings = make_settings(postgres_server.url(name), tmp_path_factory.mktemp("saved"))
    yield save(settings, reader)
    databases.drop_database(postgres_server, name)


@pytest.fixture(params=["sqlite", "postgresql"])
def saved(request: pytest.FixtureRequest) -> Saved:
    """An installation saved, once from each database."""
    found: Saved = request.getfixturevalue(f"saved_{request.param}")
    return found


@pytest.fixture
def empty_sqlite(sqlite_template: Path, tmp_path: Path) -> Settings:
    """Settings over an empty place on SQLite."""
    var = tmp_path / "empty"
    var.mkdir()
    return make_settings(f"sqlite:///{shutil.copy(sqlite_template, var / 'grc.db')}", var)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings over an empty place, once on each database."""
    if request.param == "postgresql":
        return make_settings(request.getfixturevalue("postgres_url"), tmp_path / "empty")
    settings: Settings = request.getfixturevalue("empty_sqlite")
    return settings


Command = Callable[..., Outcome]


@pytest.fixture
def elsewhere(empty: Settings, reader: Reader) -> Iterator[Command]:
    """Commands over the empty place, whose application is the present one."""
    with running(empty, reader) as app:
        yield partial(run_command, empty, app)


@pytest.fixture
def on_sqlite(empty_sqlite: Settings, reader: Reader) -> Iterator[Command]:
    """The same on SQLite only, where the database makes no difference."""
    with running(empty_sqlite, reader) as app:
        yield partial(run_command, empty_sqlite, app)


def count(column: Any, *where: Any) -> int:
    """How many rows of a table."""
    return session().scalar(select(func.count(column)).where(*where)) or 0


def parts(manifest: Manifest) -> dict[str, str]:
    """The hashes of all rows; words of the index are spelled as their database does."""
    return {name: digest for name, digest in manifest.chunks.items() if "search" not in name}


def test_everything_comes_back_and_work_goes_on(
    saved: Saved, elsewhere: Command, tmp_path: Path
) -> None:
    run = elsewhere("restore", saved.archive, "--send-pending", "--json")
    assert (run.code, run.json["verified"]) == (0, True)
    before, after = saved.manifest, dump(tmp_path / "again", newest(), clock.now())
    assert before.rows == after.rows
    assert before.rows["case"] == 3
    assert parts(before) == parts(after)
    assert (before.blobs, before.head) == (after.blobs, after.head)
    assert verify.files().broken == []
    assert [one.gap for one in reconcile()] == [0]
    (term,) = terms('"dossier APA"')
    assert count(SearchDoc.id, matches(term)) == 3
    (tmp_path / "new.eml").write_bytes(mail(sender="new@courriel.example", message_id="n@x"))
    assert elsewhere("import", "email", tmp_path / "new.eml").code == 0
    assert count(Case.id) == 4


@pytest.mark.parametrize(("options", "status"), [((), "failed"), (("--send-pending",), "sent")])
def test_what_waited_to_leave(
    saved: Saved, on_sqlite: Command, options: tuple[str, ...], status: str
) -> None:
    on_sqlite("restore", saved.pending, *options)
    drain(tools())
    assert set(session().scalars(select(Outgoing.status))) == {status}
    assert count(Task.id, Task.kind == "send_failed") == (0 if options else 3)


def test_holding_back_adds_no_row(saved: Saved, on_sqlite: Command, tmp_path: Path) -> None:
    assert on_sqlite("restore", saved.pending, "--json").json["held"] == 3
    after = dump(tmp_path / "again", newest(), clock.now())
    before = check(saved.pending, newest())[1]
    assert (before.rows, before.head) == (after.rows, after.head)


def test_a_place_with_files_is_refused(saved_sqlite: Saved, on_sqlite: Command) -> None:
    blobs.store().put(io.BytesIO(b"something"))
    run = on_sqlite("restore", saved_sqlite.archive)
    assert (run.code, "vide" in run.err) == (TRY_AGAIN, True)
    assert count(Case.id) == 0


def test_a_database_with_rows_is_refused(saved: Saved, elsewhere: Command) -> None:
    with transaction():
        remark("something", now=clock.now())
    run = elsewhere("restore", saved.archive)
    assert (run.code, "remark" in run.err) == (TRY_AGAIN, True)
    assert count(Case.id) == 0
    assert list(blobs.store().all()) == []


def test_a_restored_place_is_not_restored_again(saved_sqlite: Saved, on_sqlite: Command) -> None:
    assert on_sqlite("restore", saved_sqlite.archive).code == 0
    assert on_sqlite("restore", saved_sqlite.archive).code == TRY_AGAIN
    assert count(Case.id) == 3


@pytest.mark.parametrize("keep", [0, 10, 1000, -200])
def test_an_archive_cut_short_is_refused(
    saved_sqlite: Saved, on_sqlite: Command, tmp_path: Path, keep: int
) -> None:
    cut = tmp_path / "cut.backup"
    cut.write_bytes(saved_sqlite.archive.read_bytes()[:keep])
    refused(on_sqlite, cut)


def test_an_altered_archive_is_refused(
    saved_sqlite: Saved, on_sqlite: Command, tmp_path: Path
) -> None:
    altered = tmp_path / "altered.backup"
    raw = bytearray(gzip.decompress(saved_sqlite.archive.read_bytes()))
    place = raw.index(b"p1@courriel.example")
    raw[place : place + 2] = b"p9"
    altered.write_bytes(gzip.compress(bytes(raw)))
    refused(on_sqlite, altered)


def test_something_else_is_refused(on_sqlite: Command, tmp_path: Path) -> None:
    (tmp_path / "hello.txt").write_text("hello")
    refused(on_sqlite, tmp_path / "hello.txt")


def test_a_path_without_a_file_is_refused(on_sqlite: Command, tmp_path: Path) -> None:
    refused(on_sqlite, tmp_path / "nothing.backup", NO_INPUT)


def refused(command: Command, archive: Path, code: int = DATA) -> None:
    """One sentence that names the file; nothing was written."""
    run = command("restore", archive)
    assert (run.code, archive.name in run.err) == (code, True)
    assert count(Step.id) == 0


def test_another_version_is_refused(saved_sqlite: Saved) -> None:
    with pytest.raises(BadArchive, match="9999"):
        check(saved_sqlite.archive, "9999")


def test_a_lost_file_does_not_prevent_a_backup(
    saved_sqlite: Saved, on_sqlite: Command, sqlite_template: Path, tmp_path: Path
) -> None:
    on_sqlite("restore", saved_sqlite.archive)
    store = blobs.store()
    first, second, *_ = store.all()
    store.path(first).unlink()
    store.path(second).write_bytes(b"x" * store.path(second).stat().st_size)
    run = on_sqlite("backup", tmp_path / "damaged.backup", "--json")
    assert (run.code, run.json["damaged"], bool(run.err)) == (0, 2, True)
    var = tmp_path / "third"
    var.mkdir()
    url = f"sqlite:///{shutil.copy(sqlite_template, var / 'grc.db')}"
    with running(make_settings(url, var)) as app:
        settings = make_settings(url, var)
        assert run_command(settings, app, "restore", tmp_path / "damaged.backup").code == 0
        assert sorted(verify.files().broken) == [first, second]


def test_a_full_disk_leaves_no_file(installation: Installation) -> None:
    with SmallDisk() as disk:
        if not disk.mounted:
            pytest.skip("mounting is not allowed here")
        disk.fill()
        done = installation.run("backup", disk.path / "saved")
        assert done.returncode == TRY_AGAIN
        assert [path.name for path in disk.path.iterdir()] == [".ballast"]


def test_it_is_taken_while_the_program_works(
    installation: Installation, on_sqlite: Command, tmp_path: Path
) -> None:
    installation.worker()
    for number in range(5):
        installation.receive(mail(message_id=f"{number}@courriel.example", subject=str(number)))
    assert installation.run("backup", tmp_path / "busy.backup").returncode == 0
    eventually(lambda: installation.count("case") == 5, "the cases")
    assert on_sqlite("restore", tmp_path / "busy.backup").code == 0
    drain(tools())
    assert [one.gap for one in reconcile()] == [0]
    assert verify.journal().is_whole


def test_a_command_that_imports_little_knows_every_table(sqlite_installation: Installation) -> None:
    archive = sqlite_installation.var / "all.backup"
    assert sqlite_installation.run("backup", archive).returncode == 0
    names = sqlite_installation.query("SELECT name FROM sqlite_master WHERE type = 'table'")
    present = {name for (name,) in names if not name.startswith(("search_fts", "alembic"))}
    assert check(archive, newest())[1].columns.keys() == present


def test_a_table_without_a_model_prevents_a_backup(
    sqlite_installation: Installation, tmp_path: Path
) -> None:
    sqlite_installation.query("CREATE TABLE forgotten (id INTEGER)")
    done = sqlite_installation.run("backup", tmp_path / "holed.backup")
    assert done.returncode != 0
    assert not (tmp_path / "holed.backup").exists()


def test_words_of_a_vector() -> None:
    assert words_of("'apa':2 'dossi':1,3 'l''eau':4") == "dossi apa dossi l'eau"
