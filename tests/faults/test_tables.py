"""A table import killed anywhere: nothing lost, nothing doubled, nothing sent."""

from itertools import count
from pathlib import Path

from tests.faults.ground import KILLED, Ground, assert_sound

DATA = 65
POINTS = ("split:prepared", "split:committed", "understand:worked")
MAPPING = """
system = "Iode"
[columns]
reference = "Dossier"
received = "Reçu le"
state = "Statut"
[applicant]
name = "Nom"
email = "Courriel"
[states]
"Ouvert" = "in_progress"
"Clos" = "closed/answered"
"""
GOOD, BAD = 12, 2


def table_of(ground: Ground) -> tuple[Path, Path]:
    """A file with rows that are right, two that are not, and its mapping."""
    days = ["03/04/2024"] * GOOD + ["31/02/2024"] * BAD
    rows = (
        f"D-{n};{day};{'Clos' if n % 2 else 'Ouvert'};Personne {n};p{n}@courriel.example"
        for n, day in zip(count(1), days, strict=False)
    )
    path, mapping = ground.var / "anciens.csv", ground.var / "MAP.toml"
    path.write_text("\n".join(["Dossier;Reçu le;Statut;Nom;Courriel", *rows]), "cp1252")
    mapping.write_text(MAPPING, "utf-8")
    return path, mapping


def test_killed_at_each_point_the_same_command_goes_on(ground: Ground) -> None:
    path, mapping = table_of(ground)
    command = ("import", "table", path, "--mapping", mapping)
    for point in POINTS:
        died = ground.run(*map(str, command), **ground.crash_at(point))
        assert died.returncode == KILLED, (point, died)
        assert ground.crashed(point)
    assert ground.run(*map(str, command)).returncode == DATA
    assert ground.outcomes() == {"split": 1, "opened": GOOD, "quarantined": BAD}
    assert ground.count("case") == ground.count("message") == GOOD
    assert ground.count("citizen") == ground.count("external_reference") == GOOD
    assert ground.query("SELECT sum(count) FROM received") == [(1,)]
    assert ground.count("outgoing") == 0
    assert ground.sent().total() == 0
    ground.finish_here()
    assert_sound(ground)
