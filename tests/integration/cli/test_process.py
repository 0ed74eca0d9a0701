"""Commands as real processes: interrupted, without a database, without room, wrongly set up."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.conftest import mail
from tests.rig import preloaded
from tests.rig.disk import SmallDisk
from tests.rig.waiting import eventually
from tests.unit.test_config import PRODUCTION

Done = subprocess.CompletedProcess[str]
COMMAND = [sys.executable, "-m", "grc"]
ROOT = Path(__file__).parents[3]
MANY = 60


def environment(var: Path, **more: str) -> dict[str, str]:
    """The settings of a command whose data live under `var`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRC_")}
    return {**kept, "GRC_VAR": str(var), "GRC_REDIS_URL": "none", **more}


def grc(var: Path, *args: object, **more: str) -> Done:
    """Run a command to its end."""
    done = preloaded.run(["grc", *args], env=environment(var, **more), cwd=ROOT)
    return Done(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def one_sentence(done: Done) -> str:
    """What was said on stderr: one line, no traceback."""
    assert "Traceback" not in done.stderr
    (line,) = done.stderr.strip().splitlines()
    return line


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Messages enough for an import to be caught at work."""
    folder = tmp_path / "mails"
    folder.mkdir()
    for number in range(MANY):
        raw = mail(f"Demande {number}", message_id=f"{number}@c.example")
        (folder / f"{number:04}.eml").write_bytes(raw)
    return folder


@pytest.fixture
def var(tmp_path: Path, loaded_sqlite: Path) -> Path:
    """An embedded installation with the demo organisation."""
    (tmp_path / "var").mkdir()
    shutil.copy(loaded_sqlite, tmp_path / "var" / "grc.db")
    return tmp_path / "var"


def settled(var: Path) -> int:
    """How many items have their outcome, as seen by somebody else."""
    with closing(sqlite3.connect(var / "grc.db")) as connection:
        query = "SELECT count(*) FROM item WHERE outcome <> 'waiting'"
        return int(connection.execute(query).fetchone()[0])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_import_loses_nothing_and_is_finished_by_the_same_command(
    var: Path, folder: Path, number: signal.Signals
) -> None:
    args = [*COMMAND, "import", "email", str(folder), "--json"]
    with subprocess.Popen(
        args, env=environment(var), cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    ) as running:
        eventually(lambda: settled(var) > 3 or running.poll() is not None, "at work", within=90)
        running.send_signal(number)
        out, err = running.communicate(timeout=30)
    assert (running.returncode, "relancez" in err.decode()) == (75, True), err
    report = json.loads(out)
    assert "Traceback" not in err.decode()
    assert report["outcomes"]["waiting"] > 0
    again = grc(var, "import", "email", folder, "--json")
    outcomes = json.loads(again.stdout)["outcomes"]
    assert (again.returncode, outcomes["waiting"], sum(outcomes.values())) == (0, 0, MANY)
    assert grc(var, "reconcile").returncode == 0


def test_a_full_disk_is_told_and_the_import_goes_on_when_there_is_room(
    small_disk: SmallDisk, loaded_sqlite: Path, folder: Path
) -> None:
    if not small_disk.mounted:
        pytest.skip("mounting a small disk needs root")
    var = small_disk.path / "var"
    var.mkdir()
    shutil.copy(loaded_sqlite, var / "grc.db")
    grc(var, "reconcile")  # keys and log files exist
    small_disk.fill()
    done = grc(var, "import", "email", folder)
    assert done.returncode == 75
    assert "disque" in one_sentence(done)
    small_disk.relieve()
    assert grc(var, "import", "email", folder).returncode == 0
    assert settled(var) == MANY
    assert grc(var, "reconcile").returncode == 0
    assert grc(var, "verify").returncode == 0


@pytest.mark.parametrize(
    ("locale", "command"),
    [
        ("fr", "import email ."),
        ("en", "reconcile"),
        ("fr", "db upgrade"),
        ("fr", "case list --json"),
        ("en", "quarantine list --json"),
        ("fr", "recovery actions --json"),
    ],
)
def test_a_database_that_is_away_means_try_again(tmp_path: Path, locale: str, command: str) -> None:
    url = f"postgresql://grc@/grc?host={tmp_path}"
    done = grc(tmp_path, *command.split(), GRC_DATABASE_URL=url, GRC_LOCALE=locale)
    assert (done.returncode, done.stdout) == (75, "")
    assert one_sentence(done)


@pytest.mark.parametrize("command", ["case list --json", "reconcile", "case show --help"])
def test_a_reader_that_has_gone_is_no_failure_of_ours(var: Path, command: str) -> None:
    """As in `grc case list | head`: 1 would be a gap or an alteration."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*COMMAND, *command.split()],
        env=environment(var),
        cwd=ROOT,
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (128 + signal.SIGPIPE, b"")


def test_a_database_without_tables_names_the_command_to_run(tmp_path: Path) -> None:
    done = grc(tmp_path, "case", "list", "--json")
    assert done.returncode == 75
    assert "grc db upgrade" in one_sentence(done)
    first = grc(tmp_path, "db", "upgrade")
    assert (first.returncode, grc(tmp_path, "db", "upgrade").returncode) == (0, 0)
    path = tmp_path / "m.eml"
    path.write_bytes(mail())
    done = grc(tmp_path, "import", "email", path)
    assert done.returncode == 75
    assert "grc organisation load" in one_sentence(done)


def test_a_setting_that_makes_no_sense_is_named(tmp_path: Path) -> None:
    done = grc(tmp_path, "case", "list", GRC_DATABASE_URL="mysql://x")
    assert done.returncode == 64
    assert "GRC_DATABASE_URL" in one_sentence(done)


def test_the_demonstration_is_refused_in_production(tmp_path: Path) -> None:
    done = grc(
        tmp_path,
        "demo",
        **{**PRODUCTION, "GRC_DATABASE_URL": f"sqlite:///{tmp_path / 'grc.db'}"},
    )
    assert done.returncode == 64
    assert "production" in one_sentence(done)


def test_a_mistake_of_ours_is_one_sentence_with_a_number_and_the_rest_in_a_file(
    var: Path, tmp_path: Path
) -> None:
    path = tmp_path / "m.eml"
    path.write_bytes(mail())
    grc(var, "import", "email", path)
    (case,) = json.loads(grc(var, "case", "list", "--json").stdout)["cases"]
    with closing(sqlite3.connect(var / "grc.db")) as connection:
        connection.execute("""UPDATE "case" SET match_reasons = '{"nothing": "we wrote"}'""")
        connection.commit()
    done = grc(var, "case", "show", case["reference"])
    assert (done.returncode, done.stdout) == (70, "")
    number = one_sentence(done).split()[2]
    assert number in (var / "log" / "errors.log").read_text()
