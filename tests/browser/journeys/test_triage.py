"""Sorting cases with the case beside the list, and many at once: by keys alone, counted."""

import re
from itertools import pairwise

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.counting import Hand, Journey
from tests.browser.journeys.desk import Desk
from tests.browser.journeys.house import House

pytestmark = pytest.mark.browser
SORTED, REROUTED = 20, 5
UNIT, WHY = "Service Am", "Carte de transport"
SELECTED = 3
CHOSEN = "document.querySelector('.row-link[aria-current]')?.getAttribute('href')"


def shown(desk: Desk, href: str | None) -> None:
    """Wait until the case of this row is beside the list."""
    desk.page.wait_for_selector(f'#beside .beside-open[href="{href}"]')


def test_twenty_cases_are_sorted_beside_their_list(
    house: House, sit: Sit, journey: Journey
) -> None:
    """A morning's mail: three in four are placed as proposed, the others elsewhere with a word."""
    house.new_cases(SORTED)
    desk = sit(house, "agent.tri")
    desk.open("/a-affecter")
    links = desk.page.locator("[data-list] .row-link")
    rows = [links.nth(n).get_attribute("href") for n in range(SORTED + 1)]
    told = f"{SORTED} cases sorted, {REROUTED} of them elsewhere and why"
    with journey(desk, told, 1 + 3 * SORTED + 2 * REROUTED) as keys:
        keys.press("j")
        for number, (row, after) in enumerate(pairwise(rows)):
            shown(desk, row)
            sort = reroute if number % (SORTED // REROUTED) == 0 else confirm
            sort(desk, keys)
            assert desk.path.startswith("/a-affecter?case=")
            assert desk.page.evaluate(CHOSEN) == after  # the list stays, on the row that came next
    assert house.count("audit", "event = 'case:route-confirmed'") >= SORTED - REROUTED


def confirm(desk: Desk, keys: Hand) -> None:
    """The unit that was proposed."""
    keys.press("t")
    desk.page.wait_for_selector("#modal[open] form")
    keys.leave("Control+Enter")


def reroute(desk: Desk, keys: Hand) -> None:
    """Another unit, found by its first letters, and why."""
    keys.press("o")
    desk.page.wait_for_selector("#modal[open] #unit:focus")
    keys.words(UNIT)
    keys.press("Tab", "Tab")
    keys.words(WHY)
    keys.leave("Control+Enter")


def test_late_answers_are_ignored_and_the_address_says_what_is_shown(
    house: House, sit: Sit
) -> None:
    desk = sit(house, "agent.tri")
    desk.open("/a-affecter")
    keys, links = Hand(desk), desk.page.locator("[data-list] .row-link")
    keys.press("j", "j", "j", "k")
    second = links.nth(1).get_attribute("href")
    shown(desk, second)
    assert f"case={str(second).rpartition('/')[2]}" in desk.page.url
    desk.page.reload()
    shown(desk, second)
    assert desk.page.evaluate(CHOSEN) == second
    keys.press("r")
    desk.page.keyboard.type("Bonjour jk x")
    keys.press("Escape", "k", "j")
    shown(desk, second)
    desk.page.wait_for_function("document.querySelector('#reply-text').value === 'Bonjour jk x'")
    keys.press("r", "Control+a", "Delete", "Escape", "Escape")
    assert desk.page.locator("#beside > *").count() == 0
    assert "case=" not in desk.page.url
    desk.check()


def test_shift_and_a_click_select_or_clear_all_rows_between(house: House, sit: Sit) -> None:
    desk = sit(house, "agent.tri")
    desk.open("/file?unit=tri")
    boxes = desk.page.locator(".row-check")
    told = desk.page.locator("[data-selected]")
    boxes.nth(1).click()
    boxes.nth(3).click(modifiers=["Shift"])
    assert [boxes.nth(n).is_checked() for n in range(5)] == [False, True, True, True, False]
    assert told.text_content() == "3"
    boxes.nth(2).click(modifiers=["Shift"])  # cleared, as the box under the pointer is
    assert [boxes.nth(n).is_checked() for n in range(5)] == [False, True, False, False, False]
    assert told.text_content() == "1"


def test_many_cases_change_in_a_few_keys_and_one_undoes_it(
    house: House, sit: Sit, journey: Journey
) -> None:
    desk = sit(house, "agent.tri")
    desk.open("/file?unit=tri")
    assert desk.page.locator(".row-check").count() >= SELECTED
    told = f"{SELECTED} cases chosen, looked at, changed, and changed back"
    with journey(desk, told, 13) as keys:
        keys.press("j", "x", "j", "j", "X", "s")
        desk.page.wait_for_selector(".bulk-page form")
        keys.press("Tab", "ArrowUp")  # the last of the states
        keys.leave("Control+Enter")
        assert desk.page.locator("button[data-autofocus]").count() == 1
        keys.leave("Enter")
        assert re.search(r"/actes-groupes/[0-9a-f-]{36}$", desk.page.url)
        counted = desk.page.locator(".case-about").inner_text()
        assert counted.startswith(f"{SELECTED} demandes")
        desk.check()
        keys.leave("z")
    assert desk.words("Acte annulé") in desk.page.locator("main").inner_text()
    keys.leave("u")
    assert desk.path.startswith("/file")
