"""Who may be the same person: scored alike from both sides, and said in words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.citizens.likeness import ENOUGH, Traits, compare

BORN = frozenset({date(1948, 3, 12)})
LATER = frozenset({date(1975, 1, 2)})
MAIL = frozenset({("email", "m@x.fr")})
PHONE = frozenset({("phone", "+33612345678")})
CAF = frozenset({("caf", "1234567A")})


@pytest.mark.parametrize(
    ("one", "other", "enough"),
    [
        (Traits(("Hélène Muller",), BORN), Traits(("MULLER Helene",), BORN), True),
        (Traits(("Hélène Muller",), BORN), Traits(("Hélène Müler",), BORN), True),
        (Traits(("Hélène Muller",)), Traits(("Hélène Muller",)), False),
        (Traits(("Hélène Muller",), BORN), Traits(("Hélène Muller",), LATER), False),
        (Traits(("Hélène Muller",), points=MAIL), Traits(("Hélène Muller",), points=MAIL), True),
        (Traits(("Hélène Muller",), points=PHONE), Traits(("Paul Muller",), points=PHONE), False),
        (Traits(numbers=CAF), Traits(("Zoé",), numbers=CAF), True),
        (Traits(points=PHONE), Traits(points=PHONE), False),
    ],
)
def test_what_is_proposed(one: Traits, other: Traits, enough: bool) -> None:
    assert (compare(one, other).score >= ENOUGH) is enough


def test_the_reasons_are_told_the_weightiest_first() -> None:
    one = Traits(("Ana Diaz",), BORN, CAF, PHONE)
    told = [str(words) for words in compare(one, one).reasons]
    assert told == ["même numéro CAF", "même nom", "même date de naissance", "même téléphone"]


some = st.builds(
    Traits,
    names=st.lists(st.sampled_from(["Ana Diaz", "Anna Diaz", "Zoé"]), max_size=2).map(tuple),
    births=st.sampled_from([frozenset(), BORN, LATER]),
    numbers=st.sampled_from([frozenset(), CAF]),
    points=st.sampled_from([frozenset(), MAIL, PHONE, MAIL | PHONE]),
)


@given(some, some)
def test_it_is_the_same_from_both_sides(one: Traits, other: Traits) -> None:
    found = compare(one, other)
    assert found == compare(other, one)
    assert 0 <= found.score <= 100
    if not (one.numbers or one.names or one.births or one.points):
        assert found.score == 0
