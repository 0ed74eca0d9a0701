"""Keys and clicks of a journey, counted by the browser that receives them.

Every key counts, Ctrl and Shift too; the letters of a word that is typed into a field, and words
that a test pastes, do not: another person would have other words. A count lasts as long as the
tab, over all its pages.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from tests.browser.journeys.desk import Desk

FOCUSED = ":focus"
COUNT = "JSON.parse(sessionStorage.getItem('counted') ?? '[0, 0]')"
Journey = Callable[[Desk, str, int], AbstractContextManager["Hand"]]


class Hand:
    """Presses keys and clicks; the browser counts, from here on."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.page, self.keys = desk, desk.page, desk.page.keyboard
        self._keys, self._clicks = self._counted()

    @property
    def count(self) -> int:
        """Keys so far."""
        return self._counted()[0] - self._keys

    @property
    def clicks(self) -> int:
        """Clicks so far."""
        return self._counted()[1] - self._clicks

    def press(self, *keys: str) -> None:
        """Keys one after the other."""
        for key in keys:
            if key == "Enter":  # a browser gives the first focus shortly after the page is there
                self.page.wait_for_selector(FOCUSED, state="attached")
            self.keys.press(key)

    def leave(self, key: str, path: str = "") -> None:
        """A key that leads to an address with this inside."""
        with self.page.expect_navigation(url=lambda url: path in url):
            self.press(key)

    def tab_to(self, field: str) -> None:
        """As often as it takes, to the field of this id."""
        for _ in range(20):
            if self.page.evaluate("document.activeElement.id") == field:
                return
            self.press("Tab")
        raise AssertionError(f"{field} is not reached by Tab")

    def words(self, text: str) -> None:
        """Type where the focus is."""
        self.page.wait_for_selector(FOCUSED, state="attached")
        self.keys.type(text)

    def _counted(self) -> list[int]:
        found: list[int] = self.page.evaluate(COUNT)
        return found


def journeys(record: Callable[[str, object], None]) -> Journey:
    """`with journey(desk, "what is done", most) as hand:`, told in the table of `make journeys`.

    Fails when it took more keys and clicks than `most`.
    """

    @contextmanager
    def journey(desk: Desk, name: str, most: int) -> Iterator[Any]:
        hand = Hand(desk)
        yield hand
        keys, clicks = hand.count, hand.clicks
        record("journey", [name, keys, clicks, most])
        assert keys + clicks <= most, f"{name}: {keys} keys, {clicks} clicks"

    return journey
