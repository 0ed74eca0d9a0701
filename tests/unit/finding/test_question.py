"""A question as typed, as an address and as a view: the same question."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.finding.extracts import BEFORE, LENGTH, extract
from grc.finding.question import NAMES, Question, read

UNITS = {"apa": "apa", "APA Nord": "apa", "Antony": "92002"}


class Known:
    """Three names."""

    def code(self, _name: str, typed: str) -> str | None:
        return UNITS.get(typed)


def asked(typed: str, **given: str) -> Question:
    return read(typed, given, Known())


@pytest.mark.parametrize(
    ("typed", "words", "filters"),
    [
        ("martin service:apa -relance", "martin -relance", {"service": "apa"}),
        ('unit:"APA Nord" état:ouverte', "", {"etat": "open", "service": "apa"}),
        ("STATE:open agent:moi retard:oui", "", {"etat": "open", "agent": "me", "retard": "yes"}),
        ("etat:waiting_citizen", "", {"etat": "waiting_citizen"}),
        ("recu:>2026-01-01", "", {"depuis": "2026-01-02"}),
        ("reçu:>=2026-01-01", "", {"depuis": "2026-01-01"}),
        ("received:<2026-02", "", {"jusqua": "2026-01-31"}),
        ("recu:2025", "", {"depuis": "2025-01-01", "jusqua": "2025-12-31"}),
        ("recu:12/03/2026", "", {"depuis": "2026-03-12", "jusqua": "2026-03-12"}),
        ("recu:2026-01..2026-02", "", {"depuis": "2026-01-01", "jusqua": "2026-02-28"}),
        ('"service:apa" 12:30 Re: x', '"service:apa" 12:30 Re: x', {}),
    ],
)
def test_filters_are_taken_out_of_what_is_typed(
    typed: str, words: str, filters: dict[str, str]
) -> None:
    assert asked(typed) == Question(words, filters)


def test_what_is_typed_wins_over_the_address() -> None:
    found = asked("etat:terminee", etat="open", agent="me")
    assert found.filters == {"etat": "ended", "agent": "me"}


def test_a_value_that_means_nothing_is_told_and_answers_nothing() -> None:
    found = asked("service:nulle-part recu:demain")
    assert found.unknown == (("service", "nulle-part"), ("depuis", "demain"))
    assert not found.is_empty


@given(st.text(max_size=400), st.dictionaries(st.sampled_from(list(NAMES)), st.text(max_size=60)))
def test_anything_may_be_typed_and_reads_the_same_from_its_address(
    typed: str, given: dict[str, str]
) -> None:
    found = asked(typed, **given)
    address = found.address()
    again = read(address.pop("q", ""), address, Known())
    assert again.filters == found.filters
    assert set(found.filters) <= set(NAMES)
    for name in ("depuis", "jusqua"):
        assert date.fromisoformat(found.filters.get(name, "2026-01-01"))


TEXT = (
    "Bonjour, mon dossier d’aide est complet depuis mars. " * 20
    + "<b>Zoé</b> 1 85 07 92 123 456 78"
)


def test_an_extract_shows_what_was_found_and_neither_markup_nor_a_secret_number() -> None:
    assert extract("Un <i>dossier</i>", ["dossi"]) == "Un &lt;i&gt;<mark>dossier</mark>&lt;/i&gt;"
    passage = str(extract(TEXT, ["zo"]))
    assert passage.startswith("… ")
    assert "&lt;b&gt;<mark>Zoé</mark>&lt;/b&gt; [NIR]" in passage
    assert extract(TEXT, ["maison"]) is None
    phrase = str(extract("Le dossier est complet", ["dossi complet"]))
    assert phrase == "Le <mark>dossier est complet</mark>"


@given(st.text(max_size=400), st.text(min_size=1, max_size=20))
def test_an_extract_is_short_and_never_fails(text: str, word: str) -> None:
    passage = extract(text, [word])
    if passage is not None:
        assert len(passage.striptags()) <= BEFORE + LENGTH + 4
