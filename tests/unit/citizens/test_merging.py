"""Merging as a relation: whoever stands for whom, and that undoing it leaves all as before."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grc.citizens.matching import Candidate, match, one_each
from grc.citizens.merging import FIELDS, differing, missing, roots, shown


@dataclass
class Tie:
    citizen_id: int
    into_id: int
    chosen: list[Any] = field(default_factory=list)


@dataclass
class Somebody:
    name: str | None = None
    birth_name: str | None = None
    first_names: str | None = None
    birth_date: str | None = None
    died_on: str | None = None
    language: str | None = "fr"


people = st.fixed_dictionaries(
    {
        number: st.builds(Somebody, name=st.sampled_from("abc"), birth_name=st.sampled_from("xy"))
        for number in range(5)
    }
)
acts = st.lists(
    st.tuples(
        st.integers(0, 4), st.integers(0, 4), st.lists(st.sampled_from(list(FIELDS)), unique=True)
    ),
    max_size=6,
)


def merged(wanted: list[tuple[int, int, list[str]]]) -> list[Tie]:
    """The merges that are allowed: both stand for themselves."""
    ties: list[Tie] = []
    for kept, other, chosen in wanted:
        below = roots(ties)
        if kept != other and kept not in below and other not in below:
            ties.append(Tie(other, kept, chosen))
    return ties


@given(people, acts, st.data())
def test_to_undo_a_merge_is_as_if_it_had_not_been(
    folk: dict[int, Any], wanted: list[Any], data: st.DataObject
) -> None:
    ties = merged(wanted)
    before = {one: shown(one, folk, ties) for one in folk if one not in roots(ties)}
    free = sorted(before)
    if len(free) < 2:
        return
    kept, other = data.draw(st.permutations(free))[:2]
    both = [*ties, Tie(other, kept, list(FIELDS))]
    assert shown(kept, folk, both) == before[other]
    assert roots(both)[other] == kept
    assert set(roots(both)) == {*roots(ties), other}
    after = [tie for tie in both if tie.citizen_id != other]
    assert {one: shown(one, folk, after) for one in folk if one not in roots(after)} == before


@given(acts)
def test_who_is_merged_stands_with_somebody_who_is_not(wanted: list[Any]) -> None:
    below = roots(merged(wanted))
    assert not set(below) & set(below.values())


def test_a_person_chooses_only_where_both_say_otherwise() -> None:
    kept = dict.fromkeys(FIELDS) | {"name": "Ana", "language": "fr"}
    other = dict(kept) | {"name": "Anna", "birth_name": "Diaz"}
    assert differing(kept, other) == ["name"]
    assert missing(kept, other) == ["birth_name"]


def test_merged_people_are_one_owner_and_the_message_is_of_whom_it_names() -> None:
    ana, anna = Candidate(1, "Ana Diaz"), Candidate(2, "Anna Lopez", survivor_id=1)
    assert match("a@x.fr", "Ana Diaz", [ana, anna]).citizen_id == 1
    assert match("a@x.fr", "Lopez Anna", [ana, anna]).citizen_id == 2
    assert match("a@x.fr", None, [ana, anna]).citizen_id == 1
    assert match("a@x.fr", "Zoe Ka", [ana, anna]).kind == "proposed"
    assert [one.citizen_id for one in one_each(None, [anna])] == [2]
    stranger = Candidate(3, "Ana Diaz")
    assert match("a@x.fr", "Ana Diaz", [ana, anna, stranger]).kind == "proposed"
