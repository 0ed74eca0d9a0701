"""The benchmarks run, count what they measure, and print what was promised."""

import json
import sys

import pytest

from bench import __main__ as program
from bench.measure import Measure
from bench.report import TARGETS, table, verdict

PAGES = {"queue query", "queue page", "case page", "search, reference", "search, rare word"}


def _measure(**values: object) -> Measure:
    given = dict.fromkeys(Measure.__dataclass_fields__, 0.0) | {"note": "", "database": "sqlite"}
    return Measure(**(given | {"times": 1, "rate": None} | values))  # type: ignore[arg-type]


def test_everything_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = "bench --cases 40 --times 2 --mails 4 --rows 4 --received 1 --letters 1"
    arguments += " --posted 4 --database sqlite --json"
    monkeypatch.setattr(sys, "argv", arguments.split())
    program.main()
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert set(found) >= PAGES | set(TARGETS)
    assert all(found[name]["statements"] > 0 for name in PAGES)
    assert found["mail to routed case"]["times"] == 4
    assert all(one["cpu"] > 0 for one in found.values())


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": "queue page", "cpu": 19.0, "statements": 12}, "ok"),
        ({"name": "queue page", "cpu": 19.0, "statements": 13}, "missed"),
        ({"name": "queue page", "cpu": 21.0, "statements": 5}, "missed"),
        ({"name": "mail to routed case", "rate": 99.0}, "missed"),
        ({"name": "mail to routed case", "rate": 100.0}, "ok"),
        ({"name": "queue query", "cpu": 999.0}, ""),
    ],
)
def test_the_verdict(values: dict[str, object], said: str) -> None:
    found = _measure(**values)
    assert verdict(found) == said
    assert said in table([found]).splitlines()[1]
