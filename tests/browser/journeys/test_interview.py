"""A visit from arrival to the printed receipt, by keyboard, then by one thumb, counted."""

from typing import TYPE_CHECKING

import pypdfium2
import pytest
import zxingcpp

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.counting import Journey
from tests.browser.journeys.house import House

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Request

pytestmark = pytest.mark.browser
TAPS = 4  # besides fields, one refusal included
PHONE = {"width": 390, "height": 844}
ASKED = "Elle n’a plus de ressources depuis mars."


def is_receipt(request: "Request") -> bool:
    """True for what asks for the receipt to print."""
    return request.url.endswith("/recu.pdf")


def test_from_arrival_to_the_printed_receipt(house: House, sit: Sit, journey: Journey) -> None:
    desk = sit(house, "accueil")
    page = desk.page
    page.goto(f"{house.address}/accueil")
    with journey(desk, "a visit: arrival, call, interview of somebody new, receipt", 9) as hand:
        hand.press("i")
        hand.words("Zoé Garance")
        hand.leave("Enter", "/accueil")
        page.get_by_role("link", name="Zoé Garance").wait_for()
        hand.leave("n", "/accueil")
        page.get_by_text("Appelée", exact=True).wait_for()
        hand.leave("e", "/entretien?visite=")
        hand.leave("n", "/entretien/saisie")
        hand.words("Plus de ressources")
        hand.press("Tab")
        hand.words(ASKED)
        hand.leave("Control+Enter", "/recu")
        desk.check()
        with page.context.expect_event("request", is_receipt):  # shown or taken: the browser's own
            hand.press("p")
    desk.troubles.clear()  # a viewer asks for its own parts
    reference = page.locator(".reference").inner_text()
    pdf = page.request.get(f"{page.url}.pdf").body()
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil()
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == f"{house.address}/suivi?demande={reference}"
    with journey(desk, "back to the waiting room", 1) as hand:
        hand.leave("u", "/accueil")
    assert "Zoé Garance" in page.locator(".counter-ended").inner_text()


def test_by_one_thumb_with_a_right_and_a_photograph(house: House, sit: Sit) -> None:
    desk = sit(house, "accueil", has_touch=True, is_mobile=True)
    page, taps = desk.page, 0
    page.set_viewport_size(PHONE)

    def tap(what: "Locator") -> None:
        nonlocal taps
        box = what.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24, "too small for a thumb"
        taps += 1
        with page.expect_navigation():
            what.tap()

    page.goto(f"{house.address}/entretien?q=Quinn+Lavoisier")
    desk.check_narrow()
    page.set_viewport_size(PHONE)
    tap(page.get_by_role("link", name="Nouvelle personne"))
    page.fill("#field-subject-0", "Aide au logement")
    page.fill("#field-text-0", ASKED)
    page.select_option("#right-0-code", "apl")
    with page.expect_file_chooser() as chosen:
        page.get_by_text("Photographier").tap()
    chosen.value.set_files({"name": "bail.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n"})
    assert page.locator("#photo").get_attribute("capture") == "environment"
    tap(page.get_by_role("button", name="Ajouter un droit"))
    assert page.locator("#right-1-code").is_visible()
    page.fill("#right-0-amount", "12")
    tap(page.locator(".form-actions button.is-primary"))
    page.get_by_text("Un montant se note quand le droit est obtenu.").first.wait_for()
    desk.check()
    page.set_viewport_size(PHONE)
    page.select_option("#right-0-standing", "obtained")
    tap(page.locator(".form-actions button.is-primary"))
    page.get_by_text("APL (CAF) : obtenu").wait_for()
    assert taps <= TAPS
    desk.check()
