"""Who wrote is matched, proposed or nobody, always with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.citizens.matching import Candidate, match, plain_name, same_name

MARIE, PAUL, NAMELESS = (
    Candidate(1, "Marie Durand"),
    Candidate(2, "Paul Durand"),
    Candidate(3, None),
)
owners = st.lists(st.sampled_from([MARIE, PAUL, NAMELESS]), unique=True)
names = st.one_of(st.none(), st.text(max_size=30), st.sampled_from(["Marie Durand", "DURAND Paul"]))


@given(names, owners)
def test_a_match_is_one_person_and_never_a_guess(name: str | None, known: list[Candidate]) -> None:
    found = match("a@b.example", name, known)
    assert found.reasons
    assert (found.kind == "none") == (not known)
    assert (found.citizen_id is not None) == (found.kind == "matched")
    assert set(found.proposed) <= {candidate.citizen_id for candidate in known}
    assert len(known) < 2 or found.kind == "proposed"
    assert bool(found.proposed) == (found.kind == "proposed")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Marie Durand", "DURAND Marie"),
        ("Élodie Lefèvre", "elodie lefevre"),
        ("Jean-Pierre Dupont", "Jean Pierre DUPONT"),
        ("Marie Durand", "Marie Durant"),
        ("Marie Durand", None),
    ],
)
def test_the_same_name_is_recognised(one: str, other: str | None) -> None:
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("Marie Durand", "Paul Martin"), ("Ali Benali", "Karim Benali")]
)
def test_another_name_is_another_person(one: str, other: str) -> None:
    assert not same_name(one, other)
    assert match("a@b.example", one, [Candidate(1, other)]).kind == "proposed"


def test_of_several_owners_those_of_that_name_are_proposed() -> None:
    assert match("a@b.example", "M. Durand Paul", [MARIE, PAUL]).proposed == (2,)
    assert match("a@b.example", None, [MARIE, PAUL]).proposed == (1, 2)


def test_a_plain_name_has_no_accents_and_no_punctuation() -> None:
    assert plain_name("  Élodie  O'Neil-LEFÈVRE ") == "elodie o neil lefevre"
