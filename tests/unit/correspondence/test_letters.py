"""Addresses, states and the paper of our letters."""

from datetime import date

import pytest

from grc.core.errors import Conflict
from grc.correspondence import layout
from grc.correspondence.addressing import written
from grc.correspondence.layout import Sheet
from grc.correspondence.states import ANSWERS, MOVES, Purpose, State, move
from grc.parsing import behind

SHEET = Sheet(
    reference="L-2026-0000012-X",
    sender=("Service de l'APA", "1 place de l'Exemple, 92000 Nanterre"),
    recipient=("Mme Marie Durand", "12 RUE DES LILAS", "92160 ANTONY"),
    about=("Nos références : L-2026-0000012-X",),
    subject="Votre demande",
    text="Madame,\n\n#let x = 1 *gras* $y$ @z <w> \\ `code`",
    signature=("Directrice", "", "Sonia Chef"),
    on=date(2026, 3, 1),
)


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("Mme Durand\n12, rue des Lilas\n92160 Antony", ("12 RUE DES LILAS", "92160 ANTONY")),
        (
            "Mme D\n\n 4 rue  X \n92330 Sceaux\nItalie",
            ("4 RUE X", "92330 SCEAUX", "ITALIE"),
        ),
    ],
)
def test_the_last_lines_are_as_machines_read_them(typed: str, lines: tuple[str, ...]) -> None:
    found = written(typed)
    assert found.lines[1:] == lines
    assert found.problems == ()


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "Mme Durand",
        "Mme Durand\n92160 Antony",
        "12 rue X\n92160 Antony",
        "Mme D\n" + "a" * 39 + "\n92160 Antony",
        "\n".join("abcdef") + "\n92160 Antony",
        "Mme D\n1 rue X\n92160 Antony\nFrance\nEurope",
    ],
)
def test_what_an_address_lacks_is_said(typed: str) -> None:
    assert written(typed).problems


def test_the_square_of_states_is_total() -> None:
    assert set(MOVES) == set(State)
    for old in State:
        for new in State:
            if new in MOVES[old]:
                assert move(old, new) is new
            else:
                with pytest.raises(Conflict):
                    move(old, new)


def test_neither_a_holding_reply_nor_a_receipt_is_an_answer() -> None:
    assert {Purpose.HOLDING, Purpose.ACKNOWLEDGEMENT, Purpose.DOCUMENTS} & ANSWERS == set()


def test_the_same_words_give_the_same_accessible_bytes() -> None:
    pdf = layout.printed(SHEET)
    assert pdf == layout.printed(SHEET)
    for needed in (b"pdfuaid:part", b"pdfaid:part", b"/Lang(fr", b"/MarkInfo"):
        assert needed in pdf, needed
    whole, pages = behind.together([pdf, pdf])
    assert pages == layout.pages(whole) == 4  # each on a sheet of its own


def test_words_are_words() -> None:
    """What is written in a letter is no command of the program that lays it out."""
    import pypdfium2

    with pypdfium2.PdfDocument(layout.printed(SHEET)) as found:
        text = found[0].get_textpage().get_text_range()
    assert "#let x = 1 *gras* $y$ @z <w> \\ `code`" in text
