"""A citizen without scripts: a form, its receipt, its follow-up page, a document added, and the
agent who sees it all."""

from pathlib import Path

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.desk import Desk
from tests.browser.journeys.house import House

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1440, "height": 900}


def looked_at(desk: Desk, size: dict[str, int]) -> None:
    """Nothing in the way of anybody, at this width."""
    desk.page.set_viewport_size(size)  # type: ignore[arg-type]
    assert desk.barriers() == []
    assert not desk.page.evaluate("document.documentElement.scrollWidth > innerWidth")


def ask(desk: Desk) -> None:
    """From a few plain words to the form, and what is typed into it."""
    page = desk.page
    desk.open("/demarches")
    page.fill("#q", "aide à domicile pour ma mère")
    desk.press("Chercher")
    page.click(".public-offer >> nth=0")
    page.fill("[name=q_naissance]", "1941-02-03")
    page.get_by_label("Chez elle").check()
    page.fill("[name=text]", "Ma mère ne peut plus rester seule le matin.")
    page.fill("[name=commune]", "Antony")


def codes(desk: Desk) -> list[str]:
    """The reference and the secret of a receipt."""
    return desk.page.locator(".public-code").all_inner_texts()


def follow(desk: Desk, reference: str, secret: str) -> None:
    """Open the follow-up page from a receipt."""
    desk.open("/suivi")
    desk.page.fill("#reference", reference)
    desk.page.fill("#secret", secret)
    desk.press("Voir ma demande")


def test_a_citizen_asks_follows_and_adds(house: House, sit: Sit, tmp_path: Path) -> None:
    desk = sit(house, java_script_enabled=False)
    paper = tmp_path / "avis d’imposition.pdf"
    paper.write_bytes(b"%PDF-1.4\nun avis\n")
    ask(desk)
    page = desk.page
    page.set_input_files("[name=files]", paper)
    desk.press("Envoyer ma demande")
    assert page.locator(".error-summary a").count() == 1  # the name
    assert page.get_by_text("Retirer avis").is_visible()
    page.fill("[name=name]", "Jeanne Karim")
    desk.press("Envoyer ma demande")
    reference, secret = codes(desk)
    follow(desk, reference, secret)
    assert "Ma mère ne peut plus rester seule" in page.inner_text("main")
    page.fill("[name=text]", "Voici aussi sa carte d’identité.")
    page.set_input_files("[name=files]", paper)
    desk.press("Envoyer")
    assert page.get_by_text("C’est reçu, et joint à votre demande").is_visible()
    assert desk.context.cookies() == []
    agent = sit(house, "agent.apa")
    agent.open(f"/demandes/{reference}")
    seen = agent.page.inner_text("main")
    assert "Voici aussi sa carte d’identité." in seen
    assert seen.count("avis d’imposition.pdf") >= 2


def test_no_barrier_on_public_pages(house: House, sit: Sit) -> None:
    """Those that come after an act; the others are on the tour."""
    desk = sit(house)
    ask(desk)
    desk.press("Envoyer ma demande")
    for size in (WIDE, PHONE):
        looked_at(desk, size)  # with errors
    desk.page.fill("[name=name]", "Jeanne Karim")
    desk.press("Envoyer ma demande")
    for size in (WIDE, PHONE):
        looked_at(desk, size)
    follow(desk, *codes(desk))
    for size in (WIDE, PHONE):
        looked_at(desk, size)
