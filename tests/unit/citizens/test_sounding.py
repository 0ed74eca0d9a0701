"""A name is found however it is spelled, and nobody whose name is another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.citizens.sounding import beside, key, nearest, sound

WORDS = st.text(alphabet="abcdeghiklmnoprstuvz", min_size=4, max_size=14)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("grandjan", "grandjean"),
        ("grangean", "grandjean"),
        ("gandjean", "grandjean"),
        ("grnadjean", "grandjean"),
        ("durant", "durand"),
        ("lefebure", "lefebvre"),
        ("filippe", "philippe"),
        ("adad", "haddad"),
        ("katerine", "catherine"),
        ("gautier", "gauthier"),
        ("rodrigez", "rodriguez"),
        ("kevin", "quevin"),
        ("muhammad", "mohamed"),
    ],
)
def test_a_name_spelled_otherwise_is_near(typed: str, meant: str) -> None:
    assert sound(meant) in (sound(typed), *beside(sound(typed)))
    assert nearest(typed, [meant, "zwingelstein"], 5) == [meant]


@pytest.mark.parametrize(("one", "other"), [("martin", "bernard"), ("dossier", "durand")])
def test_another_name_is_not(one: str, other: str) -> None:
    assert nearest(one, [other], 5) == []


@given(WORDS, WORDS)
def test_to_sound_alike_is_mutual_and_a_key_gives_its_word_back(one: str, other: str) -> None:
    assert (sound(other) in beside(sound(one))) == (sound(one) in beside(sound(other)))
    assert key(one) in ("", f"{sound(one)} {one}")
    assert sound(one) not in beside(sound(one))
    assert nearest(one, [one, other], 1) == [one]


def test_what_is_no_french_word_or_too_short_has_no_key() -> None:
    assert [key(word) for word in ("你好吗你", "lee", "92400", "")] == [""] * 4
