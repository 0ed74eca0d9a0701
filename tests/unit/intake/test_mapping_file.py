"""A mapping is right, or every mistake in it is named with its line."""

from pathlib import Path

import pytest

from grc.core.toml_source import InvalidFile
from grc.intake.mapping_file import read

LEAST = 'system = "Iode"\n[columns]\nreceived = "Reçu le"\n[applicant]\nname = "Nom"\n'
DEMO = Path(__file__).parents[3] / "demo"


def test_the_least_mapping() -> None:
    guide = read(LEAST).guide
    assert guide["system"] == "Iode"
    assert guide["dates"] == "dmy"
    assert guide["columns"] == {"received": ["Reçu le"], "applicant.name": ["Nom"]}


def test_the_mapping_of_the_demo_is_right() -> None:
    guide = read((DEMO / "table-mapping.toml").read_text("utf-8")).guide
    assert guide["columns"]["received"]
    assert guide["values"]["state"]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (LEAST.replace("received", "recieved"), 3, "champ inconnu"),
        (LEAST.replace('received = "Reçu le"', 'subject = "Objet"'), 2, "date de réception"),
        (LEAST.replace('[applicant]\nname = "Nom"', ""), 2, "qui demande"),
        (LEAST.replace('"Iode"', "3"), 1, "un texte"),
        ('dates = "jma"\n' + LEAST, 1, "jma"),
        ('encoding = "klingon"\n' + LEAST, 1, "klingon"),
        ('separator = ";;"\n' + LEAST, 1, "un seul caractère"),
        (LEAST + 'keys.numero_allocataire = "N°"\n', 6, "10"),
        (LEAST.replace("[appl", 'state = "Statut"\n[appl'), 2, "[states]"),
        (LEAST + '[states]\n"Clos" = "closed"\n', 7, "closed/"),
        (LEAST + '[states]\n"Clos" = "resolved/answered"\n', 7, "resolved"),
        (LEAST + '[states]\n"Ouvert" = "received/granted"\n', 7, "received/granted"),
        (LEAST + "[states\n", 6, "TOML"),
    ],
)
def test_each_mistake_has_its_line(text: str, line: int, what: str) -> None:
    with pytest.raises(InvalidFile) as refused:
        read(text)
    said = {problem.line: problem.say() for problem in refused.value.problems}
    assert what in said[line], said
