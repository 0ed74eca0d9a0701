"""What surrounds the words of an agent."""

import pytest

from grc.outbox.wording import Signed, closing, greeting, whole

WHO = Signed("D-1", "Anne Petit", "Camille Diallo", "APA", "01 02", "1 rue X")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Votre dossier est complet.", "Bonjour Anne Petit,"),
        ("Bonjour,\nVotre dossier", ""),
        ("Madame, votre dossier", ""),
        ("Chère Madame", ""),
        ("Dear Anne", ""),
        ("Madeleine est passée.", "Bonjour Anne Petit,"),
    ],
)
def test_a_greeting_is_put_unless_there_is_one(text: str, expected: str) -> None:
    assert greeting(text, WHO, "fr") == expected


def test_nobody_is_greeted_by_a_name_nobody_knows() -> None:
    assert greeting("Votre dossier", Signed("D-1"), "fr") == "Bonjour,"
    assert greeting("Your file", Signed("D-1"), "en") == "Hello,"


def test_the_signature_names_who_wrote_and_how_to_answer() -> None:
    found = closing("Texte.", WHO, "fr", on_page=False)
    assert found.startswith("Cordialement,\n\nCamille Diallo\nAPA\n1 rue X\nTéléphone : 01 02\n\n")
    assert found.endswith(
        "référence D-1. Pour la compléter ou nous répondre, répondez à ce message."
    )
    assert not closing("Texte.\n\nCordialement,", WHO, "fr", on_page=False).startswith("Cord")


def test_nothing_is_left_of_what_is_empty() -> None:
    assert whole("", "a", "") == "a"
    assert whole("x", "a", "y") == "x\n\na\n\ny"
