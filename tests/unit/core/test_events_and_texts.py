"""Events declare their keys; texts translate when shown and survive JSON."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.core.events import BY_CODE, Event
from grc.core.i18n import Text

values = st.one_of(st.text(max_size=20), st.integers(), st.none())
texts = st.recursive(
    st.builds(Text, st.just("rien")),
    lambda inner: st.builds(
        lambda value: Text("avec %(x)s", {"x": value}), st.one_of(values, inner)
    ),
    max_leaves=4,
)


@pytest.mark.parametrize("event", Event, ids=lambda event: event.code)
def test_a_sentence_uses_declared_keys_only(event: Event) -> None:
    assert re.fullmatch(r"[a-z]+:[a-z-]+", event.code)
    assert set(re.findall(r"%\((\w+)\)", event.sentence)) <= event.keys
    assert str(event.text(dict.fromkeys(event.keys, "x")))


def test_codes_are_unique_and_fit_their_column() -> None:
    assert len(BY_CODE) == len(Event)
    assert all(len(code) <= 40 for code in BY_CODE)


@pytest.mark.parametrize("wrong", [{}, {"unit": "x"}, {"unit": "x", "rule": "y", "more": 1}])
def test_other_keys_than_declared_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        Event.CASE_ROUTED.check(wrong)


@given(texts)
def test_a_text_survives_json(text: Text) -> None:
    assert Text.from_json(json.loads(json.dumps(text.as_json()))) == text
    assert str(Text.from_json(text.as_json())) == str(text)


def test_a_percent_sign_in_a_value_is_only_a_value() -> None:
    assert str(Text("avec %(x)s", {"x": "100 % %(y)s"})) == "avec 100 % %(y)s"
