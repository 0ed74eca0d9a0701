"""The pipe from Postfix: whatever fails on our side, the message stays in the queue."""

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy" / "postfix" / "grc-receive"
TRY_AGAIN = 75


class Place:
    """The script installed under a folder instead of the root, with a stand-in for `grc`."""

    def __init__(self, root: Path) -> None:
        self.settings = root / "grc.env"
        self.settings.write_text("GRC_MAIL_DOMAIN='departement.example'\n")
        self.program = root / "opt" / ".venv" / "bin" / "grc"
        self.program.parent.mkdir(parents=True)
        self.script = root / "grc-receive"
        text = SCRIPT.read_text().replace("/etc/grc/grc.env", str(self.settings))
        self.script.write_text(text.replace("/opt/grc", str(root / "opt")))

    def program_does(self, shell: str) -> None:
        self.program.write_text(f"#!/bin/sh\n{shell}\n")
        self.program.chmod(0o755)

    def deliver(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["/bin/sh", self.script, *arguments],
            input=b"Subject: Bonjour\n\n",
            capture_output=True,
            env={"PATH": "/usr/bin:/bin"},
            check=False,
        )


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_the_message_goes_to_grc_with_its_source_and_settings(place: Place) -> None:
    place.program_does('echo "$@ $GRC_MAIL_DOMAIN"; cat')
    done = place.deliver("contact")
    expected = b"receive email --source contact departement.example\nSubject: Bonjour\n\n"
    assert (done.returncode, done.stdout) == (0, expected)


@pytest.mark.parametrize("failure", ["exit 1", "exit 64", "exit 75", "kill -9 $$"])
def test_a_failure_of_the_program_is_temporary(place: Place, failure: str) -> None:
    place.program_does(failure)
    assert place.deliver("contact").returncode == TRY_AGAIN


def test_a_missing_program_is_temporary(place: Place) -> None:
    assert place.deliver("contact").returncode == TRY_AGAIN


@pytest.mark.parametrize("settings", [None, "GRC_MAIL_DOMAIN='unfinished"])
def test_missing_or_broken_settings_are_temporary(place: Place, settings: str | None) -> None:
    place.program_does("exit 0")
    if settings is None:
        place.settings.unlink()
    else:
        place.settings.write_text(settings)
    assert place.deliver("contact").returncode == TRY_AGAIN


def test_a_missing_source_is_temporary(place: Place) -> None:
    place.program_does("exit 0")
    assert place.deliver().returncode == TRY_AGAIN
