"""Every setting is documented, and nothing is documented that does not exist."""

import re
from dataclasses import fields

from grc.core.settings import Settings
from tests.architecture.sources import ROOT

NAME = re.compile(r"\bGRC_[A-Z_]+\b")
DOCUMENTED = set(
    re.findall(r"^\| `(GRC_[A-Z_]+)`", (ROOT / "docs/settings.md").read_text("utf-8"), re.M)
)


def test_every_setting_is_documented() -> None:
    read = set(NAME.findall((ROOT / "config.py").read_text("utf-8")))
    given = {field.name for field in fields(Settings)} - {"origins"}  # where the others come from
    assert {f"GRC_{name.upper()}" for name in given} <= read <= DOCUMENTED


def test_what_is_documented_exists() -> None:
    folders = (ROOT / name for name in ("grc", "scripts", "tests"))
    sources = [path for folder in folders for path in folder.rglob("*.*") if path.is_file()]
    texts = [path.read_bytes() for path in (*sources, ROOT / "config.py")]
    assert not [name for name in DOCUMENTED if not any(name.encode() in text for text in texts)]


def test_the_example_of_production_names_known_settings() -> None:
    example = (ROOT / "deploy" / "grc.env.example").read_text("utf-8")
    assert set(NAME.findall(example)) <= DOCUMENTED
