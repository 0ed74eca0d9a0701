"""Passwords of mailboxes: from a variable or a private file, shown to nobody."""

from pathlib import Path

import pytest

from config import from_env
from grc.core.errors import SettingsError
from grc.core.mailbox_passwords import FILE, variable
from grc.core.settings import Settings
from grc.jobs.health.machine import without_secrets

SECRET = "mot de passe=é"


def told(tmp_path: Path, **given: str) -> Settings:
    return from_env({"GRC_VAR": str(tmp_path), **given}, env_file=tmp_path / "none")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "mailboxes"
    file.write_text(f"# boîtes\n\ncontact={SECRET}\napa=autre\n", encoding="utf-8")
    file.chmod(0o600)
    return file


def test_a_variable_goes_before_the_file(tmp_path: Path, file: Path) -> None:
    own = {variable("courrier-président"): "x", variable("apa"): "à nous"}
    passwords = told(tmp_path, **{FILE: str(file)}, **own).mailbox_passwords
    assert passwords.of("contact") == SECRET
    assert passwords.of("apa") == "à nous"
    assert passwords.of("courrier-président") == "x"


def test_one_that_is_missing_names_its_variable(tmp_path: Path, file: Path) -> None:
    with pytest.raises(SettingsError, match=f"{variable('rsa')}.* / "):
        told(tmp_path, **{FILE: str(file)}).mailbox_passwords.of("rsa")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(SettingsError, match="chmod 600") as refused:
        told(tmp_path, **{FILE: str(file)}).mailbox_passwords.of("contact")
    assert SECRET not in str(refused.value)


def test_a_file_that_is_not_there_is_told_to_whoever_fetches(tmp_path: Path) -> None:
    passwords = told(tmp_path, **{FILE: str(tmp_path / "absent")}).mailbox_passwords
    with pytest.raises(SettingsError, match=r"absent.*illisible"):
        passwords.of("contact")


def test_they_are_shown_to_nobody(tmp_path: Path) -> None:
    settings = told(tmp_path, **{variable("apa"): SECRET})
    assert SECRET not in repr(settings)
    assert SECRET not in str(without_secrets(settings))
