"""Tables are read however they were written; what is no table is refused in words."""

import csv
import io
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grc.parsing import workbooks
from grc.parsing.limits import LimitExceeded
from grc.parsing.sheets import SEPARATORS, TableLimits, Written, rows
from grc.parsing.workbooks import BadWorkbook

ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "cp1252",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "mac_roman",
    "cp850",
)
TITLES = ["Numéro", "Reçue le", "Prénom", "Détail de la requête"]
FRENCH = ["à côté", "élève", "François", "où ?", "déjà reçue", "Noël", "garçon, n° 3", 'dit "Zoé"']
# One reading per test: hypothesis shares the folder on purpose.
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


def read(path: Path, **limits: int) -> list[list[str]]:
    return [cells for _, cells in rows(path, Written(), TableLimits(**limits))]


def written(path: Path, table: list[list[str]], encoding: str, separator: str, end: str) -> Path:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator=end).writerows(table)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


@shared
@given(
    encoding=st.sampled_from(ENCODINGS),
    separator=st.sampled_from(SEPARATORS),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    body=st.lists(
        st.lists(st.sampled_from(FRENCH), min_size=4, max_size=4), min_size=1, max_size=20
    ),
)
def test_any_encoding_and_separator_is_found(
    tmp_path: Path, encoding: str, separator: str, end: str, body: list[list[str]]
) -> None:
    path = written(tmp_path / "t.csv", [TITLES, *body], encoding, separator, end)
    assert read(path) == [TITLES, *body]


@shared
@given(
    table=st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1),
            min_size=2,
            max_size=5,
        ),
        min_size=1,
        max_size=9,
    ).filter(lambda table: len({len(row) for row in table}) == 1)
)
def test_no_row_written_by_a_program_is_lost(tmp_path: Path, table: list[list[str]]) -> None:
    path = written(tmp_path / "t.csv", table, "utf-8-sig", ";", "\r\n")
    found = [
        cells
        for _, cells in rows(path, Written(separator=";", encoding="utf-8-sig"), TableLimits())
    ]
    assert [len(row) for row in found] == [len(row) for row in table]


@shared
@given(raw=st.binary(max_size=400))
def test_whatever_the_bytes_it_is_read_or_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "t"
    path.write_bytes(raw)
    try:
        found = read(path)
    except (LimitExceeded, BadWorkbook):
        return
    assert all("\x00" not in cell for cells in found for cell in cells)


def test_the_first_accent_may_be_far_away(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"nom;ville\n" + b"Luc;Antony\n" * 200_000 + "Zoé;Sèvres\n".encode("cp1252"))
    assert read(path)[-1] == ["Zoé", "Sèvres"]


def test_files_glued_together_are_read_both(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    many = "é;à\n".encode() * 30
    path.write_bytes(many + "Zoé;dernière\n".encode("cp1252"))
    assert read(path)[-1] == ["Zoé", "dernière"]


def test_a_line_may_say_the_separator_and_rows_may_be_ragged(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('sep=|\r\na|b|c\r\n1\r\n\r\n||\r\n"x\ny"|2|3|4;5,6\r\n', "utf-8", newline="")
    found = list(rows(path, Written(), TableLimits()))
    assert found == [(2, ["a", "b", "c"]), (3, ["1"]), (6, ["x\ny", "2", "3", "4;5,6"])]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'a;b\n"jamais;ferme\n' + b"x;y\n" * 100, "cell_too_long"),
        (b"a;b\n" + b";" * 30, "too_many_columns"),
        (b"a;b\n" * 60, "too_many_rows"),
        (b"a" * 2_000, "too_large"),
    ],
)
def test_a_limit_refuses_the_file_in_words(tmp_path: Path, raw: bytes, code: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(raw)
    with pytest.raises(LimitExceeded) as refused:
        read(path, file_bytes=1_000, rows=50, columns=20, cell_chars=100)
    assert refused.value.code == code
    assert refused.value.detail % refused.value.params


def test_a_quote_never_closed_ends_where_a_cell_must(tmp_path: Path) -> None:
    """Long before the end of the file is in memory."""
    path = tmp_path / "t.csv"
    path.write_bytes(b'a;b\n1;2\n"jamais;ferme\n' + b"x;y\n" * 50_000)
    with pytest.raises(LimitExceeded) as refused:
        read(path)
    assert (refused.value.code, refused.value.params["row"]) == ("cell_too_long", 3)


def workbook(path: Path) -> Path:
    """Titles on the third line, an empty first column, a date, a formula, a hidden sheet."""
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False})
    book.add_worksheet("Cachée").hide()
    sheet = book.add_worksheet("Dossiers")
    sheet.activate()
    sheet.write_row(2, 1, ["Nom", "CP", "Reçu le", "Calcul", "Texte"])
    sheet.write_row(3, 1, ["Zoé", 1000, "", "", "=1+1"])
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_datetime(3, 3, datetime(2024, 3, 5), day)  # noqa: DTZ001 - cells have no zone
    sheet.write_formula(3, 4, "=B1+1", value=42)
    book.close()
    return path


def test_a_workbook_gives_texts_at_their_rows(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx")
    assert list(rows(path, Written(), TableLimits())) == [
        (3, ["", "Nom", "CP", "Reçu le", "Calcul", "Texte"]),
        (4, ["", "Zoé", "1000", "2024-03-05", "42", "=1+1"]),
    ]


def test_a_sheet_that_does_not_exist_names_those_that_do(tmp_path: Path) -> None:
    with pytest.raises(BadWorkbook, match="Dossiers"):
        list(rows(workbook(tmp_path / "t.xlsx"), Written(sheet="Absente"), TableLimits()))


def test_a_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member,
    ):
        for _ in range(450):
            member.write(bytes(1 << 20))
    assert path.stat().st_size < 4 << 20
    with pytest.raises(BadWorkbook) as refused:
        list(rows(path, Written(), TableLimits()))
    assert refused.value.code == "zip_bomb"


@pytest.mark.parametrize("raw", [b"PK\x03\x04" + b"x" * 500, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_damaged_workbook_is_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(raw)
    with pytest.raises(BadWorkbook) as refused:
        list(rows(path, Written(), TableLimits()))
    assert refused.value.code == "bad_workbook"


def test_a_workbook_cut_short_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(BadWorkbook):
        list(rows(path, Written(), TableLimits()))


def test_a_heavy_workbook_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx")
    with path.open("r+b") as stream:
        stream.truncate(workbooks.FILE_BYTES + 1)
    with pytest.raises(BadWorkbook) as refused:
        list(rows(path, Written(), TableLimits()))
    assert refused.value.code == "too_large"
