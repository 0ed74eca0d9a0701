"""The closed list of events, what follows them, and the steps that do it."""

import ast
import pkgutil
from importlib import import_module

import pytest

from grc.core import event_kinds
from grc.core.events import Event
from grc.pipeline import AFTER, STEPS
from tests.architecture.sources import calls, modules, name_of

ELSEWHERE = {"grc/core/events.py", "grc/pipeline.py"}


def recorded() -> set[str]:
    """The names of the events that some module mentions, to record them."""
    return {
        node.attr
        for path, tree in modules().items()
        if path not in ELSEWHERE
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and name_of(node.value) == "Event"
    }


def planned() -> set[str]:
    """The names of the steps planned by hand: `steps.plan("send", …)`."""
    return {
        str(call.args[0].value)
        for tree in modules().values()
        for call in calls(tree)
        if name_of(call.func) == "steps.plan"
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def test_every_event_is_recorded_somewhere() -> None:
    assert {event.name for event in Event} - recorded() == set()


def test_every_event_declared_is_in_the_list_under_its_name() -> None:
    declared = {
        name: value[0]
        for found in pkgutil.iter_modules(event_kinds.__path__)
        for name, value in vars(import_module(f"{event_kinds.__name__}.{found.name}")).items()
        if isinstance(value, tuple)
    }
    assert declared == {event.name: event.code for event in Event}


@pytest.mark.parametrize("event", Event, ids=lambda event: event.code)
def test_every_event_has_a_sentence(event: Event) -> None:
    assert event.sentence[0].isupper()
    assert not event.sentence.endswith(".")


def test_what_follows_an_event_is_a_step() -> None:
    after = {name for names in AFTER.values() for name in names}
    assert after | planned() == set(STEPS)


def test_a_step_speaks_to_the_world_or_to_the_database_never_to_both() -> None:
    for name, work in STEPS.items():
        assert work.max_attempts >= 3, name
        assert (work.outside is None) or name in {
            *("understand", "split", "send", "deliver", "lay_out", "notify", "try_rules")
        }
