"""A mapped call log gives the same calls every time; what is wrong in a row is said."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import xlsxwriter

from grc.channels import exchange
from grc.channels.calls import CallsChannel
from grc.channels.past import Part, in_file
from grc.channels.protocol import Call, ChannelError
from grc.core.toml_source import InvalidFile
from grc.intake import call_mapping

MAPPING = """
[columns]
call = "ID"
began = ["Date", "Heure"]
caller = "Appelant"
line = "Ligne"
answered = "État"
duration = "Durée"
direction = "Sens"
[words]
answered = ["Répondu"]
missed = ["Manqué"]
incoming = ["Entrant"]
outgoing = ["Sortant"]
"""
TITLES = "ID;Date;Heure;Appelant;Ligne;État;Durée;Sens"
SHORT = '[columns]\nbegan = "Début"\ncaller = "De"\nline = "À"\ntalked = "Parlé"\n'


def parts(path: Path, *lines: str, mapping: str = MAPPING) -> list[Part]:
    path.write_text("\n".join(lines), "utf-8")
    return list(CallsChannel().parts(path, call_mapping.read(mapping).guide))


def raws(path: Path, *lines: str, mapping: str = MAPPING) -> list[bytes]:
    return [part.raw for part in parts(path, *lines, mapping=mapping)]


def calls(path: Path, *lines: str, mapping: str = MAPPING) -> list[Call]:
    found = (CallsChannel().read(raw)[0].call for raw in raws(path, *lines, mapping=mapping))
    return [call for call in found if call]


def said(part: Part) -> list[str]:
    calls = CallsChannel()
    found = calls.examine(part.raw).reasons
    return [one.msgid % in_file(calls, part.name, one.params) for one in found]


def test_rows_of_a_call_are_one(tmp_path: Path) -> None:
    transferred, missed = calls(
        tmp_path / "log.csv",
        TITLES,
        "7;02/03/2026;9h15;0611223344;0144552211;Manqué;20;Entrant",
        "8;02/03/2026;09:16;612345678;144552211;MANQUE;0:01:05;",
        "7;02/03/2026;09:14:58;0611223344;0144552200;Répondu;95;Entrant",
    )
    assert transferred == Call(
        call="7",
        number="+33611223344",
        at=datetime(2026, 3, 2, 8, 14, 58, tzinfo=UTC),
        line="0144552200",
        answered=True,
        seconds=95,
    )
    assert (missed.number, missed.line) == ("+33612345678", "0144552211")
    assert (missed.answered, missed.seconds, missed.incoming) == (False, 65, True)


def test_a_log_without_names_gives_each_row_a_stable_one(tmp_path: Path) -> None:
    titles, first = "Début;De;À;Parlé", "2026-03-02 09:15:00;0611223344;accueil;12"
    second = "2026-03-02 09:16:00;4012;4013;0"
    one, two = calls(tmp_path / "a.csv", titles, first, second, mapping=SHORT)
    assert (one.answered, two.answered, two.incoming) == (True, False, False)
    assert calls(tmp_path / "b.csv", "Bonjour", titles, second, first, mapping=SHORT) == [two, one]
    assert one.call != two.call
    book = xlsxwriter.Workbook(tmp_path / "c.xlsx")
    for number, row in enumerate([titles, first]):
        book.get_worksheet_by_name("Sheet1") or book.add_worksheet("Sheet1")
        book.worksheets()[0].write_row(number, 0, row.split(";"))
    book.close()
    (part,) = CallsChannel().parts(tmp_path / "c.xlsx", call_mapping.read(SHORT).guide)
    assert CallsChannel().read(part.raw)[0].call == one


@pytest.mark.parametrize(
    ("zone", "began", "hour"),
    [
        ("UTC", "2026-07-02 09:15", 9),
        ("Europe/Paris", "2026-07-02 09:15", 7),
        ("America/Cayenne", "2026-07-02 09:15", 12),
        ("UTC", "2026-07-02 09:15:00+02:00", 7),
    ],
)
def test_the_clock_of_the_exchange(tmp_path: Path, zone: str, began: str, hour: int) -> None:
    row = f"{began};0611223344;1;0"
    (one,) = calls(tmp_path / "l.csv", "Début;De;À;Parlé", row, mapping=f'zone="{zone}"\n{SHORT}')
    assert one.at == datetime(2026, 7, 2, hour, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "column", "advice"),
    [
        ("1;02/03/2026;;0611223344;1;Répondu;1;", "Date", "dates"),
        ("1;31/02/2026;9:15;0611223344;1;Répondu;1;", "Date", "dates"),
        ("1;02/03/2026;9:15;0611223344;1;Occupé;1;", "État", "[words]"),
        ("1;02/03/2026;9:15;0611223344;1;;1;", "État", "[words]"),
        ("1;02/03/2026;9:15;0611223344;1;Répondu;12:30;", "Durée", "hh:mm:ss"),
        ("1;02/03/2026;9:15;0611223344;1;Répondu;1;Retour", "Sens", "[words]"),
        ("1;02/03/2026;9:15;0611223344;1;Répondu;1;Entrant;x", "", "décalée"),
    ],
)
def test_a_wrong_cell_names_its_line_its_column_and_what_to_do(
    tmp_path: Path, row: str, column: str, advice: str
) -> None:
    good = "1;02/03/2026;9:15;0611223344;1;Répondu;1;"
    (part,) = parts(tmp_path / "log.csv", TITLES, good, row)
    (reason,) = said(part)
    assert reason.startswith("ligne 3")
    assert column in reason
    assert advice in reason
    with pytest.raises(ChannelError) as refused:
        CallsChannel().read(part.raw)
    assert refused.value.reason == "bad_row"


def test_a_call_that_no_telephone_of_ours_received_has_a_line_all_the_same(tmp_path: Path) -> None:
    row = "1;02/03/2026;9:15;Anonyme;;Manqué;;"
    (one,) = calls(tmp_path / "log.csv", TITLES, row)
    assert (one.number, one.line, one.seconds, one.incoming) == ("", exchange.UNNAMED, None, True)
    whole = SHORT.replace('line = "À"\n', "") + '[always]\nline = "accueil"\n'
    row = "2026-03-02 09:15;0611223344;0"
    (one,) = calls(tmp_path / "log.csv", "Début;De;Parlé", row, mapping=whole)
    assert one.line == "accueil"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (SHORT.replace("De", 'De"\ncaler = "De'), "columns.caler"),
        (SHORT.replace('caller = "De"\n', ""), "columns"),
        (SHORT.replace('talked = "Parlé"\n', ""), "columns"),
        (SHORT.replace("talked", "answered"), "words"),
        (SHORT + '[words]\nmissed = ["Non"]\n', "words"),
        (SHORT + 'direction = "Sens"\n[words]\nincoming = ["E"]\n', "words"),
        (MAPPING.replace('"Manqué"', '"REPONDU"'), "words.missed"),
        ('zone = "Paris"\n' + SHORT, "zone"),
        ('dates = "french"\n' + SHORT, "dates"),
        ('system = "x"\n' + SHORT, "system"),
    ],
)
def test_a_mistake_of_the_mapping_is_told_with_its_field(wrong: str, field: str) -> None:
    with pytest.raises(InvalidFile) as refused:
        call_mapping.read(wrong)
    assert field in {problem.field for problem in refused.value.problems}
