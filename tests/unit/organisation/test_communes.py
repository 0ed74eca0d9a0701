"""Communes are found by name or postcode, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.organisation.communes import Commune, CommuneIndex, Strength

ANTONY = Commune("92002", "Antony", ("92160",), "92")
COLOMBES = Commune("92025", "Colombes", ("92700",), "92")
BOIS = Commune("92009", "Bois-Colombes", ("92270",), "92")
CLICHY = Commune("92024", "Clichy", ("92110",), "92")
CLOUD = Commune("92064", "Saint-Cloud", ("92210",), "92")
PLESSIS = Commune("92060", "Le Plessis-Robinson", ("92350",), "92")
BOULOGNE = Commune("92012", "Boulogne-Billancourt", ("92100",), "92", aliases=("Boulogne",))
EVERY = (ANTONY, COLOMBES, BOIS, CLICHY, CLOUD, PLESSIS, BOULOGNE)
INDEX = CommuneIndex(EVERY)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("J'habite à Colombes.", ["Colombes"]),
        ("J'habite BOIS COLOMBES", ["Bois-Colombes"]),
        ("bois-colombes et colombes", ["Bois-Colombes", "Colombes"]),
        ("mairie de St Cloud", ["Saint-Cloud"]),
        ("mairie de St-Cloud", ["Saint-Cloud"]),
        ("la ville du Plessis-Robinson", ["Le Plessis-Robinson"]),
        ("le plessis robinson", ["Le Plessis-Robinson"]),
        ("je vis à boulogne", ["Boulogne-Billancourt"]),
        ("Boulogne-Billancourt", ["Boulogne-Billancourt"]),
        ("92160", ["Antony"]),
        ("Colombesque antonyme 921600", []),
        ("Clichy-sous-Bois", []),
        ("Boulogne sur Mer", []),
        ("", []),
    ],
)
def test_names_found(text: str, names: list[str]) -> None:
    assert [mention.commune.name for mention in INDEX.mentions(text)] == names


def test_an_address_is_surer_than_a_name() -> None:
    text = "Je travaille à Antony mais j'habite 3 rue Verte\n92700 Colombes"
    assert INDEX.choose(text) == INDEX.mentions(text)[0]
    best = INDEX.mentions(text)[0]
    assert (best.commune, best.strength) == (COLOMBES, Strength.ADDRESS)
    assert str(best.why) == "adresse « 92700 Colombes »"


def test_two_names_as_sure_are_not_a_choice() -> None:
    assert INDEX.choose("entre Antony et Colombes") is None
    assert INDEX.choose("rien") is None


def test_a_postcode_of_several_communes_tells_none() -> None:
    index = CommuneIndex(
        [Commune("1", "Un", ("78000",), "78"), Commune("2", "Deux", ("78000",), "78")]
    )
    assert index.mentions("78000") == ()
    assert [m.commune.name for m in index.mentions("78000 Deux")] == ["Deux"]


@pytest.mark.parametrize("name", ["92002", "antony", "ANTONY", " Antony "])
def test_named_takes_a_name_or_a_code(name: str) -> None:
    assert INDEX.named(name) == (ANTONY,)


@given(st.text(), st.sampled_from(EVERY), st.text())
def test_a_name_between_spaces_is_always_found(before: str, commune: Commune, after: str) -> None:
    text = f"{before} . {commune.name} . {after}"
    assert commune in [mention.commune for mention in INDEX.mentions(text)]


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    found = INDEX.mentions(text)
    assert len({mention.commune.insee for mention in found}) == len(found)
