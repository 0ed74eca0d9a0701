"""A paper slip: printed, then typed in by keyboard; keys are counted."""

import pytest

from grc.core.clock import now, paris_date
from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.counting import Journey
from tests.browser.journeys.house import House

pytestmark = pytest.mark.browser
MOST = 20  # with the fields passed over by Tab
SITE = "/fiches-papier/site/pole-social-14"


def test_a_slip_is_typed_in_by_keyboard(house: House, sit: Sit, journey: Journey) -> None:
    desk = sit(house, "accueil")
    desk.open(SITE)
    desk.page.fill("#count", "2")
    desk.press("Préparer les fiches")
    desk.sees("Ouvrir le fichier à imprimer")
    desk.check()
    number = desk.page.locator("th a.reference").first.inner_text()

    with journey(desk, "a paper slip typed in, from any page", MOST) as hand:
        hand.press("g")
        hand.leave("n", "/fiches-papier")
        desk.check()
        assert desk.focused == "numero"
        hand.words(number.lower())
        hand.leave("Enter", number)
        desk.check()
        assert desk.focused == "field-slip_day-0"
        desk.page.fill("#field-slip_day-0", paris_date(now()).isoformat())
        for field, words in (
            ("slip_hour", "0h00"),
            ("subject", "Dossier d'APA"),
            ("text", "Demande un dossier d'APA pour sa mère."),
        ):
            hand.tab_to(f"field-{field}-0")
            hand.words(words)
        hand.leave("Control+Enter", "/saisie/recu/")
    desk.sees("C’est noté")
    desk.open(f"/fiches-papier/{number}")
    desk.sees("Fiche déjà saisie")
    desk.check()
