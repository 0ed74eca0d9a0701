"""danger.toml: what is shown before anything is typed, every mistake told by its line."""

from pathlib import Path

import pytest

from grc.catalogue.danger_file import NUMBERS, Plan, from_json, read
from grc.core.toml_source import InvalidFile

UNITS = {"crip", "tri"}
DEMO = Path(__file__).parents[3] / "demo" / "danger.toml"


def test_the_file_of_the_demonstration_is_right() -> None:
    plan = read(DEMO.read_text("utf-8"), UNITS)
    assert plan.unit == "crip"
    assert [one.number for one in plan.numbers] == [one.number for one in NUMBERS]
    assert "suicide" in plan.words
    assert from_json(plan.as_json()) == plan


def test_an_empty_file_still_has_the_numbers_of_the_country() -> None:
    assert read("", UNITS) == Plan()
    assert {"119", "3919", "115", "15", "17", "18", "114"} <= {one.number for one in NUMBERS}


def test_every_mistake_is_told() -> None:
    text = """
[duty]
unit = "nulle-part"
escalation = ["pas une adresse"]
[[numbers]]
number = "119"
label_fr = "Enfance"
[words]
liste = ["x"]
[autre]
"""
    with pytest.raises(InvalidFile) as refused:
        read(text, UNITS)
    fields = [problem.field for problem in refused.value.problems]
    assert {"duty.unit", "duty.escalation", "autre"} <= set(fields)
    assert any(field.endswith("label_en") for field in fields)
    assert any("liste" in field for field in fields)
