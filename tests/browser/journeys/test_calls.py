"""Calls by keyboard: known, unknown, a third contact, anonymous, for somebody else.

Each journey counts its keys (words that are typed count for none) and prints them: `pytest -s`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.desk import Desk
from tests.browser.journeys.house import House
from tests.browser.journeys.tour import type_password

pytestmark = pytest.mark.browser
NUMBER = "06 39 98 12 34"
FOCUSED = "document.activeElement !== document.body"
COUNTED = "Information comptée, sans nom : %(n)s aujourd’hui dans le service."
ASKED = "Elle demande un dossier d'APA, à Antony."


def sees_counted(desk: Desk) -> None:
    """The information is counted, whatever the number of the day."""
    desk.page.get_by_text(desk.words(COUNTED, n="#").partition("#")[0].strip()).wait_for()


class Hand:
    """Presses keys and counts them."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.keys, self.count = desk, desk.page.keyboard, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            if key == "Enter":  # a browser gives the first focus shortly after the page is there
                self.desk.page.wait_for_function(FOCUSED)
            self.count += 1
            self.keys.press(key)

    def leave(self, key: str, path: str) -> None:
        """A key that leads to an address with this inside."""
        with self.desk.page.expect_navigation(url=lambda url: path in url):
            self.press(key)

    def tab_to(self, field: str) -> None:
        """As often as it takes, to the field of this id."""
        for _ in range(20):
            if self.desk.page.evaluate("document.activeElement.id") == field:
                return
            self.press("Tab")
        raise AssertionError(f"{field} is not reached by Tab")

    def look_up(self, typed: str) -> None:
        """From anywhere to the people who may be meant."""
        self.leave("a", "/contact/phone")
        self.words(typed)
        self.leave("Enter", "/contact/phone?q=")

    def words(self, text: str) -> None:
        self.desk.page.wait_for_function(FOCUSED)
        self.keys.type(text)


@contextmanager
def counted(desk: Desk, name: str, most: int) -> Iterator[Hand]:
    hand = Hand(desk)
    yield hand
    print(f"\n{name}: {hand.count} keys")
    assert hand.count <= most


def note_unknown(hand: Hand, typed: str, name: str = "") -> None:
    """From anywhere to the receipt of a new request of somebody nobody knows."""
    hand.look_up(typed)
    hand.leave("n", "/saisie/phone")
    hand.words(name)
    hand.tab_to("field-subject-0")
    hand.words("Dossier d'APA")
    hand.press("Tab")
    hand.words(ASKED)
    hand.leave("Control+Enter", "/saisie/recu/")


def test_an_unknown_person_then_known_then_a_third_contact(house: House, sit: Sit) -> None:
    desk = sit(house, "agent.apa")
    desk.open("/file")
    with counted(desk, "unknown", 12) as hand:
        note_unknown(hand, NUMBER, "Jeanne Kervella")
        hand.leave("Enter", "/file")
    with counted(desk, "known, another request", 12) as hand:
        hand.look_up("+33639981234")
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
    with counted(desk, "a further contact", 5) as hand:
        hand.look_up("kervella jeanne")
        hand.leave("1", "/contact/phone/D-")
        desk.check()
        hand.words("Elle demande où en est sa carte.")
        hand.leave("Control+Enter", "/saisie/recu/")
        desk.sees("C’est noté : 2ᵉ contact")
        hand.leave("Enter", "/file")
    with counted(desk, "a third contact, to be called back", 10) as hand:
        hand.look_up("jeanne kerv")
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
    house_in_each_language: House, sit: Sit
) -> None:
    house = house_in_each_language
    desk = sit(house, "agent.apa")
    desk.open("/file")
    desk.page.locator("[data-list] .row-link").first.click()
    desk.page.wait_for_selector("#reply-text")
    desk.page.fill("#reply-text", "Bonjour, votre dossier")
    desk.page.keyboard.press("Escape")
    where = desk.page.url
    with counted(desk, "information only, anonymous", 2) as hand:
        hand.leave("a", "/contact/phone")
        hand.leave("Enter", where)
    sees_counted(desk)
    assert desk.page.input_value("#reply-text") == "Bonjour, votre dossier"


def test_a_call_on_behalf_of_somebody(house: House, sit: Sit) -> None:
    desk = sit(house, "agent.apa")
    desk.open("/file")
    note_unknown(Hand(desk), "Yvonne Le Guilvinec")
    with counted(desk, "on behalf of somebody", 14) as hand:
        hand.look_up("le guilvinec")
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
