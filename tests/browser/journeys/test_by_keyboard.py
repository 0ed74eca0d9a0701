"""Single keys: as printed on a French keyboard, never while typing, and only if wanted."""

from typing import Literal

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.counting import Hand
from tests.browser.journeys.desk import Desk
from tests.browser.journeys.house import House

pytestmark = pytest.mark.browser
SHIFT = 8  # of the DevTools protocol
IN_PAGE = "document.activeElement !== document.body"
RINGED = """() => {
  const ringed = (e) => {
    const style = getComputedStyle(e);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  let e = document.activeElement;
  const group = e.type === 'radio' ? document.getElementsByName(e.name) : [e];
  for (const one of group) one.reached = true;
  const near = [e, e.nextElementSibling, ...[1, 2, 3, 4].map(() => (e = e?.parentElement))];
  return near.some((one) => one && one !== document.body && ringed(one));
}"""


NEVER_REACHED = """[...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled && !e.reached)
  .map((e) => e.outerHTML.slice(0, 120))"""


def press_on_azerty(desk: Desk, character: str, code: str) -> None:
    """A key of a French keyboard: what it prints, and the place it has on a keyboard."""
    devtools = desk.context.new_cdp_session(desk.page)
    key = {"key": character, "code": code, "modifiers": SHIFT, "text": character}
    devtools.send("Input.dispatchKeyEvent", {"type": "keyDown", **key})
    devtools.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})


def test_slash_and_question_mark_need_shift_on_azerty(house: House, sit: Sit) -> None:
    desk = sit(house, "agent.tri")
    desk.open("/a-affecter")
    press_on_azerty(desk, "?", "KeyM")
    desk.page.wait_for_selector("#modal[open] kbd")
    desk.page.keyboard.press("Escape")
    press_on_azerty(desk, "/", "Period")
    assert desk.focused == "search"
    assert desk.page.input_value("#search") == ""


def test_no_key_acts_while_typing(house: House, sit: Sit) -> None:
    desk = sit(house, "agent.tri")
    desk.open(house.new_case())
    url = desk.page.url
    desk.page.keyboard.press("r")
    desk.page.keyboard.type("test engorge c z ? /")
    assert desk.page.input_value("#reply-text") == "test engorge c z ? /"
    assert desk.page.locator("dialog[open]").count() == 0
    assert desk.page.url == url


def test_keys_can_be_switched_off(house: House, sit: Sit) -> None:
    desk = sit(house, "admin")
    desk.open("/")
    desk.page.click("[popovertarget=me]")
    with desk.page.expect_response("**/preferences"):
        desk.page.check("#me [name=shortcuts][value=off]", force=True)
    desk.page.reload()
    desk.page.keyboard.press("?")
    assert desk.page.locator("dialog[open]").count() == 0
    assert not desk.page.locator(".keycap").first.is_visible()


def test_the_first_tab_stops_skip_to_content_and_search(house: House, sit: Sit) -> None:
    desk = sit(house, "agent.tri")
    desk.open("/a-affecter")
    desk.page.keyboard.press("Tab")
    assert desk.focused == "Aller au contenu"
    desk.page.keyboard.press("Tab")
    assert desk.focused == "Aller à la recherche"
    desk.page.keyboard.press("Enter")
    assert desk.focused == "search"


@pytest.mark.parametrize(("path", "colours"), [("/a-affecter", "active"), ("a case", "none")])
def test_every_act_is_reached_by_tab_and_the_focus_seen(
    house: House, sit: Sit, path: str, colours: Literal["active", "none"]
) -> None:
    """On the list in forced colours: a shadow or a background is not seen there."""
    desk = sit(house, "agent.tri", forced_colors=colours)
    desk.open(house.new_case() if path == "a case" else path)
    stops = 0
    while desk.page.keyboard.press("Tab") or desk.page.evaluate(IN_PAGE):
        assert desk.page.evaluate(RINGED), desk.focused
        stops += 1
    assert stops > 20
    assert desk.page.evaluate(NEVER_REACHED) == []


def test_a_list_gives_the_focus_back_where_one_left(house: House, sit: Sit) -> None:
    desk = sit(house, "agent.tri")
    desk.open("/a-affecter")
    keys = desk.page.keyboard
    for key in "jj":
        keys.press(key)
    row = desk.focused
    with desk.page.expect_navigation():
        keys.press("Enter")
    with desk.page.expect_navigation():
        keys.press("u")
    assert desk.focused == row


def test_after_an_act_on_a_case_the_focus_is_in_its_page(house: House, sit: Sit) -> None:
    """Taken, noted, put into another state: never back at the top of the window. All by keys."""
    desk = sit(house, "agent.tri")
    desk.open(house.new_case())
    keys = Hand(desk)

    def lands() -> None:
        desk.page.wait_for_selector("#content:focus")

    keys.leave("t")
    lands()
    keys.press("n")
    keys.words("Vu au téléphone.")
    keys.leave("Control+Enter")
    lands()
    keys.press("s")
    desk.page.wait_for_selector("#modal[open] form :focus")
    keys.press("ArrowDown")
    keys.leave("Control+Enter")
    lands()
    keys.press("Tab")  # and on from there
    assert desk.page.evaluate("document.activeElement.closest('main') !== null")
    desk.page.reload()
    assert not desk.page.evaluate(IN_PAGE)  # what was not an act takes nothing


def test_after_an_act_in_a_list_the_focus_is_on_the_next_row(house: House, sit: Sit) -> None:
    """j to a row, t to confirm its unit: back in the list, on the row that came after."""
    house.new_case()
    desk = sit(house, "agent.tri")
    desk.open("/a-affecter")
    rows = desk.page.locator("[data-list] .row-link")
    first, second = (rows.nth(number).get_attribute("href") for number in (0, 1))
    desk.page.keyboard.press("j")
    desk.page.keyboard.press("t")
    desk.page.wait_for_selector("#modal[open] form")
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Control+Enter")
    assert desk.path.startswith("/a-affecter?case=")
    desk.page.wait_for_selector(".row-link:focus")
    assert desk.page.evaluate("document.activeElement.getAttribute('href')") == second
    assert desk.page.locator(f'[data-list] [href="{first}"]').count() == 0
