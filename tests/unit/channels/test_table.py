"""Tables are split into the same rows every time, from anywhere in the file."""

import json
from pathlib import Path
from typing import Any

import pytest

from grc.channels.protocol import ChannelError
from grc.channels.row_cells import CORRECTED
from grc.channels.splitter import Splitter
from grc.channels.table import TableChannel
from grc.channels.table_row import examine
from grc.parsing.limits import DEFAULT
from grc.parsing.sheets import TableLimits

GUIDE: dict[str, Any] = {
    "system": "Iode",
    "encoding": "",
    "separator": "",
    "sheet": "",
    "dates": "dmy",
    "columns": {
        "received": ["Reçu le"],
        "applicant.name": ["Nom"],
        "applicant.phone": ["Tél"],
        "state": ["Statut"],
    },
    "values": {"state": {"clos": "closed/answered"}},
    "always": {"unit": "apa"},
}
TITLES = "Nom;Tél;REÇU LE;statut;Divers"


def parts(path: Path, *lines: str, **limits: int) -> list[bytes]:
    path.write_text("\n".join(lines), "utf-8")
    channel = TableChannel(DEFAULT, TableLimits(**limits))
    return [part.raw for part in channel.parts(path, GUIDE)]


def reasons(raw: bytes) -> list[str]:
    return [reason.msgid % reason.params for reason in examine(raw)[0].reasons]


def test_the_process_finds_its_place_again(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = [f"Luc {number};;03/04/24;;" for number in range(9)]
    every = parts(path, "Export du jour", TITLES, *rows)
    found: list[bytes] = []
    with Splitter() as splitter:
        for _ in range(3):
            one = splitter.parts("table", path, GUIDE, after=len(found), most=2)
            found += [part.raw for part in one]
            two = splitter.parts("table", path, GUIDE, after=len(found), most=1)
            found += [part.raw for part in two]
            splitter.close()
        assert splitter.parts("table", path, GUIDE, after=9) == []
    assert found == every
    assert [json.loads(raw)["row"] for raw in every] == list(range(3, 12))


def test_a_file_that_cannot_be_split_says_why(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("Nom;Ville\nLuc;Antony", "utf-8")
    with Splitter() as splitter, pytest.raises(ChannelError) as refused:
        splitter.parts("table", tmp_path / "t.csv", GUIDE, after=0)
    assert refused.value.reason == "missing_columns"
    assert "Reçu le" in refused.value.params["missing"]  # type: ignore[operator]


def test_limits_refuse_the_file(tmp_path: Path) -> None:
    with pytest.raises(ChannelError) as refused:
        parts(tmp_path / "t.csv", TITLES, *["Luc;;03/04/24;;"] * 9, rows=5)
    assert refused.value.reason == "too_many_rows"


def test_a_row_is_refused_for_every_reason(tmp_path: Path) -> None:
    (raw,) = parts(tmp_path / "t.csv", TITLES, "Luc;06 12;31/02/2024;Perdu;x;shifted")
    said = " ".join(reasons(raw))
    assert all(cell in said for cell in ("06 12", "31/02/2024", "Perdu", "sans titre"))
    with pytest.raises(ChannelError) as refused:
        TableChannel().read(raw)
    assert refused.value.reason == "bad_row"


def test_what_no_field_takes_stays_in_the_text(tmp_path: Path) -> None:
    (raw,) = parts(tmp_path / "t.csv", TITLES, "Luc;;03/04/24;Clos;à rappeler")
    (request,) = TableChannel().read(raw)
    assert request.text == "Divers : à rappeler"
    assert request.past is not None
    assert (request.past.status, request.past.outcome) == ("closed", "answered")
    assert request.past.unit == "apa"
    assert request.past.ended_at is None
    assert request.warnings


def test_a_corrected_file_is_the_same_request(tmp_path: Path) -> None:
    (raw,) = parts(tmp_path / "t.csv", TITLES, "=Luc;+33612345678;03/04/24;;x")
    corrected = f"{TITLES};{CORRECTED}"
    row = "'=Luc;'+33612345678;03/04/24;;x;E-2026-0000123-X : date"
    (again,) = parts(tmp_path / "c.csv", corrected, row)
    first, second = TableChannel().read(raw)[0], TableChannel().read(again)[0]
    assert first.identity == second.identity
    assert (first.sender, first.text) == (second.sender, second.text)
    assert second.past is not None
    assert second.past.corrects == "E-2026-0000123-X"
