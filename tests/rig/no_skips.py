"""In continuous integration a skipped test is a failed test.

The one exception is the marker `shared`: reference material that a checkout may not have.
"""

import os
from collections.abc import Generator
from typing import Any

import pytest


def _forbidden() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of one test (or an expected failure) into a failure."""
    report = yield
    if report.skipped and _forbidden() and not item.get_closest_marker("shared"):
        _fail(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn the skip of a whole file into a failure."""
    report = yield
    if report.skipped and _forbidden():
        _fail(report)
    return report


def _fail(report: Any) -> None:
    report.outcome = "failed"
    report.longrepr = f"skipped although CI is set: {report.longrepr}"
