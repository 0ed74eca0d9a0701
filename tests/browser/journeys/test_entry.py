"""Noting a call: with the keyboard alone, with a mistake, without scripts, on a phone."""

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.house import House
from tests.browser.journeys.tour import type_password

pytestmark = pytest.mark.browser
ASKED = "Elle demande un dossier d'APA pour sa mère, à Antony."


def test_a_call_is_noted_by_keyboard(house: House, sit: Sit) -> None:
    """From a list to the case: one key, what one types, Tab between, one chord."""
    desk = sit(house, "agent.apa")
    keys = desk.page.keyboard
    desk.open("/file")
    with desk.page.expect_navigation():
        keys.press("a")
    assert desk.focused == "who"
    with desk.page.expect_navigation():
        desk.page.locator("main [data-key=n]").click()
    assert desk.focused == "field-name-0"
    typed = {
        "name": "Jeanne Karim",
        "number": "06 11 22",
        "for_whom": "sa mère",
        "capacity": "",
        "identity": "",
        "commune": "Antony",
        "subject": "Dossier d'APA",
        "text": ASKED,
    }
    for name, answer in typed.items():
        assert desk.focused.startswith(f"field-{name}-0")
        keys.type(answer)
        keys.press("Tab")
    with desk.page.expect_navigation():
        keys.press("Control+Enter")
    desk.sees("Il reste 1 chose à corriger")
    desk.check()
    assert desk.page.input_value("#field-text-0") == ASKED
    desk.page.fill("#field-number-0", "06 11 22 33 44")
    with desk.page.expect_navigation(url=lambda url: "/saisie/recu/" in url):
        keys.press("Control+Enter")
    desk.sees("Revenir où j’étais")
    desk.check()
    with desk.page.expect_navigation(url="**/demandes/D-*"):
        keys.press("o")
    assert desk.page.get_by_text("Appelle pour : sa mère").first.is_visible()
    desk.check()


def test_a_call_is_noted_without_scripts(house: House, sit: Sit) -> None:
    """It is for another department: only its reference is given."""
    desk = sit(house, java_script_enabled=False)
    desk.open("/saisie/phone")
    type_password(desk.page, "agent.tri")
    desk.page.fill("#field-subject-0", "Horaires")
    desk.press("Enregistrer")
    assert desk.page.locator("#field-text-0-error").is_visible()
    desk.page.fill("#field-text-0", ASKED)
    desk.press("Enregistrer")
    desk.sees("C’est noté")
    assert desk.page.locator("main strong.reference").inner_text().startswith("D-")
    desk.page.click("main a >> text=Saisir autre chose")
    assert desk.path.startswith("/contact/phone")
