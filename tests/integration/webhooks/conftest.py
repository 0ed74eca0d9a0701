"""An application whose webhooks may post to this machine, and a receiver there."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grc.core.settings import Settings
from tests.integration.conftest import make_settings
from tests.rig.receiver import Receiver


@pytest.fixture
def settings(loaded_url: str, tmp_path: Path) -> Settings:
    """Those of every test, with loopback as a network of ours."""
    return replace(make_settings(loaded_url, tmp_path), webhook_networks=("127.0.0.0/8",))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Takes everything until told otherwise."""
    with Receiver() as made:
        yield made
