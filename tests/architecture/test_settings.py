"""Every setting is documented, and nothing is documented that does not exist."""

import re
from dataclasses import fields

from grc.core.settings import Settings
from tests.architecture.sources import ROOT

NAME = re.compile(r"\bGRC_[A-Z_]+\b")
DOCUMENTED = set(
    re.findall(r"^\| `(GRC_[A-Z_]+)`", (ROOT / "docs/settings.md").read_text("utf-8"), re.M)
)


def test_every_setting_is_documented_and_no_other() -> None:
    read = set(NAME.findall((ROOT / "config.py").read_text("utf-8")))
    assert read == DOCUMENTED
    assert {f"GRC_{field.name.upper()}" for field in fields(Settings)} == DOCUMENTED


def test_the_example_of_production_names_known_settings() -> None:
    example = (ROOT / "deploy" / "grc.env.example").read_text("utf-8")
    assert set(NAME.findall(example)) <= DOCUMENTED
