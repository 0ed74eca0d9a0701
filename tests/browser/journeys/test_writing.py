"""Writing at a keyboard: a canned reply, a colleague named, what the citizen will see."""

from pathlib import Path

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.counting import Journey
from tests.browser.journeys.house import House

pytestmark = pytest.mark.browser
MOST = 4  # keys from the case to a canned reply that leaves, besides typing


def test_a_canned_reply_in_four_keys(house: House, sit: Sit, journey: Journey) -> None:
    desk = sit(house, "agent.tri")
    desk.open(house.new_case())
    desk.press("Prendre")
    page, keys = desk.page, desk.page.keyboard

    with journey(desk, "a canned reply", MOST) as hand:
        hand.press("m")
        page.wait_for_selector("#palette[open] li")
        hand.words("autre adm")  # filters
        assert page.locator("#palette li").count() == 1
        hand.press("Enter")
        page.wait_for_selector("#palette:not([open])", state="attached")
        assert "autre administration" in page.input_value("#reply-text")
        assert desk.focused == "reply-text"
        hand.leave("Control+Enter")
    assert page.locator(".message.is-out", has_text="autre administration").is_visible()
    assert house.count("canned_use", "1 = 1") >= 1

    keys.press("n")  # a colleague is named by "@", the first letters and Enter
    keys.type("Voir avec @")
    page.wait_for_selector("#palette[open] li")
    name = page.locator("#palette li").first.inner_text()
    keys.press("Enter")
    assert page.input_value("#note-text") == f"Voir avec @{name} "
    with page.expect_navigation():
        keys.press("Control+Enter")
    assert house.count("mention", "1 = 1") >= 1

    page.fill("#reply-text", "Il vous manque : {pièces}")
    desk.press("Ce que l’usager verra")
    desk.sees("Ce que l’usager verra")
    assert "Il reste à compléter" in page.locator(".notice").first.inner_text()
    assert page.get_by_role("button", name="Envoyer").count() == 0
    desk.check()
    page.get_by_role("link", name="Corriger le texte").click()
    assert page.input_value("#reply-text") == "Il vous manque : {pièces}"
    page.fill("#reply-text", "Votre dossier est complet.")
    desk.press("Ce que l’usager verra")
    assert "porte la référence" in page.locator("#whole").inner_text()
    with page.expect_navigation():
        keys.press("Enter")  # the button has the focus
    assert page.locator(".message.is-out", has_text="est complet").is_visible()


def test_a_file_goes_with_a_reply(house: House, sit: Sit, tmp_path: Path, journey: Journey) -> None:
    file = tmp_path / "plan.txt"
    file.write_text("Le plan d'aide.", "utf-8")
    desk = sit(house, "agent.tri")
    desk.open(house.new_case())
    desk.press("Prendre")
    page = desk.page
    page.fill("#reply-text", "Voici le plan.")
    with journey(desk, "a file sent with a reply", 6) as hand:
        desk.press("Joindre")
        desk.check()
        page.set_input_files("#files", file)  # the window of the system is not ours to count
        with page.expect_navigation():
            page.get_by_role("button", name="Joindre", exact=True).click()
        assert page.input_value("#reply-text") == "Voici le plan."
        assert page.locator(".compose", has_text="plan.txt").is_visible()
        page.click("#reply-text")
        hand.leave("Control+Enter")
    assert page.locator(".message.is-out .tile", has_text="plan.txt").is_visible()
