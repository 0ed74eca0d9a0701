"""The file of canned replies: what it may hold, and where a mistake is."""

import pytest

from grc.catalogue.canned import read
from grc.core.toml_source import InvalidFile

GOOD = """[[replies]]
code = "un"
label = "Un"
text = "Votre demande {reference}."
"""


def problems(text: str) -> list[str]:
    with pytest.raises(InvalidFile) as refused:
        read({"replies/a.toml": text}, units={"apa"}, request_types={"apa"})
    return [str(one) for one in refused.value.problems]


def test_a_reply_is_of_every_unit_and_type_unless_it_says_so() -> None:
    (found,) = read({"a": GOOD}, units=(), request_types=())
    assert (found.unit_code, found.request_types, found.language) == ("", (), "fr")


@pytest.mark.parametrize(
    "text", ["{inconnu}", "{{ x }}", "{% if a %}", "{reference.year}", "{Reference}", "{", "a } b"]
)
def test_what_is_no_placeholder_refuses_the_file_with_its_line(text: str) -> None:
    (found, *_) = problems(GOOD.replace("{reference}", text))
    assert found.startswith("replies/a.toml, ligne 4, replies[0].text")


def test_names_of_units_and_types_are_checked() -> None:
    found = problems(GOOD + 'unit = "x"\nrequest_types = ["y"]\nlanguage = "de"\nother = 1\n')
    assert [one.split(", ")[1] for one in found] == ["ligne 5", "ligne 6", "ligne 7", "ligne 8"]


def test_a_code_is_used_once_in_all_files() -> None:
    with pytest.raises(InvalidFile, match="déjà utilisé"):
        read({"a": GOOD, "b": GOOD}, units=(), request_types=())
