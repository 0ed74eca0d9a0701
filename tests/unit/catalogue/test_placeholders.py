"""Words in braces: a closed list, filled in once."""

from hypothesis import given
from hypothesis import strategies as st

from grc.catalogue.placeholders import NAMES, fill, left, unknown


def test_what_is_no_placeholder_is_told() -> None:
    text = "{reference} {référence} {% if x %} {usager.nom} { usager } } {usager"
    told = ["{référence}", "{% if x %}", "{usager.nom}", "{ usager }", "}", "{"]
    assert list(unknown(text)) == told
    assert list(unknown("Madame {usager}, votre demande {reference}")) == []


def test_a_value_is_never_read_again() -> None:
    filled = fill("{usager} : {reference}", {"usager": "{reference} {pièces}", "reference": "D-1"})
    assert filled.text == "{reference} {pièces} : D-1"
    assert filled.missing == ()


def test_what_has_no_value_stays_and_is_told_once() -> None:
    filled = fill("{échéance}, {échéance} {service}", {"échéance": "", "service": "APA"})
    assert filled.text == "{échéance}, {échéance} APA"
    assert filled.missing == ("échéance",) == left(filled.text)


@given(st.dictionaries(st.sampled_from(sorted(NAMES)), st.text(min_size=1)), st.text())
def test_whatever_the_values_nothing_else_changes(values: dict[str, str], around: str) -> None:
    text = "".join(f"{{{name}}}" for name in NAMES)
    filled = fill(text, values)
    assert filled.text == "".join(values.get(name, f"{{{name}}}") for name in NAMES)
    assert set(filled.missing) == set(NAMES) - set(values)
    assert fill(around, {}).text == around
