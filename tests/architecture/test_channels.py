"""Every installed adapter keeps the contract, on samples of its own."""

import pytest

from grc.channels import registry
from grc.channels.testing import check_channel
from tests.architecture.sources import ROOT

SAMPLES = ROOT / "tests" / "samples"


@pytest.mark.parametrize("name", registry.names())
def test_an_adapter_keeps_the_contract_on_its_samples(name: str) -> None:
    samples = [path.read_bytes() for path in sorted((SAMPLES / name).iterdir())]
    check_channel(registry.get(name), samples)


def test_no_sample_is_for_a_channel_that_does_not_exist() -> None:
    assert {path.name for path in SAMPLES.iterdir()} <= set(registry.names())
