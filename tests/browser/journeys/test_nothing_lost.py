"""What agents fear: an expired session, two people on one case, a double click, an outage."""

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.desk import Desk
from tests.browser.journeys.house import House
from tests.browser.journeys.tour import type_password
from tests.rig.smtp import free_port

pytestmark = pytest.mark.browser
BOTH = pytest.mark.parametrize("language", ["fr", "en"])
TEXT = "Bonjour Madame, votre dossier est complet."
NEVER = "Ce qu’elle n’a plus le droit de noter."
DEAD = "postgresql://nobody@127.0.0.1:1/none"


@pytest.fixture
def language() -> str:
    """What tests that do not choose a language speak."""
    return "fr"


@pytest.fixture
def desk(house: House, sit: Sit, language: str) -> Desk:
    """An agent in front of a new case that she has taken."""
    house.speak(language)
    made = sit(house, "agent.tri")
    made.open(house.new_case())
    made.press("Prendre")
    return made


def test_a_reply_sent_after_the_session_is_given_back(house: House, desk: Desk) -> None:
    page, url = desk.page, desk.page.url
    desk.expire()
    page.fill("#reply-text", TEXT)
    desk.press("Envoyer")
    desk.sees("Ce que vous écriviez est gardé et vous sera rendu.")
    desk.check()
    type_password(page, "agent.tri")
    assert page.url == url
    assert page.input_value("#reply-text") == TEXT
    assert page.locator("[data-undo]").count() == 0


@BOTH
def test_a_note_sent_after_the_session_is_given_back(desk: Desk) -> None:
    desk.page.locator(".compose-kind input[value=note]").check(force=True)
    desk.page.fill("#note-text", TEXT)
    desk.expire()
    desk.press("Noter")
    type_password(desk.page, "agent.tri")
    assert desk.page.input_value("#typed") == TEXT
    desk.check()
    desk.press("Enregistrer")
    assert desk.page.locator(".is-note .letter").inner_text() == TEXT


@BOTH
def test_two_people_on_one_case_keep_both_texts(house: House, desk: Desk, sit: Sit) -> None:
    other = sit(house, "responsable")
    other.open(desk.path)
    other.page.fill("#reply-text", "Nous vous appelons demain.")
    desk.page.fill("#reply-text", TEXT)
    other.press("Envoyer")
    desk.press("Envoyer")
    page = desk.page
    assert page.input_value("#mine") == TEXT
    assert page.locator(".versions .letter").inner_text() == "Nous vous appelons demain."
    assert page.locator(".timeline li").count() > 0
    desk.check()
    desk.press("Envoyer quand même")
    assert page.locator(".message.is-out", has_text=TEXT).is_visible()


@pytest.mark.parametrize(
    ("kind", "field", "button", "kept"),
    [
        ("note", "#note-text", ".compose-note button", ".is-note"),
        ("reply", "#reply-text", "#compose-reply .is-primary", ".message.is-out"),
    ],
)
def test_a_double_click_is_one_act(
    desk: Desk, kind: str, field: str, button: str, kept: str
) -> None:
    desk.page.locator(f".compose-kind input[value={kind}]").check(force=True)
    desk.page.fill(field, TEXT)
    desk.page.dblclick(button)
    desk.page.wait_for_selector(kept)
    desk.page.reload()
    assert desk.page.locator(kept).count() == 1


@BOTH
def test_an_outage_gives_the_text_back(house: House, desk: Desk) -> None:
    dead = free_port()
    house.web(dead, GRC_DATABASE_URL=DEAD)
    elsewhere = f"http://127.0.0.1:{dead}{desk.path}/note"
    desk.page.route("**/note", lambda route: route.fulfill(response=route.fetch(url=elsewhere)))
    desk.page.locator(".compose-kind input[value=note]").check(force=True)
    desk.page.fill("#note-text", TEXT)
    desk.press("Noter")
    desk.sees("Le service est indisponible un moment")
    assert desk.page.input_value("#typed") == TEXT
    desk.check()
    desk.page.unroute("**/note")
    desk.open(desk.path.removesuffix("/note"))
    assert desk.page.input_value("#note-text") == TEXT  # and the tab has kept it too


def test_a_form_of_another_session_gives_the_text_back(desk: Desk) -> None:
    desk.page.locator(".compose-kind input[value=note]").check(force=True)
    desk.page.fill("#note-text", TEXT)
    desk.page.locator(".compose-note [name=csrf_token]").evaluate("field => field.value = 'old'")
    desk.press("Noter")
    desk.sees("Ce formulaire n’est plus valable")
    assert desk.page.input_value("#typed") == TEXT
    desk.check()


def test_back_after_an_act_does_not_act_again(desk: Desk) -> None:
    page = desk.page
    page.locator(".compose-kind input[value=note]").check(force=True)
    page.fill("#note-text", TEXT)
    old = page.input_value(".compose-note [name=form_key]")
    desk.press("Noter")
    page.go_back()
    page.locator(".compose-kind input[value=note]").check(force=True)
    page.locator(".compose-note [name=form_key]").evaluate("(field, key) => field.value = key", old)
    page.fill("#note-text", TEXT)  # what an older browser shows again, as it was sent
    desk.press("Noter")
    assert page.locator(".is-note .letter").all_inner_texts() == [TEXT]


def test_rights_taken_away_while_the_page_is_open_lose_no_text(house: House, desk: Desk) -> None:
    who = "user_id = (SELECT id FROM \"user\" WHERE login = 'agent.tri')"
    had = house.query(f"SELECT user_id, unit_id, role FROM user_role WHERE {who}")
    desk.page.locator(".compose-kind input[value=note]").check(force=True)
    desk.page.fill("#note-text", NEVER)
    house.query(f"DELETE FROM user_role WHERE {who}")
    try:
        desk.press("Noter")
        desk.sees("Vos droits ne vont pas jusque-là")
        assert desk.page.input_value("#typed") == NEVER
        desk.check()
        assert house.count("note", f"text = '{NEVER}'") == 0
    finally:
        for user, unit, role in had:
            given = f"({user}, {unit}, '{role}')"
            house.query(f"INSERT INTO user_role (user_id, unit_id, role) VALUES {given}")
