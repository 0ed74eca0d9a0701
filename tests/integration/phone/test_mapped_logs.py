"""`grc import calls`: the log of any exchange, with a mapping."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from grc.cases.phone import PhoneCall
from grc.channels import exchange
from grc.core import clock
from grc.core.clock import PARIS
from grc.core.db import end_read, session, transaction
from grc.intake import calls
from grc.intake.models import Item
from grc.intake.reconcile import reconcile
from grc.outbox.models import Outgoing
from grc.work.models import CallBack
from tests.integration.conftest import Grc

MAPPING = """
[columns]
call = "ID"
began = "Début"
caller = "Appelant"
line = "Ligne"
answered = "État"
[words]
answered = ["Répondu"]
missed = ["Manqué"]
"""
TITLES = "ID;Début;Appelant;Ligne;État\n"


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "MAP.toml"
    path.write_text(MAPPING, "utf-8")
    return path


def row(call: str, state: str, hours: int = 2, number: str = "0199887766") -> str:
    at = datetime.now(PARIS).replace(microsecond=0) - timedelta(hours=hours)
    return f"{call};{at:%d/%m/%Y %H:%M:%S};{number};0144552211;{state}\n"


def count(model: type) -> int:
    found = session().scalar(select(func.count()).select_from(model)) or 0
    end_read()
    return found


def test_calls_are_noted_called_back_corrected_and_never_doubled(
    app: Flask, grc: Grc, tmp_path: Path, mapping: Path
) -> None:
    path = tmp_path / "journal.csv"
    rows = [
        TITLES,
        row("1", "Manqué", 3),
        row("2", "Répondu", number="0611223344"),
        row("3", "Occupé", number="0622334455"),
        row("3", "Manqué", number="0622334455"),
    ]
    path.write_text("".join(rows), "utf-8")
    given = ("import", "calls", path, "--mapping", mapping)
    foreseen = grc(*given, "--dry-run", "--json").json
    assert (foreseen["outcomes"]["applied"], foreseen["outcomes"]["quarantined"]) == (2, 1)
    assert (foreseen["first"][0]["number"], count(Item)) == ("+33199887766", 0)
    assert "de +33199887766 à 0144552211" in grc(*given, "--dry-run").out
    done = grc(*given, "--json")
    assert (done.code, done.json["stored"], done.json["outcomes"]["applied"]) == (65, 3, 2)
    assert (count(PhoneCall), count(CallBack), count(Outgoing)) == (2, 1, 0)
    (rejected,) = map(Path, done.json["rejected"])
    refused = rejected.read_text("utf-8-sig")
    assert refused.count("ligne 4, État : « Occupé »") == 2  # both rows of the call

    rejected.write_text(refused.replace(";Occupé;", ";Manqué;"), "utf-8-sig")
    again = grc("import", "calls", rejected, "--mapping", mapping, "--json")
    assert (again.code, count(PhoneCall), count(CallBack)) == (0, 3, 2)
    assert not [report for report in reconcile() if report.gap]
    known = grc(*given, "--json")
    assert (known.json["stored"], known.code) == (0, 0)

    path.write_text("".join([*rows, row("4", "Manqué", 1)]), "utf-8")
    foreseen = grc(*given, "--dry-run", "--json").json
    assert (foreseen["stored"], foreseen["already_known"]) == (2, 2)
    longer = grc(*given, "--json")
    assert (longer.code, longer.json["outcomes"]["duplicate"]) == (0, 1)  # was corrected
    assert not [report for report in reconcile() if report.gap]
    missed = {one.number: one.missed for one in session().scalars(select(CallBack))}
    assert missed == {"+33199887766": 2, "+33622334455": 1}
    assert count(PhoneCall) == 4


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_refused_row_is_told_once_and_no_correction_is_lost(
    app: Flask, grc: Grc, tmp_path: Path, mapping: Path, *, newest_first: bool
) -> None:
    path = tmp_path / "j1.csv"
    without_names = mapping.read_text("utf-8").replace('call = "ID"\n', "")
    mapping.write_text(without_names, "utf-8")
    bad = row("2", "Occupé", 4)
    rows = [row("1", "Manqué", 5), bad, bad]

    def brought(*more: str) -> tuple[list[str], list[Path]]:
        path.write_text(
            TITLES + "".join(reversed([*rows, *more]) if newest_first else [*rows, *more]), "utf-8"
        )
        done = grc("import", "calls", path, "--mapping", mapping, "--json")
        waiting = select(Item).where(Item.outcome == "quarantined").order_by(Item.id)
        told = [str(item.explanation) for item in session().scalars(waiting)]
        end_read()
        return told, list(map(Path, done.json["rejected"]))

    told, (first,) = brought()
    lines = (2, 3) if newest_first else (3, 4)  # of a row that stands there twice: both are told
    assert all(f"ligne {line}, État" in one for line, one in zip(lines, told, strict=True))
    again, (same,) = brought(row("3", "Manqué"))
    assert (again, same) == (told, first)
    first.write_text(first.read_text("utf-8-sig").replace("Occupé", "Manqué", 1), "utf-8-sig")
    half_corrected = first.read_bytes()
    later, (second,) = brought(row("3", "Manqué"), row("4", "Perdu"))
    assert (len(later), later[:2]) == (3, told)
    assert (first.read_bytes(), second.name) == (half_corrected, "j1-2.csv")
    assert second.read_text("utf-8-sig").count("Occupé;") == 2  # the rows told before wait still
    assert "Perdu;" in second.read_text("utf-8-sig")
    assert not [report for report in reconcile() if report.gap]


def test_an_event_and_a_log_tell_of_one_call(
    app: Flask, grc: Grc, tmp_path: Path, mapping: Path
) -> None:
    at = clock.now() - timedelta(hours=1)
    event = {"event": "answered", "call": "1", "at": at.isoformat(), "number": "0199887766"}
    request = exchange.read(json.dumps(event).encode())
    assert request.call is not None
    with transaction():
        calls._note(request.call)
    (tmp_path / "j.csv").write_text(TITLES + row("1", "Manqué", 1), "utf-8")
    assert grc("import", "calls", tmp_path / "j.csv", "--mapping", mapping).code == 0
    (one,) = session().scalars(select(PhoneCall)).all()
    assert one.answered
    assert count(CallBack) == 0


@pytest.mark.parametrize("loaded_url", ["sqlite"], indirect=True)
def test_a_mistaken_mapping_keeps_nothing(
    app: Flask, grc: Grc, grc_in_english: Grc, tmp_path: Path, mapping: Path
) -> None:
    path = tmp_path / "j.csv"
    path.write_text(TITLES + row("1", "Manqué"), "utf-8")
    mapping.write_text(MAPPING.replace('"Ligne"', '"N° appelé"'), "utf-8")
    done = grc("import", "calls", path, "--mapping", mapping)
    assert (done.code, "N° appelé" in done.err) == (64, True)
    assert (
        "columns not found: N° appelé"
        in grc_in_english("import", "calls", path, "--mapping", mapping).err
    )
    mapping.write_text(MAPPING.replace("caller", "callerr"), "utf-8")
    done = grc("import", "calls", path, "--mapping", mapping)
    assert (done.code, "ligne 5" in done.err) == (65, True)
    assert grc("import", "calls", path).code == 64
    assert count(Item) == 0
