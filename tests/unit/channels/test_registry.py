"""Adapters are found by entry point; a contradiction stops the start."""

from importlib.metadata import EntryPoint

import pytest

from grc.channels import registry
from grc.channels.testing import check_channel
from grc.parsing.limits import DEFAULT, Limits
from tests.unit.channels import adapters


def point(name: str, cls: str) -> EntryPoint:
    return EntryPoint(name, f"tests.unit.channels.adapters:{cls}", registry.GROUP)


def test_the_email_adapter_is_installed() -> None:
    assert "email" in registry.names()
    assert registry.get("email").name == "email"
    assert registry.get("email") is registry.get("email")
    assert registry.label("email") == "Courriel"


def test_a_channel_no_longer_installed_still_has_a_label() -> None:
    assert registry.label("minitel") == "minitel"


def test_an_unknown_channel_is_named_with_those_known() -> None:
    with pytest.raises(registry.UnknownChannel, match=r"minitel .*installés : .*email"):
        registry.get("minitel")


def test_the_setting_closes_the_channels_it_does_not_name() -> None:
    assert registry.demand("email", ()).name == "email"
    assert registry.demand("email", ("email",)).name == "email"
    with pytest.raises(registry.ClosedChannel, match=r"phone .*GRC_CHANNELS ; ouverts : email"):
        registry.demand("phone", ("email",))
    with pytest.raises(registry.UnknownChannel, match="minitel"):
        registry.demand("minitel", ("email",))


def test_two_adapters_of_one_name_stop_the_start() -> None:
    points = [point("honest", "Honest"), point("honest", "Random")]
    with pytest.raises(registry.RegistryError, match=r"honest.*Honest.*Random"):
        registry.by_name(points)


def test_an_adapter_that_does_not_load_hides_no_case(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = {"broken": EntryPoint("broken", "grc.channels.absent:Nothing", registry.GROUP)}
    monkeypatch.setattr(registry, "installed", lambda: broken)
    assert registry.label("broken") == "broken"
    assert registry.typed_channels(()) == []


def test_the_same_adapter_seen_twice_is_one() -> None:
    points = [point("honest", "Honest"), point("honest", "Honest"), point("a", "Random")]
    assert list(registry.by_name(points)) == ["a", "honest"]


def test_an_adapter_cannot_lie_about_its_name() -> None:
    with pytest.raises(registry.RegistryError, match=r"« honest ».*« other »"):
        registry.build(point("honest", "Misnamed"), DEFAULT)


def test_an_adapter_is_built_with_the_limits() -> None:
    channel = registry.build(point("honest", "Honest"), Limits(parts=7))
    assert channel.read(b"x")[0].text == "7"


SAMPLES = [b"Marie Karim", b"Odette"]


def test_the_contract_accepts_an_honest_adapter() -> None:
    check_channel(adapters.Honest(DEFAULT), SAMPLES)


@pytest.mark.parametrize(
    ("adapter", "complaint"),
    [
        (adapters.Random, "reading twice"),
        (adapters.Unwashed, "not washed"),
        (adapters.Active, "loads or runs"),
        (adapters.Silent, "no request"),
    ],
)
def test_the_contract_refuses(adapter: type[adapters.Honest], complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        check_channel(adapter(DEFAULT), SAMPLES)


FORM = [b'{"at":"2026-03-02T08:15:00+00:00","values":{"subject":"a"}}']


def test_the_contract_accepts_an_honest_form() -> None:
    check_channel(adapters.HonestForm(DEFAULT), FORM)


@pytest.mark.parametrize(
    ("adapter", "complaint"),
    [
        (adapters.Form, "'more' is no short identifier, or is taken"),
        (adapters.Forgetful, "typed in 'names' is lost"),
        (adapters.Credulous, "accepts|peek|refus"),
        (adapters.Undecided, "choices belong to a choice"),
    ],
)
def test_the_contract_refuses_a_form(adapter: type[adapters.Honest], complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        check_channel(adapter(DEFAULT), FORM)


@pytest.mark.parametrize("adapter", [adapters.Leaky, adapters.Timid])
def test_the_contract_lets_other_errors_through(adapter: type[adapters.Honest]) -> None:
    with pytest.raises(ValueError, match="not"):
        check_channel(adapter(DEFAULT), SAMPLES)


def test_the_contract_needs_samples() -> None:
    with pytest.raises(AssertionError, match="no sample"):
        check_channel(adapters.Honest(DEFAULT), [])
