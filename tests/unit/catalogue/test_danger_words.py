"""Words that ask to be read twice: whole, whatever their accents and capitals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.catalogue.danger_words import LONGEST, found, joined
from grc.core.search import words

WANTED = ("me frappe", "suicide", "à la rue", "j'ai peur", "tué")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Il ME FRAPPE.", ("me frappe",)),
        ("il me\n frappe", ("me frappe",)),
        ("Il me frappera", ()),
        ("A LA RUE", ("à la rue",)),
        ("la rue", ()),
        ("Suicides", ()),
        ("j’ai peur, j'ai peur", ("j'ai peur",)),
        ("habitué", ()),
        ("Tue", ("tué",)),  # without its accent: better one signal too many
        ("", ()),
    ],
)
def test_a_word_counts_whole(text: str, expected: tuple[str, ...]) -> None:
    assert found(text, WANTED) == expected


WORD = st.text("abcdéÈ' ", min_size=1, max_size=12)


@given(WORD, WORD, WORD)
def test_a_phrase_is_found_wherever_it_stands(before: str, phrase: str, after: str) -> None:
    told = f"{before} . {phrase.upper()} ! {after}"
    assert found(told, (phrase,)) == ((phrase,) if words(phrase) else ())


@given(st.lists(st.text(min_size=1, max_size=60)))
def test_what_is_kept_fits_and_cuts_no_word(many: list[str]) -> None:
    kept = joined(many)
    assert len(kept) <= LONGEST
    assert any(", ".join(many[:count]) == kept for count in range(len(many) + 1))
