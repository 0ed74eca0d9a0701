"""`grc import table`: every row ends somewhere, with its past; again changes nothing."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from flask import Flask
from sqlalchemy import func, select

from grc.cases.imported import references_of
from grc.cases.models import Case, Handling, Party
from grc.channels import past
from grc.channels.row_cells import CORRECTED
from grc.citizens.models import Citizen, CitizenKey
from grc.core.clock import paris_date
from grc.core.db import session
from grc.intake.models import Item
from grc.outbox.models import Outgoing
from tests.integration.conftest import Grc, searched

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
    (found,) = searched(reference)
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
    shown = grc("case", "show", case.reference, "--json").json
    assert shown["references"] == [{"system": "Iode", "value": "APA-2019/00123"}]
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


def test_a_dry_run_says_what_each_row_would_become(
    grc: Grc, grc_in_english: Grc, app: Flask, tmp_path: Path, mapping: Path
) -> None:
    twice = [*SECOND[:4], "Autre", *SECOND[5:]]
    path = table(tmp_path / "anciens.csv", FIRST, broken(), SECOND, FIRST, twice)
    given = ("import", "table", path, "--mapping", mapping, "--dry-run")
    done = grc(*given, "--json", "--rejected", tmp_path / "refus.csv")
    assert done.code == 0
    assert (done.json["received"], done.json["stored"], done.json["repaired"]) == (5, 4, 4)
    told = {k: v for k, v in done.json["outcomes"].items() if v}
    assert told == {"opened": 2, "duplicate": 1, "quarantined": 2}
    assert done.json["first"][0]["status"] == "closed"
    assert [row["row"] for row in done.json["first"]] == [2, 4, 5]
    assert len((tmp_path / "refus.csv").read_text("utf-8-sig").splitlines()) == 3
    assert (count(Item), count(Case), count(Citizen)) == (0, 0, 0)
    assert "APA-2019/00123" in grc(*given).out
    assert "received on 2019-04-03; state: Closed" in grc_in_english(*given).out


def test_a_dry_run_knows_what_is_there(grc: Grc, app: Flask, tmp_path: Path, mapping: Path) -> None:
    grc("import", "table", table(tmp_path / "a.csv", FIRST), "--mapping", mapping)
    changed = [*FIRST[:4], "Autre objet", *FIRST[5:]]
    path = table(tmp_path / "b.csv", FIRST, changed, SECOND)
    told = grc("import", "table", path, "--mapping", mapping, "--dry-run", "--json").json
    assert {k: v for k, v in told["outcomes"].items() if v} == {
        "opened": 1,
        "duplicate": 1,
        "quarantined": 1,
    }
    assert case_of("APA-2019/00123").reference in told["reasons"][0]


def test_another_name_order_or_format_of_the_same_rows_opens_nothing(
    grc: Grc, app: Flask, tmp_path: Path, mapping: Path
) -> None:
    grc("import", "table", table(tmp_path / "a.csv", FIRST, SECOND), "--mapping", mapping)
    same = grc("import", "table", table(tmp_path / "b.csv", FIRST, SECOND), "--mapping", mapping)
    assert same.code == 0
    moved = table(tmp_path / "c.csv", SECOND, FIRST, encoding="utf-16")
    done = grc("import", "table", moved, "--mapping", mapping, "--json").json
    assert {k: v for k, v in done["outcomes"].items() if v} == {"duplicate": 2, "split": 1}
    other = mapping.with_name("OTHER.toml")
    other.write_text(MAPPING.replace('subject = "Objet"\n', ""), "utf-8")
    done = grc("import", "table", moved, "--mapping", other, "--json").json
    assert (done["stored"], done["outcomes"]["duplicate"]) == (2, 2)
    assert count(Case) == 2
    assert grc("reconcile", "--json").json["ok"] is True


def test_a_workbook_is_a_table_too(grc: Grc, app: Flask, tmp_path: Path, mapping: Path) -> None:
    path = tmp_path / "anciens.xlsx"
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Export du 1er janvier"])
    for number, row in enumerate([TITLES, FIRST, SECOND], 2):
        sheet.write_row(number, 0, row)
    book.close()
    done = grc("import", "table", path, "--mapping", mapping, "--json")
    assert (done.code, done.json["outcomes"]["opened"]) == (0, 2)
    assert case_of("APA-2019/00123").commune == "92002"


NO_TABLES = {
    "empty": b"",
    "missing_columns": b"Nom;Ville\nLuc;Antony\n",
    "bad_workbook": b"PK\x03\x04 nothing",
    "ambiguous_column": (";".join([*TITLES, "Objet"]) + "\n" + ";" * 17 + "x\n").encode(),
}


def test_a_file_that_is_no_such_table_waits_as_a_whole(
    grc: Grc, app: Flask, tmp_path: Path, mapping: Path
) -> None:
    for reason, raw in NO_TABLES.items():
        (tmp_path / reason).write_bytes(raw)
    (tmp_path / "titles only").write_text(";".join(TITLES), "utf-8")
    paths = [*(tmp_path / reason for reason in NO_TABLES), tmp_path / "titles only"]
    for _ in range(2):
        done = grc("import", "table", *paths, "--mapping", mapping, "--json")
        assert (done.code, done.json["outcomes"]["quarantined"]) == (65, 5)
        assert len(done.json["reasons"]) == 5
    reasons = session().scalars(select(Item.reason).order_by(Item.id)).all()
    assert reasons == [*NO_TABLES, "empty"]
    assert grc("reconcile", "--json").json["ok"] is True


def test_what_the_organisation_does_not_know_is_refused_and_tried_again(
    grc: Grc, app: Flask, tmp_path: Path, mapping: Path
) -> None:
    unknown = [*SECOND[:5], "apa-2", *SECOND[6:]]
    path = table(tmp_path / "a.csv", unknown)
    done = grc("import", "table", path, "--mapping", mapping, "--json")
    assert done.code == 65
    (rejected,) = done.json["rejected"]
    assert "apa-2" in Path(rejected).read_text("utf-8-sig").splitlines()[1].rpartition(";")[2]
    item = session().scalars(select(Item).where(Item.outcome == "quarantined")).one()
    assert item.reason == "unknown_type"
    assert grc("quarantine", "retry", item.reference).code in (0, 65)
    assert grc("reconcile", "--json").json["ok"] is True


def test_a_reference_is_one_case(grc: Grc, app: Flask, tmp_path: Path, mapping: Path) -> None:
    changed = [*FIRST[:4], "Autre objet", *FIRST[5:]]
    path = table(tmp_path / "a.csv", FIRST, changed)
    done = grc("import", "table", path, "--mapping", mapping, "--json")
    assert (done.code, done.json["outcomes"]["quarantined"]) == (65, 1)
    item = session().scalars(select(Item).where(Item.outcome == "quarantined")).one()
    assert item.reason == "known_reference"


def test_people_are_found_again(grc: Grc, app: Flask, tmp_path: Path, mapping: Path) -> None:
    by_key = ["B-1", *FIRST[1:7], "DURAND", "Marie", "", "", "", "", "", "1234567", "", ""]
    by_birth = ["B-2", *FIRST[1:7], "DURAND", "Marie", "12/05/1950", *[""] * 7]
    stranger = ["B-3", *FIRST[1:7], "MERCIER", "Hugo", "", "", "", "", "", "1234567", "", ""]
    path = table(tmp_path / "a.csv", FIRST, by_key, by_birth, stranger)
    assert grc("import", "table", path, "--mapping", mapping).code == 0
    marie = case_of("APA-2019/00123").citizen_id
    assert [case_of(ref).citizen_id for ref in ("B-1", "B-2", "B-3")] == [marie, marie, None]
    assert case_of("B-3").citizen_match == "proposed"


WRONG = [
    (["table", "{path}"], 64, "--mapping"),
    (["table", "{path}", "--mapping", "{mapping}", "--acknowledge"], 64, "--acknowledge"),
    (["email", "{path}", "--mapping", "{mapping}"], 64, "--mapping"),
    (["table", "{path}", "--mapping", "{path}"], 65, "TOML"),
    (["table", "{path}", "--mapping", "{path}.absent"], 66, "absent"),
]


def test_wrong_usage_stores_nothing(grc: Grc, app: Flask, tmp_path: Path, mapping: Path) -> None:
    path = table(tmp_path / "a.csv", FIRST, encoding="utf-8")
    for args, code, named in WRONG:
        done = grc("import", *(arg.format(path=path, mapping=mapping) for arg in args))
        assert done.code == code
        assert named in done.err
    assert count(Item) == 0


def test_workers_finish_what_was_only_stored(
    grc: Grc, app: Flask, work: Callable[[], int], tmp_path: Path, mapping: Path
) -> None:
    path = table(tmp_path / "a.csv", FIRST, broken(), SECOND)
    done = grc("import", "table", path, "--mapping", mapping, "--store-only", "--json")
    assert (done.code, done.json["outcomes"]["waiting"]) == (0, 1)
    work()
    done = grc("import", "table", path, "--mapping", mapping, "--json")
    assert (done.json["already_known"], done.json["outcomes"]["opened"]) == (3, 2)


def test_many_rows_are_stored_a_batch_at_a_time(
    grc: Grc, app: Flask, tmp_path: Path, mapping: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "TOGETHER", 3)
    rows = [broken(f"X-{number}") for number in range(7)]
    path = table(tmp_path / "a.csv", *rows)
    done = grc("import", "table", path, "--mapping", mapping, "--json")
    assert (done.code, done.json["outcomes"]["quarantined"]) == (65, 7)
    whole = session().scalars(select(Item).where(Item.parent_id.is_(None))).one()
    assert (whole.outcome, whole.applied_id) == ("split", 7)
    children = select(func.count()).where(Item.parent_id == whole.id)
    assert session().scalar(children) == 7
    report = grc("reconcile", "--json").json
    (source,) = report["sources"]
    assert (report["ok"], source["received"], source["split"]) == (True, 1, 1)
    assert source["parts"] == {"quarantined": 7}
