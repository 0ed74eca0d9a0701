"""What the small scripts add: keys, palette, dialogs, drafts, undo, news, preferences."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

FOCUSED_ROW = "document.activeElement.closest('.row')?.querySelector('.row-link').href"
ROWS = "[...document.querySelectorAll('.row-link')].map((link) => link.href)"


def test_rows_are_walked_and_opened_by_keys(desk: "Page", gallery: str) -> None:
    desk.goto(f"{gallery}/queue")
    rows = desk.evaluate(ROWS)
    for key in "jjjk":
        desk.keyboard.press(key)
    assert desk.evaluate(FOCUSED_ROW) == rows[1]
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/case?*")
    desk.go_back()
    assert desk.evaluate(FOCUSED_ROW) == rows[1]


def test_keys_of_a_row_need_the_focus_in_it(desk: "Page", gallery: str) -> None:
    desk.goto(f"{gallery}/to-route")
    desk.keyboard.press("o")
    assert desk.locator("dialog[open]").count() == 0
    desk.keyboard.press("j")
    desk.keyboard.press("o")
    desk.wait_for_selector("#modal[open] h1")


def test_no_key_plays_while_typing_or_when_switched_off(desk: "Page", gallery: str) -> None:
    desk.goto(f"{gallery}/queue")
    desk.keyboard.press("/")
    desk.keyboard.type("j?gf")
    assert desk.input_value("#search") == "j?gf"
    desk.keyboard.press("Escape")
    desk.evaluate("document.body.dataset.shortcuts = 'off'")
    desk.keyboard.press("?")
    assert desk.locator("dialog[open]").count() == 0


def test_g_then_a_letter_goes(desk: "Page", gallery: str) -> None:
    desk.goto(f"{gallery}/case")
    desk.keyboard.press("g")
    desk.keyboard.press("r")
    desk.wait_for_url("**/recovery")


def test_question_mark_is_read_as_printed_on_azerty(desk: "Page", gallery: str) -> None:
    """On AZERTY "?" is Shift and the comma key: only the character counts."""
    desk.goto(f"{gallery}/queue")
    desk.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown',"
        " { key: '?', code: 'KeyM', shiftKey: true, bubbles: true }))"
    )
    desk.wait_for_selector("#modal[open] .key-groups")


def test_palette_finds_by_words_without_accents(desk: "Page", gallery: str) -> None:
    desk.goto(f"{gallery}/case")
    desk.keyboard.press("Control+k")
    desk.keyboard.type("reaff")
    assert desk.text_content("#palette [aria-selected=true]").startswith("Réaffecter")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("#modal[open] select:focus")
    desk.keyboard.press("Escape")
    assert desk.locator("dialog[open]").count() == 0


def test_reply_and_note_take_the_focus(desk: "Page", gallery: str) -> None:
    desk.goto(f"{gallery}/case")
    desk.keyboard.press("n")
    assert desk.evaluate("document.activeElement.id") == "note-text"
    assert desk.is_hidden("#reply-text")
    desk.keyboard.press("Escape")
    desk.keyboard.press("r")
    assert desk.evaluate("document.activeElement.id") == "reply-text"


def test_a_draft_is_saved_and_says_so(desk: "Page", gallery: str) -> None:
    desk.goto(f"{gallery}/case")
    desk.keyboard.press("r")
    with desk.expect_request("**/draft") as sent:
        desk.keyboard.type("Bonjour")
    assert "Bonjour" in sent.value.post_data
    assert "csrf_token" in sent.value.post_data
    desk.wait_for_selector("[data-saved]:has-text('Brouillon enregistré à')")


@pytest.mark.parametrize(
    ("answer", "words"), [(401, "Session expirée"), (503, "gardé dans cet onglet")]
)
def test_a_text_outlives_session_and_network(
    desk: "Page", gallery: str, answer: int, words: str
) -> None:
    desk.route("**/draft", lambda route: route.fulfill(status=answer))
    desk.goto(f"{gallery}/case")
    desk.keyboard.press("r")
    desk.keyboard.type("À ne pas perdre")
    desk.wait_for_selector(f"[data-saved]:has-text('{words}')")
    desk.goto(f"{gallery}/queue")
    desk.goto(f"{gallery}/case")
    assert desk.input_value("#reply-text") == "À ne pas perdre"


def test_a_text_written_elsewhere_is_not_overwritten(desk: "Page", gallery: str) -> None:
    desk.goto(f"{gallery}/case")
    desk.keyboard.press("r")
    desk.keyboard.type("Ici")
    desk.goto(f"{gallery}/queue")
    desk.route(
        "**/case",
        lambda route: route.fulfill(
            content_type="text/html; charset=utf-8",
            body=route.fetch().text().replace("</textarea>", "Ailleurs</textarea>", 1),
        ),
    )
    desk.goto(f"{gallery}/case")
    assert desk.input_value("#reply-text") == "Ailleurs"
    desk.click("text=Le reprendre")
    assert desk.input_value("#reply-text") == "Ici"


def test_a_text_taken_over_by_the_server_is_forgotten(desk: "Page", gallery: str) -> None:
    desk.goto(f"{gallery}/case")
    desk.keyboard.press("r")
    desk.keyboard.type("Envoyé")
    desk.goto(f"{gallery}/sent")
    desk.goto(f"{gallery}/case")
    assert desk.input_value("#reply-text") == ""


def test_leaving_forgets_every_text(desk: "Page", gallery: str) -> None:
    desk.goto(f"{gallery}/case")
    desk.keyboard.press("r")
    desk.keyboard.type("Confidentiel")
    desk.click("[popovertarget=me]")
    desk.click("form[data-logout] button")
    assert desk.evaluate("sessionStorage.length") == 0


def test_undo_counts_down_then_says_gone(desk: "Page", gallery: str) -> None:
    desk.clock.install()
    desk.goto(f"{gallery}/sent")
    desk.clock.run_for(3000)
    assert "7" in desk.text_content("[data-undo-left]")
    desk.clock.run_for(7500)
    assert desk.text_content("[data-undo]").strip() == "C’est envoyé."
    desk.clock.run_for(5000)
    assert desk.locator("[data-undo]").count() == 0


def test_news_wait_in_a_bar_and_the_list_stays(desk: "Page", gallery: str) -> None:
    desk.clock.install()
    desk.goto(f"{gallery}/queue")
    before = desk.evaluate(ROWS)
    with desk.expect_response("**/poll"):
        desk.clock.run_for(61_000)
    desk.wait_for_selector(".fresh a:has-text('3 nouvelles demandes, afficher')")
    assert desk.text_content(".rail [data-count=queue]") == "51"
    assert desk.evaluate(ROWS) == before
    with desk.expect_response("**/poll") as again:
        desk.clock.run_for(61_000)
    assert again.value.status == 304


def test_preferences_apply_at_once_and_stay(desk: "Page", gallery: str) -> None:
    desk.goto(f"{gallery}/queue")
    desk.click("[popovertarget=me]")
    with desk.expect_response("**/preferences"):
        desk.check("#me input[value=dark]", force=True)
    assert desk.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    desk.reload()
    assert desk.evaluate("document.documentElement.dataset.theme") == "dark"
