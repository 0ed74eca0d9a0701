"""Calls by keyboard: known, unknown, a third contact, anonymous, for somebody else.

Keys are counted.
"""

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.counting import Hand, Journey
from tests.browser.journeys.desk import Desk
from tests.browser.journeys.house import House
from tests.browser.journeys.tour import type_password

pytestmark = pytest.mark.browser
NUMBER = "06 39 98 12 34"
COUNTED = "Information comptée, sans nom : %(n)s aujourd’hui dans le service."
ASKED = "Elle demande un dossier d'APA, à Antony."


def sees_counted(desk: Desk) -> None:
    """The information is counted, whatever the number of the day."""
    desk.page.get_by_text(desk.words(COUNTED, n="#").partition("#")[0].strip()).wait_for()


def look_up(hand: Hand, typed: str) -> None:
    """From anywhere to the people who may be meant."""
    hand.leave("a", "/contact/phone")
    hand.words(typed)
    hand.leave("Enter", "/contact/phone?q=")


def note_unknown(hand: Hand, typed: str, name: str = "") -> None:
    """From anywhere to the receipt of a new request of somebody nobody knows."""
    look_up(hand, typed)
    hand.leave("n", "/saisie/phone")
    hand.words(name)
    hand.tab_to("field-subject-0")
    hand.words("Dossier d'APA")
    hand.press("Tab")
    hand.words(ASKED)
    hand.leave("Control+Enter", "/saisie/recu/")


def test_an_unknown_person_then_known_then_a_third_contact(
    house: House, sit: Sit, journey: Journey
) -> None:
    desk = sit(house, "agent.apa")
    desk.open("/file")
    with journey(desk, "a call: somebody unknown, a new request", 13) as hand:
        note_unknown(hand, NUMBER, "Jeanne Kervella")
        hand.leave("Enter", "/file")
    with journey(desk, "a call: somebody known, another request", 13) as hand:
        look_up(hand, "+33639981234")
        desk.sees("Jeanne Kervella")
        desk.check()
        hand.leave("2", "/saisie/phone")
        desk.sees("Pour Jeanne Kervella")
        hand.tab_to("field-subject-0")
        hand.words("Carte de transport")
        hand.press("Tab")
        hand.words("Elle veut une carte Améthyste.")
        hand.leave("Control+Enter", "/saisie/recu/")
        hand.leave("Enter", "/file")
    with journey(desk, "a call: a further contact about a case", 6) as hand:
        look_up(hand, "kervella jeanne")
        hand.leave("1", "/contact/phone/D-")
        desk.check()
        hand.words("Elle demande où en est sa carte.")
        hand.leave("Control+Enter", "/saisie/recu/")
        desk.sees("C’est noté : 2ᵉ contact")
        hand.leave("Enter", "/file")
    with journey(desk, "a call: a third contact, to be called back", 11) as hand:
        look_up(hand, "jeanne kerv")
        desk.sees("2ᵉ contact")
        hand.leave("1", "/contact/phone/D-")
        hand.words("Elle insiste.")
        hand.tab_to("field-call_back-0")
        hand.press("Space")
        hand.leave("Control+Enter", "/saisie/recu/")
        desk.sees("C’est noté : 3ᵉ contact")
        desk.check()
        hand.leave("o", "/demandes/D-")
    desk.sees("Rappeler l’usager")
    desk.check()


def test_information_only_leaves_a_half_typed_reply_as_it_was(
    house_in_each_language: House, sit: Sit, journey: Journey
) -> None:
    house = house_in_each_language
    desk = sit(house, "agent.apa")
    desk.open("/file")
    desk.page.locator("[data-list] .row-link").first.click()
    desk.page.wait_for_selector("#reply-text")
    desk.page.fill("#reply-text", "Bonjour, votre dossier")
    desk.page.keyboard.press("Escape")
    where = desk.page.url
    with journey(desk, "a call: information only, anonymous", 2) as hand:
        hand.leave("a", "/contact/phone")
        hand.leave("Enter", where)
    sees_counted(desk)
    assert desk.page.input_value("#reply-text") == "Bonjour, votre dossier"


def test_a_call_on_behalf_of_somebody(house: House, sit: Sit, journey: Journey) -> None:
    desk = sit(house, "agent.apa")
    desk.open("/file")
    note_unknown(Hand(desk), "Yvonne Le Guilvinec")
    with journey(desk, "a call on behalf of somebody", 15) as hand:
        look_up(hand, "le guilvinec")
        hand.leave("2", "/saisie/phone")
        hand.words("Anne Le Guilvinec")
        hand.press("Tab", "Tab")
        hand.words("Son")  # the choice that begins so
        hand.press("Tab", "ArrowDown")
        desk.check()
        hand.tab_to("field-subject-0")
        hand.words("Facture")
        hand.press("Tab")
        hand.words("Elle conteste une facture.")
        hand.leave("Control+Enter", "/saisie/recu/")
        hand.leave("o", "/demandes/D-")
    text = desk.page.locator("main").inner_text()
    for told in ("Yvonne Le Guilvinec", "Anne Le Guilvinec", "Représentant", "par des questions"):
        assert told in text, told


def test_a_call_without_scripts(house: House, sit: Sit) -> None:
    desk = sit(house, java_script_enabled=False)
    desk.open("/contact/phone?retour=/a-affecter")
    type_password(desk.page, "agent.tri")
    desk.page.press("#who", "Enter")
    desk.page.wait_for_url("**/a-affecter")
    sees_counted(desk)
