"""At the end of a run, the journeys of its tests: keys and clicks, as the browser counted them.

`make journeys` runs these tests alone: those that ask for the fixture `journey`.
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

Row = tuple[str, int, int, int]


def pytest_configure(config: pytest.Config) -> None:
    """Know the mark."""
    config.addinivalue_line("markers", "journey: counts keys and clicks; make journeys")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them."""
    for item in items:
        if "journey" in getattr(item, "fixturenames", ()):
            item.add_marker("journey")


def rows(reporter: "TerminalReporter") -> list[Row]:
    """What tests have recorded as "journey": name, keys, clicks, most."""
    reports = [one for kind in ("passed", "failed") for one in reporter.stats.get(kind, ())]
    ended = [report for report in reports if getattr(report, "when", "") == "call"]
    told = [
        value for report in ended for name, value in report.user_properties if name == "journey"
    ]
    return [(name, keys, clicks, most) for name, keys, clicks, most in told]


def table(told: list[Row]) -> list[str]:
    """Lines to print."""
    head = f"{'keys':>5} {'clicks':>7} {'at most':>8}   journey (words that are typed count apart)"
    return [
        head,
        *(f"{keys:>5} {clicks:>7} {most:>8}   {name}" for name, keys, clicks, most in told),
    ]


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: "TerminalReporter") -> None:
    """Print the table when there were journeys."""
    if told := rows(terminalreporter):
        terminalreporter.section("journeys")
        for line in table(told):
            terminalreporter.write_line(line)
