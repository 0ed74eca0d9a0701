"""English from a fresh clone: the catalogue is compiled before any test, as installing does."""

from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

_FOLDER = Path(__file__).resolve().parents[2] / "translations"


def pytest_configure(config: pytest.Config) -> None:
    """Once, by the process that starts the others."""
    if not hasattr(config, "workerinput"):
        for po in _FOLDER.glob("*/LC_MESSAGES/*.po"):
            _compile(po, po.with_suffix(".mo"))


def _compile(po: Path, mo: Path) -> None:
    if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
        return
    with po.open("rb") as source, mo.open("wb") as compiled:
        write_mo(compiled, read_po(source))
