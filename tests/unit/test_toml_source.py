"""Every mistake of a TOML file is found at once, with its line and its field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.core.toml_lines import index_lines
from grc.core.toml_source import InvalidFile, Source

TEXT = """# a comment
name = "x"
towns = [
  { insee = "1", name = "A]b" }, # ]
  # nothing here
  { insee = "2" },
]

[[units]]
code = "a"
note = '''
[[units]]
code = "not me"
'''
[[units]]
code = "b"
[units.when]
words = ["one",
  "two"]
[[units.rooms]]
floor = 1
[[units.rooms]]
floor = "two"
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("name",), 2),
        (("towns",), 3),
        (("towns", 0), 4),
        (("towns", 1), 6),
        (("units", 0), 9),
        (("units", 0, "note"), 11),
        (("units", 1), 15),
        (("units", 1, "code"), 16),
        (("units", 1, "when", "words", 1), 19),
        (("units", 1, "rooms", 1, "floor"), 23),
    ],
)
def test_each_field_has_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert index_lines(TEXT)[path] == line


@given(st.integers(1, 8), st.integers(0, 5))
def test_lines_survive_blank_and_comment_lines(tables: int, blanks: int) -> None:
    filler = "# [[units]]\n" * blanks
    text = "".join(f'{filler}[[units]]\ncode = "{n}"\n' for n in range(tables))
    lines = text.splitlines()
    found = index_lines(text)
    for number in range(tables):
        assert lines[found["units", number, "code"] - 1] == f'code = "{number}"'


def problems_of(text: str) -> list[str]:
    source = Source("file.toml", text)
    for row in source.tables("units"):
        row.text("code")
        row.choice("kind", ("big", "small"), "big")
        row.whole("size", 1, minimum=1, maximum=9)
        row.flag("is_open", True)
        row.day("since")
        row.texts("words")
    source.refuse_unknown(("units",))
    source.unique("units", "code", (str(unit.get("code")) for unit in source.data["units"]))
    with pytest.raises(InvalidFile) as caught:
        source.raise_problems()
    return [problem.say() for problem in caught.value.problems]


def test_all_mistakes_are_told_in_the_order_of_the_file() -> None:
    text = (
        '[[units]]\nkind = "huge"\nsize = 12\nis_open = "yes"\nsince = "monday"\nwords = [1]\n'
        'colour = "red"\n[[units]]\ncode = "a"\n[[units]]\ncode = "a"\n[other]\n'
    )
    assert problems_of(text) == [
        "file.toml, ligne 1, units[0].code : champ obligatoire absent",
        "file.toml, ligne 2, units[0].kind : « huge » n'est pas accepté ; "
        "valeurs possibles : big, small",
        "file.toml, ligne 3, units[0].size : doit être entre 1 et 9",
        "file.toml, ligne 4, units[0].is_open : attendu : true ou false",
        "file.toml, ligne 5, units[0].since : attendu : une date comme 2026-01-31",
        "file.toml, ligne 6, units[0].words[0] : attendu : un texte non vide",
        "file.toml, ligne 7, units[0].colour : champ inconnu",
        "file.toml, ligne 11, units[2].code : « a » est déjà utilisé",
        "file.toml, ligne 12, other : champ inconnu",
    ]


def test_a_boolean_is_not_a_number() -> None:
    assert problems_of('[[units]]\ncode = "a"\nsize = true\n') == [
        "file.toml, ligne 3, units[0].size : attendu : un nombre entier"
    ]


def test_text_that_is_not_toml_names_the_line() -> None:
    with pytest.raises(InvalidFile) as caught:
        Source("file.toml", 'a = 1\nb = = "x"\n')
    assert [problem.line for problem in caught.value.problems] == [2]
    assert "file.toml, ligne 2" in caught.value.say("fr")
    assert "rien n'a changé" in caught.value.say("fr")
