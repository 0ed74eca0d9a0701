"""Every page, as anybody may meet it: assistive tools, phone, zoom, no script, high contrast."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.gallery import PAGES, create_gallery
from tests.browser.gallery.shots import open_page
from tests.rig import axe

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

WIDER_THAN_SCREEN = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# Small targets that are neither inline in a sentence nor hidden (WCAG 2.5.8).
SMALL_TARGETS = """
[...document.querySelectorAll('a, button, summary, select, input:not([type=hidden]), textarea')]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }))
  .filter((e) => !e.closest('p, dd, li.tile, dialog') && !e.matches('.skip, .row-link'))
  .map((e) => [e, (e.closest('label') ?? e).getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.width < 24 || box.height < 23.5))
  .map(([e, box]) => `${e.outerHTML.slice(0, 80)} ${box.width}x${box.height}`)
"""


def test_a_barrier_is_found_and_named(page: "Page") -> None:
    page.set_content("<html lang=fr><title>t</title><main><h1>t</h1><img src=x.png></main>")
    assert axe.findings(page) == ['image-alt: <img src="x.png">']
    assert axe.findings(page, "color-contrast") == []
    assert axe.findings(page, without="image-alt") == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    ("width", "scheme", "rules"),
    [
        # The real pages pass all rules in the journeys.
        pytest.param(1366, "light", (), marks=pytest.mark.long),
        pytest.param(390, "dark", ("color-contrast", "target-size"), marks=pytest.mark.long),
        (390, "dark", None),
    ],
)
def test_no_barrier_and_nothing_refused(
    browser: "Browser",
    gallery: str,
    name: str,
    width: int,
    scheme: str,
    rules: tuple[str, ...] | None,
) -> None:
    page = open_page(browser, width, scheme)
    response = page.goto(f"{gallery}/{name}")
    assert response is not None
    assert response.ok
    assert rules is None or axe.findings(page, *rules) == []
    assert page.evaluate("window.violations") == []
    assert not page.evaluate(WIDER_THAN_SCREEN)
    assert page.evaluate(SMALL_TARGETS) == []
    page.context.close()


@pytest.mark.parametrize("name", ["queue", "case", "health", "refused"])
def test_reads_at_320_pixels(browser: "Browser", gallery: str, name: str) -> None:
    """1280 px at 400 % (WCAG 1.4.10), which covers a zoom of 200 %."""
    page = open_page(browser, 320)
    page.goto(f"{gallery}/{name}")
    assert not page.evaluate(WIDER_THAN_SCREEN)
    page.context.close()


@pytest.mark.parametrize("opener", ["?", "Control+k", "[popovertarget=me]"])
def test_what_opens_has_no_barrier(desk: "Page", gallery: str, opener: str) -> None:
    desk.goto(f"{gallery}/queue")
    if opener.startswith("["):
        desk.click(opener)
    else:
        desk.keyboard.press(opener)
        desk.wait_for_selector("dialog[open]")
    assert axe.findings(desk) == []


def test_acts_without_script(browser: "Browser", gallery: str) -> None:
    page = open_page(browser, java_script_enabled=False)
    page.goto(f"{gallery}/case")
    page.check("input[value=note]", force=True)
    assert page.is_visible("#note-text")
    assert page.is_hidden("#reply-text")
    page.click("a[data-modal]:has-text('Réaffecter')")
    assert page.text_content("h1") == "Réaffecter"
    page.click("a[data-key='?']")
    assert page.text_content("h1") == "Au clavier"
    page.context.close()


def test_rare_acts_wait_in_a_menu_and_their_keys_answer(desk: "Page", gallery: str) -> None:
    desk.goto(f"{gallery}/case")
    rare = desk.locator(".acts-more .button")
    assert rare.is_hidden()
    desk.click("[popovertarget=acts-more]")
    assert rare.is_visible()
    assert axe.findings(desk) == []
    desk.keyboard.press("Escape")
    assert rare.is_hidden()
    desk.keyboard.press("l")
    desk.wait_for_selector("#modal[open] [data-cancel]")


def test_forced_colours_keep_the_current_place(desk: "Page", gallery: str) -> None:
    desk.emulate_media(forced_colors="active")
    desk.goto(f"{gallery}/queue")
    style = "getComputedStyle(document.querySelector('.rail [aria-current]')).outlineStyle"
    assert desk.evaluate(style) == "solid"


def test_paper_shows_the_words_and_not_the_tools(desk: "Page", gallery: str) -> None:
    desk.goto(f"{gallery}/case")
    desk.emulate_media(media="print")
    assert desk.is_visible("#m0 .letter")
    assert desk.is_hidden(".rail")
    assert desk.is_hidden(".compose")


@pytest.mark.parametrize("name", PAGES)
def test_no_page_weighs_more_than_60_kb(name: str) -> None:
    answer = create_gallery().test_client().get(f"/{name}")
    body = answer.data
    assert answer.status_code == 200
    assert len(body) < 60_000
    assert b"style=" not in body
    assert b"onclick" not in body
