"""Two agents on one case in two browsers: nothing is overwritten, nothing typed is lost."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.desk import Desk
from tests.browser.journeys.house import House

if TYPE_CHECKING:
    from playwright.sync_api import Response

pytestmark = pytest.mark.browser
ACT = ".form .is-primary"


def sent(desk: Desk, button: str = ACT) -> "Response":
    """Press a button of this page; the answer of the next one."""
    with desk.page.expect_navigation() as after:
        desk.page.locator(button).first.click()
    return after.value


def test_two_agents_write_on_one_case(house: House, sit: Sit) -> None:
    alice, bob = sit(house, "agent.tri"), sit(house, "responsable")
    alice.open(house.new_case())
    alice.press("Prendre")
    bob.open(alice.path)
    case = alice.path

    for desk, words in ((alice, "Note d’Alice"), (bob, "Note de Bob")):  # both notes stand
        desk.page.locator(".compose-kind input[value=note]").check(force=True)
        desk.page.fill("#note-text", words)
    for desk in (bob, alice):
        desk.press("Noter")
    notes = alice.page.locator(".is-note .letter").all_inner_texts()
    assert notes == ["Note de Bob", "Note d’Alice"]

    for desk in (alice, bob):  # the state: of two choices, the second is told of the first
        desk.open(f"{case}/etat")
    bob.page.check("[name=status][value=waiting_third]")
    bob.page.fill("#reason", "On attend la caisse")
    assert sent(bob).status == 200
    alice.page.check("[name=status][value=waiting_citizen]")
    alice.page.fill("#reason", "On attend ses papiers")
    assert sent(alice).status == 409
    assert alice.page.input_value("#mine") == "On attend ses papiers"
    assert "On attend la caisse" in alice.page.locator(".timeline").inner_text()
    alice.check()
    alice.press("Recommencer")
    alice.open(f"{case}/champs?champ=etat")
    told = alice.page.locator("table.data").inner_text()
    assert "On attend la caisse" in told
    assert "On attend ses papiers" in told
    alice.check()


def test_two_agents_share_one_draft(house: House, sit: Sit) -> None:
    """Both type, one sends: the other is told, and has both texts."""
    alice, bob = sit(house, "agent.tri"), sit(house, "responsable")
    alice.open(house.new_case())
    alice.press("Prendre")
    case, theirs = alice.path, "Le texte d’Alice.\n\nEt de Bob."
    alice.page.fill("#reply-text", "Le texte d’Alice.")
    alice.page.check("#compose-reply [name=shared]")
    alice.press("Garder le brouillon")
    bob.open(case)
    bob.page.locator(".compose-other summary").click()
    assert "Le texte d’Alice." in bob.page.locator(".compose-other .letter").inner_text()
    bob.press("Copier dans ma réponse")
    assert bob.page.input_value("#reply-text") == "Le texte d’Alice."
    bob.page.fill("#reply-text", theirs)
    alice.page.fill("#reply-text", "Le texte d’Alice, suite.")
    bob.press("Envoyer")
    alice.press("Envoyer")
    assert alice.page.input_value("#mine") == "Le texte d’Alice, suite."
    assert alice.page.locator(".versions .letter").inner_text() == theirs
    alice.check()
    alice.open(case)  # she leaves it there: what she wrote is still her draft, what he sent stands
    assert alice.page.input_value("#reply-text") == "Le texte d’Alice, suite."
    assert alice.page.locator(".message.is-out").count() == 1


def test_two_agents_write_one_letter(house: House, sit: Sit) -> None:
    alice, bob = sit(house, "agent.tri"), sit(house, "responsable")
    alice.open(house.new_case())
    alice.press("Prendre")
    alice.open(f"{alice.path}/lettre")
    alice.page.fill("#text", "Le premier texte.")
    sent(alice, "[name=brouillon]")
    for desk in (alice, bob):
        desk.open(f"{alice.path.removesuffix('/modifier')}/modifier")
    bob.page.fill("#text", "Le texte de Bob.")
    assert sent(bob, "[name=brouillon]").status == 200
    alice.page.fill("#text", "Le texte d’Alice.")
    alice.page.fill("#subject", "L’objet d’Alice")
    assert sent(alice, "[name=brouillon]").status == 409
    assert alice.page.input_value("#text") == "Le texte d’Alice."
    assert "Le texte de Bob." in alice.page.locator(".versions, .data").first.inner_text()
    alice.check()
    alice.page.fill("#text", "Le texte de Bob. Le texte d’Alice.")
    assert sent(alice, "[name=brouillon]").status == 200
    both = house.query("SELECT text, subject FROM our_letter ORDER BY id DESC LIMIT 1")
    assert both == [("Le texte de Bob. Le texte d’Alice.", "L’objet d’Alice")]


def test_two_agents_correct_one_identity(house: House, sit: Sit) -> None:
    alice, bob = sit(house, "agent.tri"), sit(house, "responsable")
    alice.open(house.new_case())
    her = alice.page.locator("aside a[href^='/usagers/']").first.get_attribute("href")
    for desk in (alice, bob):
        desk.open(f"{her}/identite")
        desk.page.fill("#reason", "Vu sur sa carte")
    bob.page.fill("#birth_name", "Lefort")
    bob.page.fill("#first_names", "Anne")
    assert sent(bob).status == 200
    alice.page.fill("#birth_name", "Le Fort")
    assert sent(alice).status == 409
    told = alice.page.locator("table.data").inner_text()
    assert "Le Fort" in told
    assert "Lefort" in told
    assert alice.page.input_value("#first_names") == "Anne"
    alice.check()
    assert sent(alice).status == 200
    alice.page.get_by_role("link", name="Historique des champs").click()
    rows = alice.page.locator("table.data tbody tr").all_inner_texts()
    assert any("Lefort" in row and "Le Fort" in row for row in rows), rows
    alice.check()
