"""`grc import table`: every row ends somewhere, with its past; again changes nothing."""

import csv
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from grc.cases.imported import references_of
from grc.cases.lookup import search
from grc.cases.models import Case, Handling, Party
from grc.channels.table_row import CORRECTED
from grc.citizens.models import Citizen, CitizenKey
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.clock import paris_date
from grc.core.db import session
from grc.intake.models import Item
from grc.outbox.models import Outgoing
from tests.integration.conftest import Grc

TITLES = [
    "N° dossier", "Reçu le", "Clos le", "Statut", "Objet", "Nature", "Service", "Nom", "Prénom",
    "Né le", "Courriel", "Tél", "CP", "Commune", "N° CAF", "Bénéficiaire", "Observations",
]  # fmt: skip
MAPPING = """
system = "Iode"
[columns]
reference = "N° dossier"
received = "Reçu le"
closed = "clos le"
state = "Statut"
subject = "Objet"
request_type = "Nature"
unit = "Service"
[applicant]
last_name = "Nom"
first_name = "Prénom"
birth_date = "Né le"
email = "Courriel"
phone = "Tél"
postcode = "CP"
commune = "Commune"
keys.caf = "N° CAF"
[beneficiary]
name = "Bénéficiaire"
[states]
"Ouvert" = "in_progress"
"Clos - accord" = "closed/granted"
[units]
"SAPA" = "apa"
"Handicap" = "handicap"
"""
FIRST = [
    "APA-2019/00123", "03/04/2019", "15/05/2019", "Clos - accord", "Aide à domicile", "apa",
    "SAPA", "DURAND", "Marie", "12/05/1950", "marie.durand@courriel.example", "612345678",
    "92160", "Antony", "1234567", "Paul Durand", "Rappeler le matin",
]  # fmt: skip
SECOND = [
    "H-7", "04/06/2024", "", "ouvert", "Carte", "", "Handicap", "PETIT", "Luc", "", "",
    "01 99 00 12 34", "1000", "", "", "", "",
]  # fmt: skip


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "MAP.toml"
    path.write_text(MAPPING, "utf-8")
    return path


def table(path: Path, *rows: list[str], encoding: str = "cp1252") -> Path:
    """A CSV as an old program exports it."""
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=";").writerows([TITLES, *rows])
    return path


def broken(reference: str = "X-1", day: str = "31/02/2024") -> list[str]:
    return [reference, day, "", "Perdu", *[""] * 3, "SEUL", "Jean", *[""] * 8]


def count(model: type) -> int:
    return session().scalar(select(func.count()).select_from(model)) or 0


def case_of(reference: str) -> Case:
    (found,) = search(SYSTEM, reference, clock.now()).cases
    return found


def test_rows_become_cases_with_their_past(
    grc: Grc, app: Flask, tmp_path: Path, mapping: Path
) -> None:
    path = table(tmp_path / "anciens.csv", FIRST, SECOND)
    done = grc("import", "table", path, "--mapping", mapping, "--json")
    assert done.code == 0, done
    assert (done.json["received"], done.json["stored"], done.json["files"]) == (2, 2, 1)
    assert {k: v for k, v in done.json["outcomes"].items() if v} == {"opened": 2, "split": 1}
    assert done.json["repaired"] == 2
    case = case_of("apa-2019/00123")
    assert references_of(case.id) == [("Iode", "APA-2019/00123")]
    assert (case.status, case.request_type) == ("closed", "apa")
    assert paris_date(case.received_at) == date(2019, 4, 3)
    assert case.closed_at is not None
    assert paris_date(case.closed_at) == date(2019, 5, 15)
    assert (case.commune, case.subject) == ("92002", "Aide à domicile")
    handling = session().scalars(select(Handling).where(Handling.case_id == case.id)).one()
    assert (handling.outcome, handling.is_open, handling.to_route) == ("granted", False, False)
    roles = select(Party.role).where(Party.case_id == case.id).order_by(Party.id)
    assert session().scalars(roles).all() == ["applicant", "beneficiary"]
    marie = session().get_one(Citizen, case.citizen_id)
    assert (marie.name, marie.birth_date) == ("Marie DURAND", date(1950, 5, 12))
    keys = select(CitizenKey.key).where(CitizenKey.citizen_id == marie.id, CitizenKey.kind == "caf")
    assert session().scalars(keys).all() == ["1234567"]
    assert case_of("H-7").status == "in_progress"
    assert count(Outgoing) == 0
    assert grc("reconcile", "--json").json["ok"] is True


def test_again_changes_nothing(grc: Grc, app: Flask, tmp_path: Path, mapping: Path) -> None:
    path = table(tmp_path / "anciens.csv", FIRST, SECOND)
    first = grc("import", "table", path, "--mapping", mapping, "--json").json
    again = grc("import", "table", path, "--mapping", mapping, "--json").json
    assert (again["stored"], again["already_known"]) == (0, 2)
    assert again["outcomes"] == first["outcomes"]
    assert (count(Case), count(Item)) == (2, 3)


def test_refused_rows_come_back_corrected(
    grc: Grc, app: Flask, tmp_path: Path, mapping: Path
) -> None:
    path = table(tmp_path / "anciens.csv", FIRST, broken(), SECOND)
    done = grc("import", "table", path, "--mapping", mapping, "--json")
    assert (done.code, done.json["outcomes"]["quarantined"]) == (65, 1)
    (rejected,) = map(Path, done.json["rejected"])
    titles, row = csv.reader(rejected.read_text("utf-8-sig").splitlines(), delimiter=";")
    assert titles == [*TITLES, CORRECTED]
    assert "31/02/2024" in row[-1]
    assert "Perdu" in row[-1]
    fixed = rejected.read_text("utf-8-sig").replace(";31/02/2024", ";28/02/2024", 1)
    corrected = tmp_path / "corrige.csv"
    corrected.write_text(fixed.replace(";Perdu;", ";Ouvert;", 1), "utf-8")
    again = grc("import", "table", corrected, "--mapping", mapping, "--json")
    assert (again.code, again.json["outcomes"]["opened"]) == (0, 1)
    assert count(Case) == 3
    assert grc("import", "table", path, "--mapping", mapping, "--json").code == 0
    assert grc("reconcile", "--json").json["ok"] is True
