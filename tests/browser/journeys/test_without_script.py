"""Where scripts are refused, the main acts are forms and pages, and all of them work."""

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.desk import Desk
from tests.browser.journeys.house import House
from tests.browser.journeys.tour import type_password

pytestmark = pytest.mark.browser


def act(desk: Desk, link: str, button: str) -> None:
    """Open the page of an act, answer its first question, send it."""
    desk.page.click(f".case-acts a[href$='/{link}']")
    radios, texts = desk.page.locator("main [type=radio]"), desk.page.locator("main textarea")
    if radios.count():
        radios.first.check()
    elif texts.count():
        texts.first.fill("Sans script.")
    desk.page.click(f"main .form-actions button:has-text('{button}')")


def test_the_main_acts_work(house: House, sit: Sit) -> None:
    desk = sit(house, java_script_enabled=False)
    page, path = desk.page, house.new_case()
    desk.open(path)
    type_password(page, "agent.tri")
    act(desk, "confirmer", "Confirmer")
    desk.press("Prendre")
    page.fill("#reply-text", "Une réponse.")
    desk.press("Envoyer")
    page.click("[data-undo] button")
    assert page.input_value("#reply-text") == "Une réponse."
    page.check(".compose-kind [value=note]", force=True)
    page.fill("#note-text", "Une note.")
    desk.press("Noter")
    assert page.locator(".is-note").is_visible()
    act(desk, "clore", "Clore")
    desk.sees("Traitée")
    act(desk, "rouvrir", "Rouvrir")
    desk.sees("En cours")
    page.fill("#search", "Une note")
    page.press("#search", "Enter")
    assert page.locator(f".row-link[href='{path}']").is_visible()
