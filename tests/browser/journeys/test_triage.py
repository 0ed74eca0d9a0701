"""Sorting cases with the case beside the list, and many at once: by keys alone, counted."""

import re
from itertools import pairwise

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.desk import Desk
from tests.browser.journeys.house import House

pytestmark = pytest.mark.browser
SORTED, REROUTED = 20, 5
UNIT, WHY = "Service Am", "Carte de transport"
SELECTED = 3
CHOSEN = "document.querySelector('.row-link[aria-current]')?.getAttribute('href')"


class Keys:
    """A keyboard that counts what is pressed."""

    def __init__(self, desk: Desk) -> None:
        self.page, self.pressed = desk.page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def leave(self, key: str) -> None:
        with self.page.expect_navigation():
            self.press(key)

    def shown(self, href: str | None) -> None:
        """Wait until the case of this row is beside the list."""
        self.page.wait_for_selector(f'#beside .beside-open[href="{href}"]')


def test_twenty_cases_are_sorted_beside_their_list(house: House, sit: Sit) -> None:
    """A morning's mail: three in four are placed as proposed, the others elsewhere with a word."""
    house.new_cases(SORTED)
    desk = sit(house, "agent.tri")
    desk.open("/a-affecter")
    keys, links = Keys(desk), desk.page.locator("[data-list] .row-link")
    rows = [links.nth(n).get_attribute("href") for n in range(SORTED + 1)]
    keys.press("j")
    for number, (row, after) in enumerate(pairwise(rows)):
        keys.shown(row)
        sort = reroute if number % (SORTED // REROUTED) == 0 else confirm
        sort(desk, keys)
        assert desk.path.startswith("/a-affecter?case=")
        assert desk.page.evaluate(CHOSEN) == after  # the list stays, on the row that came next
    print(f"\nsorted {SORTED} cases, {REROUTED} of them elsewhere: {keys.pressed} keys")
    assert keys.pressed == 1 + 2 * SORTED + 2 * REROUTED
    assert house.count("audit", "event = 'case:route-confirmed'") >= SORTED - REROUTED


def confirm(desk: Desk, keys: Keys) -> None:
    """The unit that was proposed."""
    keys.press("t")
    desk.page.wait_for_selector("#modal[open] form")
    keys.leave("Control+Enter")


def reroute(desk: Desk, keys: Keys) -> None:
    """Another unit, found by its first letters, and why."""
    keys.press("o")
    desk.page.wait_for_selector("#modal[open] #unit:focus")
    desk.page.keyboard.type(UNIT)
    keys.press("Tab", "Tab")
    desk.page.keyboard.type(WHY)
    keys.leave("Control+Enter")


def test_late_answers_are_ignored_and_the_address_says_what_is_shown(
    house: House, sit: Sit
) -> None:
    desk = sit(house, "agent.tri")
    desk.open("/a-affecter")
    keys, links = Keys(desk), desk.page.locator("[data-list] .row-link")
    keys.press("j", "j", "j", "k")
    second = links.nth(1).get_attribute("href")
    keys.shown(second)
    assert f"case={str(second).rpartition('/')[2]}" in desk.page.url
    desk.page.reload()
    keys.shown(second)
    assert desk.page.evaluate(CHOSEN) == second
    keys.press("r")
    desk.page.keyboard.type("Bonjour jk x")
    keys.press("Escape", "k", "j")
    keys.shown(second)
    desk.page.wait_for_function("document.querySelector('#reply-text').value === 'Bonjour jk x'")
    keys.press("r", "Control+a", "Delete", "Escape", "Escape")
    assert desk.page.locator("#beside > *").count() == 0
    assert "case=" not in desk.page.url
    desk.check()


def test_many_cases_change_in_a_few_keys_and_one_undoes_it(house: House, sit: Sit) -> None:
    desk = sit(house, "agent.tri")
    desk.open("/file?unit=tri")
    assert desk.page.locator(".row-check").count() >= SELECTED
    keys = Keys(desk)
    keys.press("j", "x", "j", "j", "X", "s")
    desk.page.wait_for_selector(".bulk-page form")
    keys.press("Tab", "ArrowUp")  # the last of the states
    keys.leave("Control+Enter")
    assert desk.page.locator("button[data-autofocus]").count() == 1
    keys.leave("Enter")
    assert re.search(r"/actes-groupes/[0-9a-f-]{36}$", desk.page.url)
    counted = desk.page.locator(".case-about").inner_text()
    assert counted.startswith(f"{SELECTED} demandes")
    print(f"changed {SELECTED} cases in {keys.pressed} keys")
    assert keys.pressed == 10
    desk.check()
    desk.check()
    keys.leave("z")
    assert desk.words("Acte annulé") in desk.page.locator("main").inner_text()
    keys.leave("u")
    assert desk.path.startswith("/file")
