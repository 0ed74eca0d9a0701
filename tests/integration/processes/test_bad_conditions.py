"""docs/bad-input.md, what needs a process of its own: a code, a sentence in two languages, and
nothing lost or half done."""

import ctypes
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from grc.cli.errors import NO_INPUT, TRY_AGAIN
from grc.parsing.limits import DEFAULT
from tests.integration.cli.test_process import one_sentence
from tests.integration.conftest import mail
from tests.integration.processes.conftest import GRC, Installation
from tests.rig.disk import SmallDisk

HUGE = DEFAULT.message_bytes + 1


@pytest.fixture(params=["fr", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """Both."""
    return str(request.param)


def run(
    installation: Installation,
    language: str,
    *args: object,
    before: Callable[[], None] | None = None,
    **env: str,
) -> "subprocess.CompletedProcess[str]":
    """A command as a process of its own."""
    if before is None:
        done = installation.run(*args, GRC_LOCALE=language, **env)
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )
    return subprocess.run(
        [GRC, *map(str, args)],
        env={**os.environ, **installation.env, "GRC_LOCALE": language, **env},
        cwd=installation.var,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=before,
    )


def without_privilege() -> None:
    """Let even root be refused what the mode of a file refuses (capabilities(7))."""
    drop, (override, read_search) = 24, (1, 2)
    for capability in (override, read_search):
        if os.geteuid() == 0 and ctypes.CDLL(None).prctl(drop, capability, 0, 0, 0) != 0:
            os._exit(1)


def test_an_unreadable_file_is_named_and_the_others_are_taken(
    sqlite_installation: Installation, language: str
) -> None:
    folder = sqlite_installation.var / "mails"
    folder.mkdir()
    (folder / "a.eml").write_bytes(mail())
    (folder / "fermé.eml").touch(mode=0)
    args = ("import", "email", folder, "--no-progress")
    done = run(sqlite_installation, language, *args, before=without_privilege)
    assert done.returncode == NO_INPUT
    said = {"fr": "lecture refusée", "en": "reading refused"}[language]
    assert said in one_sentence(done)
    assert "fermé.eml" in done.stderr
    assert sqlite_installation.query("SELECT outcome FROM item") == [("opened",)]


def test_a_database_that_is_away(tmp_path: Path, language: str) -> None:
    away = Installation(tmp_path, f"postgresql://grc@/grc?host={tmp_path}")
    done = run(away, language, "case", "list")
    assert (done.returncode, done.stdout) == (TRY_AGAIN, "")
    said = {"fr": "La base de données ne répond pas", "en": "The database does not answer"}
    assert said[language] in one_sentence(done)


def test_a_disk_that_is_full(
    sqlite_installation: Installation, small_disk: SmallDisk, language: str
) -> None:
    if not small_disk.mounted:
        pytest.skip("mounting a small disk needs root")
    message = sqlite_installation.var / "m.eml"
    message.write_bytes(mail())
    small_disk.fill()
    url = f"file://{small_disk.path}/blobs"
    done = run(sqlite_installation, language, "import", "email", message, GRC_BLOB_URL=url)
    assert done.returncode == TRY_AGAIN
    said = {"fr": "Le disque est plein", "en": "The disk is full"}
    assert said[language] in one_sentence(done)
    assert sqlite_installation.count("item") == 0
    small_disk.relieve()
    done = run(sqlite_installation, language, "import", "email", message, GRC_BLOB_URL=url)
    assert done.returncode == 0


def test_redis_that_is_away_stops_no_command_and_doctor_tells(
    sqlite_installation: Installation, language: str
) -> None:
    env = {"GRC_REDIS_URL": "unix:///nowhere.sock"}
    message = sqlite_installation.var / "m.eml"
    message.write_bytes(mail())
    assert run(sqlite_installation, language, "import", "email", message, **env).returncode == 0
    said = {"fr": "Redis ne répond pas : démarrez-le", "en": "Redis does not answer: start it"}
    done = run(sqlite_installation, language, "doctor", **env)
    assert (done.returncode, said[language] in done.stdout, done.stderr) == (1, True, "")


@pytest.mark.parametrize("through_a_worker", [True, False])
def test_a_huge_message_of_a_mail_server_is_kept_and_examined(
    sqlite_installation: Installation, through_a_worker: bool
) -> None:
    """Nothing is refused to the citizen for its size alone."""
    if through_a_worker:
        sqlite_installation.worker()
    raw = mail() + b"x" * (HUGE - len(mail()))
    assert sqlite_installation.receive(raw).returncode == 0
    assert sqlite_installation.query("SELECT size FROM item") == [(HUGE,)]
    assert sqlite_installation.run("sweep").returncode == 0
    found = sqlite_installation.query("SELECT outcome, reason FROM item")
    assert found == [("quarantined", "too_large")]
