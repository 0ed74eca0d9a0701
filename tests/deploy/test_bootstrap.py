"""`make run` on a machine that lacks something: one sentence in French, one in English."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = ("sh", "dirname", "cat", "cksum", "df", "awk", "rm")
OLD = '#!/bin/sh\ncase $1 in --version) echo "Python 3.9.2" ;; *) exit 1 ;; esac\n'


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What the script needs of a fresh clone, and a machine with few programs."""
    clone, programs = tmp_path / "clone", tmp_path / "bin"
    (clone / "scripts").mkdir(parents=True)
    programs.mkdir()
    shutil.copy(ROOT / "scripts" / "bootstrap.sh", clone / "scripts")
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, clone)
    for name in NEEDED:
        (programs / name).symlink_to(str(shutil.which(name)))
    return clone


def program(clone: Path, name: str, text: str) -> None:
    """Put a program of ours on that machine."""
    path = clone.parent / "bin" / name
    path.unlink(missing_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def refusal(clone: Path) -> tuple[str, str]:
    """The two sentences of a run that fails and leaves no environment behind."""
    done = subprocess.run(
        [clone / "scripts" / "bootstrap.sh", "run"],
        env={"PATH": str(clone.parent / "bin"), "HOME": os.devnull},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert not (clone / ".venv").exists()
    french, english = done.stderr.splitlines()
    return french, english


def test_an_old_python_is_named(clone: Path) -> None:
    program(clone, "python3", OLD)
    assert refusal(clone) == (
        "Python 3.11 ou plus récent est nécessaire (trouvé : Python 3.9.2).",
        "Python 3.11 or newer is needed (found: Python 3.9.2).",
    )


def test_no_python_at_all(clone: Path) -> None:
    assert "3.11" in refusal(clone)[0]


def test_a_full_disk_says_how_much_to_free(clone: Path) -> None:
    program(clone, "df", '#!/bin/sh\nprintf "head\\n/dev/x 1000 900 100 90%% /\\n"\n')
    assert refusal(clone) == (
        "Espace disque insuffisant : libérez au moins 500 Mo puis recommencez.",
        "Not enough disk space: free at least 500 MB, then try again.",
    )
