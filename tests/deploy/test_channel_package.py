"""docs/writing-a-channel.md, shown: a package of two files, installed, is a channel."""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import loaded_sqlite

__all__ = ["loaded_sqlite"]

pytestmark = pytest.mark.xdist_group("channel-package")  # the environment is made once

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tests" / "packages" / "grc-sms"
CONTRACT = """
import sys
from pathlib import Path
from grc.channels import registry
from grc.channels.testing import check_channel
samples = [path.read_bytes() for path in sorted(Path(sys.argv[1]).iterdir())]
assert len(samples) >= 10
check_channel(registry.get("sms"), samples)
"""
LOG = b"".join(
    b"2026-03-0%d" % day + b"T09:15:00+01:00|0612345%03d|Mon dossier d'APA a Antony ?\n" % day
    for day in range(1, 6)
)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that has grc and, installed in it, the package."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    made = folder / "bin" / "python"
    ours = sysconfig.get_path("purelib")
    theirs = subprocess.run(
        [made, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    line = f"import site; site.addsitedir({ours!r})\n"  # grc itself is a .pth in there
    Path(theirs, "ours.pth").write_text(line)
    subprocess.run(
        [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--offline", "--no-deps",
         "--no-build-isolation", "--no-cache", "--python", made, PACKAGE],
        check=True,
    )  # fmt: skip
    return made


class Place:
    """The commands of that environment over a database with the demo organisation."""

    def __init__(self, python: Path, database: Path) -> None:
        self.python, self.database = python, database
        self.env = {
            **os.environ,
            "GRC_ENV": "test",
            "GRC_VAR": str(database.parent),
            "GRC_DATABASE_URL": f"sqlite:///{database}",
            "GRC_REDIS_URL": "none",
        }

    def run(self, *args: object, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.python, *map(str, args)], env=self.env | env, cwd=ROOT,
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    def json(self, *args: object, **env: str) -> Any:
        done = self.run("-m", "grc", *args, "--json", **env)
        assert done.stderr in ("", "À examiner : « grc quarantine list ».\n")
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def place(python: Path, loaded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    database = tmp_path_factory.mktemp("place") / "grc.db"
    database.write_bytes(loaded_sqlite.read_bytes())
    return Place(python, database)


@pytest.fixture(scope="module")
def log(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log that was imported: five messages and a line that is none."""
    made = tmp_path_factory.mktemp("log") / "sms.log"
    made.write_bytes(LOG + b"date|numero|texte\n")
    done = place.json("import", "sms", made)
    assert {n: c for n, c in done["outcomes"].items() if c} == {"opened": 5, "quarantined": 1}
    return made


def test_it_is_found(place: Place) -> None:
    found = {one["name"]: one for one in place.json("channels", "list")["channels"]}
    assert {"email", "phone", "sms"} <= set(found)
    assert found["sms"] == {
        "name": "sms",
        "label": "SMS",
        "icon": "phone",
        "has_form": False,
        "from": "grc-sms 1.0",
        "enabled": True,
        "loads": True,
    }


def test_it_keeps_the_contract(place: Place) -> None:
    done = place.run("-c", CONTRACT, PACKAGE / "samples")
    assert (done.returncode, done.stderr) == (0, "")


def test_it_imports(place: Place, log: Path) -> None:
    assert place.json("import", "sms", log)["already_known"] == 6
    cases = place.json("case", "list")["cases"]
    assert [(case["channel"], case["request_type"]) for case in cases] == [("sms", "apa")] * 5


def test_what_it_refuses_is_explained(place: Place, log: Path) -> None:
    (item,) = place.json("quarantine", "list")["items"]
    assert (item["channel"], item["reason"]) == ("sms", "not_a_line")
    assert item["sentence"] == "refusé par son canal"
    assert item["detail"] == "ce n'est pas une ligne du journal des SMS"


def test_without_the_package_its_cases_are_still_shown(place: Place, log: Path) -> None:
    without = Place(Path(sys.executable), place.database)
    shown = {one["name"] for one in without.json("channels", "list")["channels"]}
    assert "sms" not in shown
    cases = without.json("case", "list")["cases"]
    assert [case["channel"] for case in cases] == ["sms"] * 5
    assert without.json("case", "show", cases[0]["reference"])["channel"] == "sms"
    assert without.run("-m", "grc", "reconcile").returncode == 0
    done = without.run("-m", "grc", "import", "sms", log)
    assert (done.returncode, done.stdout) == (64, "")
    assert "Le canal « sms » n'est pas installé ; installés : api, " in done.stderr


def test_a_channel_that_is_closed(place: Place, log: Path) -> None:
    closed = {"GRC_CHANNELS": "email, phone"}
    listed = place.json("channels", "list", **closed)["channels"]
    assert {one["name"] for one in listed if one["enabled"]} == {"email", "phone"}
    done = place.run("-m", "grc", "import", "sms", log, **closed)
    assert done.returncode == 64
    assert done.stderr == "Le canal « sms » est fermé par GRC_CHANNELS ; ouverts : email, phone.\n"
    done = place.run("-m", "grc", "import", "sms", log, **closed, GRC_LOCALE="en")
    assert done.stderr == "The channel 'sms' is closed by GRC_CHANNELS; open: email, phone.\n"


def test_two_channels_of_one_name_stop_the_start(place: Place, tmp_path: Path) -> None:
    """Another package that calls itself the same; whatever is asked for is refused."""
    other = tmp_path / "grc_texto-2.0.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: grc-texto\nVersion: 2.0\n")
    (other / "entry_points.txt").write_text("[grc.channels]\nsms = grc_texto:Texto\n")
    for command in (("channels", "list"), ("case", "list"), ("run",)):
        done = place.run("-m", "grc", *command, PYTHONPATH=str(tmp_path))
        assert (done.returncode, done.stdout) == (64, ""), command
        assert done.stderr.startswith("Deux canaux s'appellent « sms » : ")
        for brought in ("grc-sms 1.0", "grc-texto 2.0"):
            assert brought in done.stderr
        assert len(done.stderr.splitlines()) == 1
