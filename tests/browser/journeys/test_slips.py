"""A paper slip: printed, then typed in by keyboard; keys that are no words are counted."""

import pytest

from grc.core.clock import now, paris_date
from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.house import House

pytestmark = pytest.mark.browser
SITE = "/fiches-papier/site/pole-social-14"


def test_a_slip_is_typed_in_by_keyboard(house: House, sit: Sit) -> None:
    """Seven: g n, Enter after the number, Tab to the subject and the text, one chord."""
    desk = sit(house, "accueil")
    keys, pressed = desk.page.keyboard, 0
    desk.open(SITE)
    desk.page.fill("#count", "2")
    desk.press("Préparer les fiches")
    desk.sees("Ouvrir le fichier à imprimer")
    desk.check()
    number = desk.page.locator("th a.reference").first.inner_text()

    def press(key: str) -> None:
        nonlocal pressed
        pressed += 1
        keys.press(key)

    press("g")
    with desk.page.expect_navigation(url="**/fiches-papier"):
        press("n")
    desk.check()
    assert desk.focused == "numero"
    keys.type(number.lower())
    with desk.page.expect_navigation(url=f"**/{number}"):
        press("Enter")
    desk.check()
    assert desk.focused == "field-slip_day-0"
    desk.page.fill("#field-slip_day-0", paris_date(now()).isoformat())
    for field, words in (
        ("slip_hour", "0h00"),
        ("subject", "Dossier d'APA"),
        ("text", "Demande un dossier d'APA pour sa mère."),
    ):
        desk.page.focus(f"#field-{field}-0")
        pressed += 1  # Tab; what is not on the slip is passed over
        keys.type(words)
    with desk.page.expect_navigation(url=lambda url: "/saisie/recu/" in url):
        press("Control+Enter")
    desk.sees("C’est noté")
    desk.open(f"/fiches-papier/{number}")
    desk.sees("Fiche déjà saisie")
    desk.check()
    print(f"a slip typed in: {pressed} keys beside its words")
    assert pressed <= 7
