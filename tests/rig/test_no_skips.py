"""The rule against skips, tried on small test files of its own."""

from collections.abc import Callable

import pytest

pytest_plugins = ["pytester"]
Outcomes = Callable[[str, str], dict[str, int]]

FILE = """
import pytest

def test_passes(): pass

def test_skips(): pytest.skip("no server here")

@pytest.mark.xfail
def test_known_to_fail(): assert False

@pytest.mark.shared
def test_needs_reference_material(): pytest.skip("absent")
"""


@pytest.fixture
def outcomes(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Outcomes:
    """Run one test file in a pytest of its own, with `CI` set to a value; counts by outcome."""

    def run(content: str, ci: str) -> dict[str, int]:
        monkeypatch.setenv("CI", ci)
        pytester.makeini("[pytest]\nmarkers = shared: reads reference material")
        pytester.makepyfile(content)
        return pytester.runpytest_inprocess("-p", "tests.rig.no_skips").parseoutcomes()

    return run


def test_on_a_desk_skips_are_skips(outcomes: Outcomes) -> None:
    assert outcomes(FILE, "") == {"passed": 1, "skipped": 2, "xfailed": 1}


def test_in_ci_only_reference_material_may_be_absent(outcomes: Outcomes) -> None:
    assert outcomes(FILE, "true") == {"passed": 1, "skipped": 1, "failed": 2}


def test_in_ci_a_whole_file_cannot_skip(outcomes: Outcomes) -> None:
    content = "import pytest; pytest.importorskip('no_such_module')"
    assert outcomes(content, "") == {"skipped": 1}
    assert outcomes(content, "true") == {"errors": 1}
