"""The organisation changed one thing at a time: dates, differences, and the file it gives."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grc.core.errors import InvalidInput
from grc.core.toml_source import InvalidFile
from grc.organisation import edits
from grc.organisation.difference import What, differences
from grc.organisation.editing import move, put_closed_day, put_site, put_territory, put_unit
from grc.organisation.edits import named
from grc.organisation.files import read
from grc.organisation.tables import ClosedDay, Organisation, Site, Territory, Unit
from grc.organisation.writing import to_toml
from tests.unit.organisation.test_organisation_file import GOOD

TODAY = date(2026, 3, 2)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).map(str.strip)
CODES = st.sampled_from(["u1", "u2", "u3", "triage"])
DAYS = st.integers(0, 40).map(lambda n: TODAY + timedelta(days=n))
UNITS = st.builds(
    Unit, CODES, TEXTS.filter(bool), TEXTS.filter(bool), st.sampled_from(["unit", "triage"]),
    st.sampled_from(["top", "u1"]), phone=TEXTS, address=TEXTS, active=st.booleans(),
)  # fmt: skip
SITES = st.builds(
    Site, st.sampled_from(["s1", "s2"]), TEXTS.filter(bool), CODES, TEXTS.filter(bool),
    st.just("92002"), opening=TEXTS, active=st.booleans(),
)  # fmt: skip
CHANGES = st.one_of(
    UNITS.map(lambda one: lambda here: put_unit(here, one)),
    SITES.map(lambda one: lambda here: put_site(here, one)),
    st.builds(ClosedDay, DAYS, TEXTS.filter(bool), st.sampled_from(["", "s1"])).map(
        lambda one: lambda here: put_closed_day(here, one)
    ),
    st.tuples(st.sampled_from(["92002", "92025"]), st.sampled_from(["t1", "t2"]), DAYS).map(
        lambda one: lambda here: move(here, *one)
    ),
)


def here() -> Organisation:
    found = read(GOOD)
    return put_territory(found, Territory("t2", "Deux", "triage", date(2020, 1, 1)))


@settings(max_examples=20)
@given(st.lists(CHANGES, max_size=5))
def test_the_file_of_whatever_was_changed_says_the_same(changes: list) -> None:  # type: ignore[type-arg]
    now = here()
    for change in changes:
        wanted = change(now)
        try:
            found = read(to_toml(wanted))
        except InvalidFile:
            continue  # what a file may not say, a screen may not either
        assert differences(wanted, found) == []
        assert {name: sorted(map(repr, rows)) for name, rows in vars(found).items() if rows} == {
            name: sorted(map(repr, rows)) for name, rows in vars(wanted).items() if rows
        }
        now = wanted


@settings(max_examples=20)
@given(st.lists(st.tuples(st.sampled_from(["t1", "t2"]), DAYS), max_size=6))
def test_a_commune_is_always_served_once(moves: list[tuple[str, date]]) -> None:
    now = here()
    for territory, since in moves:
        before = now
        now = move(now, "92002", territory, since)
        for n in range(-3, 45):
            day = TODAY + timedelta(days=n)
            serving = [
                one.territory for one in now.ranges if one.insee == "92002" and one.holds(day)
            ]
            then = [
                one.territory for one in before.ranges if one.insee == "92002" and one.holds(day)
            ]
            assert serving == ([territory] if day >= since else then)


def test_a_street_apart_stays_where_it_is() -> None:
    first = here()
    street = replace(first.ranges[0], street="Rue de la Paix", territory="t2")
    moved = move(replace(first, ranges=(*first.ranges, street)), "92002", "t2", TODAY)
    assert street in moved.ranges


def test_differences_say_what_was_and_what_is() -> None:
    first = here()
    last = move(first, "92002", "t2", TODAY)
    last = put_unit(last, replace(first.units[1], phone="01 99 00 00 00", active=False))
    last = put_closed_day(last, ClosedDay(date(2026, 12, 25), "Noël"))
    found = {(one.act, one.kind, one.what): (one.old, one.new) for one in differences(first, last)}
    assert found == {
        (What.CHANGED, "Service", "téléphone"): ("", "01 99 00 00 00"),
        (What.CHANGED, "Service", "ouvert"): (True, False),
        (What.ADDED, "Jour fermé", ""): ("", ""),
        (What.CHANGED, "Commune", "territoire"): ("Un", "Un (jusqu'au 01/03/2026), Deux"),
    }


def test_the_past_is_not_rewritten() -> None:
    edit = edits.commune("92002", "t2", TODAY - timedelta(days=1), TODAY)
    with pytest.raises(InvalidInput) as refused:
        edit.make(read(GOOD))
    assert refused.value.field == "since"


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('[[units]]\ncode = "u"\nname = "U"\nparent = "shut"\n', "le service « shut » est fermé"),
        (
            '[[closed_days]]\non = 2026-12-25\nreason = "Noël"\nsite = "nul"\n',
            "n'est pas un site connu",
        ),
        ('[[closed_days]]\nreason = "Noël"\n', "champ obligatoire absent"),
        ('[[units]]\ncode = "nouveau"\nname = "U"\nparent = "top"\n', "ne peut pas être un code"),
        ('[[units]]\ncode = "a/b"\nname = "U"\nparent = "top"\n', "ne peut pas être un code"),
        (
            '[[closed_days]]\non = 2026-12-25\nreason = "a"\n'
            '[[closed_days]]\non = 2026-12-25\nreason = "b"\n',
            "est déjà utilisé",
        ),
    ],
)
def test_what_does_not_hold_together(table: str, says: str) -> None:
    shut = '[[units]]\ncode = "shut"\nname = "Fermé"\nparent = "top"\nactive = false\n'
    with pytest.raises(InvalidFile) as refused:
        read(GOOD + shut + table)
    assert says in str(refused.value.problems[0].say())


@pytest.mark.parametrize(("days", "is_right"), [(0, True), (1, False)])
def test_a_closed_unit_keeps_only_territories_that_are_over(days: int, is_right: bool) -> None:
    """One that ends later is served until then."""
    ends = TODAY + timedelta(days=days)
    old = Territory("t3", "Trois", "shut", date(2020, 1, 1), ends)
    shut = Unit("shut", "Fermé", "Fermé", "unit", "top", active=False)
    text = to_toml(put_territory(put_unit(here(), shut), old))
    if is_right:
        assert read(text, today=TODAY).territories[-1] == old
        return
    with pytest.raises(InvalidFile, match="le service « shut » est fermé"):
        read(text, today=TODAY)


@pytest.mark.parametrize("ends", [date.min, date(2019, 12, 31)])
def test_a_territory_does_not_end_before_it_begins(ends: date) -> None:
    row = Territory("t2", "Deux", "triage", date(2020, 1, 1), ends)
    with pytest.raises(InvalidFile, match="la fin est avant le premier jour"):
        read(to_toml(put_territory(here(), row)))


def test_a_unit_stays_in_its_department() -> None:
    """Requests are read by the people of the department they came to: see `staff.policy`."""
    other = Unit("autre", "Autre", "Autre", "department")
    known = put_unit(put_unit(here(), other), Unit("u1", "U", "U", "unit", "triage"))
    for row in (
        Unit("u1", "U", "U", "unit", "autre"),
        Unit("triage", "Tri", "Tri", "triage", "autre"),  # and u1 under it
        Unit("top", "Direction", "Direction", "unit", "autre"),
        Unit("u1", "U", "U", "department"),
    ):
        with pytest.raises(InvalidInput) as refused:
            edits.unit(row).make(known)
        assert refused.value.field == "parent", row
    within = Unit("u1", "U", "U", "unit", "top")
    assert named(edits.unit(within).make(known).units, "u1") == within
    circle = Unit("triage", "Tri", "Tri", "triage", "u1")
    with pytest.raises((InvalidFile, InvalidInput)):
        read(to_toml(edits.unit(circle).make(known)))
