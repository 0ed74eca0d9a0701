"""Each address of the demo département is in exactly one territory, at every date."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.organisation.communes import CommuneIndex
from grc.organisation.files import read
from grc.organisation.tables import Organisation
from grc.organisation.territory import Place, Range, TerritoryIndex, street_key

DEMO = Path(__file__).parents[3] / "demo" / "organisation.toml"
TODAY = date(2026, 3, 2)


def read_demo() -> Organisation:
    return read(DEMO.read_text(encoding="utf-8"))


ORGANISATION = read_demo()
COMMUNES = CommuneIndex(ORGANISATION.communes)
NAMES = {territory.code: territory.name for territory in ORGANISATION.territories}
INDEX = TerritoryIndex(COMMUNES, ORGANISATION.ranges, NAMES)
STREETS = sorted({(r.insee, r.street) for r in ORGANISATION.ranges if r.street})
SPLIT = {insee for insee, _ in STREETS}
DATES = st.dates(date(2015, 4, 2), date(2040, 1, 1))


@given(st.sampled_from(ORGANISATION.communes), DATES)
def test_a_commune_is_in_one_territory_or_is_split(commune: object, on: date) -> None:
    insee = getattr(commune, "insee")  # noqa: B009 - typed as object for hypothesis
    found = INDEX.find(Place(insee=insee), on)
    if insee in SPLIT:
        assert found.territory is None
        assert len(found.candidates) > 1
    else:
        assert found.territory in NAMES
        assert INDEX.territories(insee, on) == (found.territory,)


@given(st.sampled_from(STREETS), st.integers(1, 400), DATES)
def test_an_address_of_a_split_commune_is_in_one_territory(
    street: tuple[str, str], number: int, on: date
) -> None:
    insee, name = street
    found = INDEX.find(Place(insee=insee, address=f"{number} {name}"), on)
    served_by = {r.territory for r in _ranges_of(insee, name, number, on)}
    assert len(served_by) == 1
    assert {found.territory} == served_by


def _ranges_of(insee: str, street: str, number: int, on: date) -> list[Range]:
    """The slow and obvious answer: the ranges of the street, else the rest of the commune."""
    held = [r for r in ORGANISATION.ranges if r.insee == insee and r.holds(on)]
    on_street = [r for r in held if r.street == street and r.has(number)]
    return on_street or [r for r in held if not r.street]


@given(st.text(), st.text(), st.text(), DATES)
def test_any_place_gets_an_answer_and_a_reason(
    postcode: str, commune: str, address: str, on: date
) -> None:
    found = INDEX.find(Place(postcode=postcode, commune=commune, address=address), on)
    assert str(found.reason)
    assert found.territory is None or found.candidates == (found.territory,)


@pytest.mark.parametrize(
    ("place", "territory", "reason"),
    [
        (Place(commune="Antony"), "t14", "Antony : territoire Territoire 14"),
        (Place(postcode="92160"), "t14", "Antony : territoire Territoire 14"),
        (Place(postcode="92360"), "t11", "Meudon : territoire Territoire 11"),
        (Place(postcode="92015", commune="Issy"), "t11", "Issy-les-Moulineaux"),
        (
            Place(commune="Nanterre", address="Bât. 3, 20 Rue Henri Barbusse"),
            "t07",
            "rue Henri-Barbusse, Nanterre : territoire Territoire 7",
        ),
        (
            Place(commune="Nanterre", address="21 bis, rue Henri-Barbusse"),
            "t06",
            "autres adresses de Nanterre : territoire Territoire 6",
        ),
        (Place(commune="Nanterre", address="3 av. G. Péri"), "t06", "autres adresses de Nanterre"),
        (Place(commune="Nanterre", address="8 av. Georges Clemenceau"), "t07", "avenue Georges"),
        (Place(commune="Nanterre", address="rue Henri Barbusse"), None, "numéro à préciser"),
        (Place(commune="Nanterre", address="chez ma sœur"), None, "adresse à préciser"),
        (Place(commune="Nanterre"), None, "adresse à préciser"),
        (Place(commune="Paris"), None, "commune inconnue ou hors du département"),
        (Place(), None, "commune inconnue ou hors du département"),
    ],
)
def test_found_with_a_reason(place: Place, territory: str | None, reason: str) -> None:
    found = INDEX.find(place, TODAY)
    assert found.territory == territory
    assert reason in str(found.reason)


def test_a_commune_changes_territory_on_its_day() -> None:
    vanves = Place(commune="Vanves")
    assert INDEX.find(vanves, date(2023, 12, 31)).territory == "t13"
    assert INDEX.find(vanves, date(2024, 1, 1)).territory == "t11"
    before = INDEX.find(vanves, date(2010, 1, 1))
    assert before.territory is None
    assert str(before.reason) == "Vanves n'a pas de territoire à cette date"


def test_candidates_are_told_when_more_must_be_known() -> None:
    assert INDEX.find(Place(commune="Colombes"), TODAY).candidates == ("t02", "t03")


@pytest.mark.parametrize("street", ["Bd. du Général-Leclerc", "boulevard du general leclerc"])
def test_streets_compare_without_accents_and_abbreviations(street: str) -> None:
    assert street_key(street) == "boulevard du general leclerc"
