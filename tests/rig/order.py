"""What waits for processes and browsers begins first, so that short tests fill the end: a run is as
long as its last test."""

from collections.abc import Sequence
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
FIRST = ("faults", "deploy", "bench", "browser", "api")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Folders in the order of `FIRST`; within a folder, and after them, as collected."""
    items.sort(key=lambda item: rank(item.path.relative_to(TESTS).parts))


def rank(parts: Sequence[str]) -> int:
    """Where a test stands, by the folders of its file below `tests`."""
    return FIRST.index(parts[0]) if parts[0] in FIRST else len(FIRST)
