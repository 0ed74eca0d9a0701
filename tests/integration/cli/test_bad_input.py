"""docs/bad-input.md, the part of the command line: a code, a sentence in two languages, and
nothing lost or half done."""

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from grc.cli.errors import DATA, NO_INPUT, USAGE
from grc.core.db import session
from grc.core.settings import Settings
from grc.intake.models import Item
from grc.parsing.limits import DEFAULT
from grc.staff.models import User
from tests.integration.conftest import Grc, mail, run_command

LANGUAGES = ("fr", "en")
HUGE = DEFAULT.message_bytes + 1


@dataclass(frozen=True)
class Bad:
    """A command, what it answers, and how many items the ledger then holds."""

    args: tuple[str, ...]
    code: int
    fr: str
    en: str
    stored: int = 0


def imported(*names: str) -> tuple[str, ...]:
    return ("import", "email", "--no-progress", *names)


REFERENCE = "D-2026-0000042-X"
ACCOUNT = ("user", "add", "x", "--name", "X", "--role")
BAD = {
    "unknown path": Bad(imported("absent"), NO_INPUT, "n'existe pas", "does not exist"),
    "no file": Bad(imported("tube"), NO_INPUT, "ni un fichier", "neither a file"),
    "dangling link": Bad(imported("lien"), NO_INPUT, "n'existe pas", "does not exist"),
    "directory loop": Bad(imported("boucle"), NO_INPUT, "boucle : ce lien", "loop: this link", 1),
    "no message": Bad(imported("bruit"), DATA, "grc quarantine list", "grc quarantine list", 1),
    "empty file": Bad(imported("vide.eml"), DATA, "À examiner", "To examine", 1),
    "0-byte mbox": Bad(imported("vide.mbox"), DATA, "À examiner", "To examine", 1),
    "huge message": Bad(imported("gros.eml"), DATA, "À examiner", "To examine", 1),
    "unknown unit": Bad(
        (*ACCOUNT, "agent@nulle"), USAGE, "Le service « nulle » n'existe pas", "no unit 'nulle'"
    ),
    "unknown unit, list": Bad(
        ("case", "list", "--unit", "nulle"), NO_INPUT, "« nulle » n'existe pas", "no unit 'nulle'"
    ),
    "wrong reference": Bad(
        ("case", "show", REFERENCE), USAGE, "contient une faute de frappe", "a typing mistake"
    ),
    "backup nowhere": Bad(
        ("backup", "absent/x.backup"),
        NO_INPUT,
        "absent/x.backup : le dossier absent n'existe pas. Créez-le",
        "absent/x.backup: the folder absent does not exist. Create it",
    ),
    "no archive": Bad(
        ("restore", "bruit"),
        DATA,
        "bruit n'est pas une sauvegarde de grc",
        "bruit is not a backup of grc",
    ),
    "no head": Bad(
        ("verify", "--head", "foo"), USAGE, "« foo » n'est pas une tête", "'foo' is no head"
    ),
}
REASONS = {
    "bruit": ("ce n'est pas un message", "not a message"),
    "vide.eml": ("vide", "empty"),
    "vide.mbox": ("vide", "empty"),
    "gros.eml": ("trop volumineux", "too large"),
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with one of each."""
    place = tmp_path / "place"
    (place / "boucle").mkdir(parents=True)
    monkeypatch.chdir(place)
    os.mkfifo("tube")
    Path("lien").symlink_to("nulle part")
    Path("boucle", "m.eml").write_bytes(mail())
    Path("boucle", "encore").symlink_to(place / "boucle")
    Path("bruit").write_bytes(b"rien d'un message")
    Path("vide.eml").touch()
    Path("vide.mbox").touch()
    with Path("gros.eml").open("wb") as file:
        file.write(mail())
        file.truncate(HUGE)  # holes: no room on the disk, and quick to make
    return place


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Both."""
    return str(request.param)


@pytest.fixture
def speaking(settings: Settings, app: Flask, language: str) -> Grc:
    """Commands that speak this language."""
    return lambda *args, **given: run_command(
        replace(settings, locale=language), app, *args, **given
    )


@pytest.mark.parametrize("name", BAD)
def test_it_is_refused_with_what_to_do(
    speaking: Grc, place: Path, language: str, name: str
) -> None:
    bad = BAD[name]
    done = speaking(*bad.args)
    assert (done.code, "Traceback" in done.err) == (bad.code, False)
    (line,) = done.err.strip().splitlines()
    assert getattr(bad, language) in line
    for table, number in ((Item, bad.stored), (User, 0)):
        assert session().scalar(select(func.count()).select_from(table)) == number
    session().rollback()
    assert speaking("reconcile").code == 0


@pytest.mark.parametrize("name", REASONS)
def test_what_is_to_be_examined_says_why_and_keeps_every_byte(
    speaking: Grc, place: Path, language: str, name: str
) -> None:
    speaking(*imported(name))
    (item,) = speaking("quarantine", "list", "--json").json["items"]
    assert item["sentence"].startswith(REASONS[name][LANGUAGES.index(language)])
    assert item["size"] == Path(name).stat().st_size
    copy = place / "copie"
    assert speaking("raw", item["reference"], "--output", copy).code == 0
    assert copy.stat().st_size == item["size"]


def test_every_kind_of_bad_input_names_a_test_that_exists() -> None:
    tests = Path(__file__).parents[2]
    document = (tests.parent / "docs" / "bad-input.md").read_text("utf-8")
    assert [int(number) for number in re.findall(r"^\| (\d+) \|", document, re.MULTILINE)] == [
        *range(1, 16)
    ]
    named = set(re.findall(r"`([\w/]+\.py)`", document))
    assert named
    assert [name for name in named if not (tests / name).is_file()] == []
