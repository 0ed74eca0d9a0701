"""What is indexed and looked for: stems, no accents, and never a social security number."""

from hypothesis import given
from hypothesis import strategies as st

from grc.cases.masking import mask_nir
from grc.cases.search import MAX_TERMS, terms


def test_words_and_phrases_become_terms() -> None:
    assert terms("Les allocations") == terms("allocation") == terms("ALLOCATIONS")
    assert terms('"dossier complet" allocation') == ["dossi complet", "alloc"]
    assert terms("élève") == terms("eleve")
    assert terms('le la les "de du" …') == []


@given(st.text(max_size=300))
def test_anything_may_be_looked_for(typed: str) -> None:
    found = terms(typed)
    assert len(found) <= MAX_TERMS
    assert len(set(found)) == len(found)
    assert all(term and '"' not in term and "*" not in term for term in found)


two = st.integers(min_value=10, max_value=95).map(str)
three = st.integers(min_value=100, max_value=999).map(str)
nirs = st.tuples(
    st.sampled_from("12"), two, st.sampled_from(["01", "06", "12"]), two, three, three, two
)


@given(nirs, st.sampled_from(["", " "]), st.booleans())
def test_a_social_security_number_is_masked(
    parts: tuple[str, ...], between: str, with_key: bool
) -> None:
    number = between.join(parts if with_key else parts[:-1])
    masked = mask_nir(f"Mon numéro est {number}, merci.")
    assert masked == "Mon numéro est [NIR], merci."


def test_other_numbers_are_left_alone() -> None:
    for text in ("06 12 34 56 78", "D-2026-0000123-K", "92000 Nanterre", "1 234 567,89 €"):
        assert mask_nir(text) == text


def test_corsica_has_letters() -> None:
    assert "[NIR]" in mask_nir("1 85 07 2A 123 456 78")
