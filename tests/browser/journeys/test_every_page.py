"""Every page of the product, in both languages: no barrier, nothing refused, nothing too wide."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.journeys.desk import Cookies, Desk
from tests.browser.journeys.house import House
from tests.browser.journeys.tour import TOUR, Stop, go

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
HEAVIEST = 60_000  # bytes of HTML
WEIGHT = "performance.getEntriesByType('navigation')[0].decodedBodySize"
Seat = Callable[[str | None], Desk]


@pytest.fixture(scope="module")
def seats(browser: "Browser", sqlite_house: House, cookies: Cookies) -> Iterator[Seat]:
    """The desk of a person in the present language, the same for all her pages."""
    found: dict[tuple[str | None, str], Desk] = {}

    def seat(login: str | None) -> Desk:
        key = (login, sqlite_house.language)
        if key not in found:
            found[key] = Desk(browser, sqlite_house)
            if login is not None:
                found[key].sign_in(login, cookies)
        return found[key]

    yield seat
    for desk in found.values():
        desk.context.close()


def visit(house: House, seats: Seat, stop: Stop, language: str) -> Desk:
    """A page in a language, with the status it must have."""
    house.speak(language)
    desk = seats(stop.login)
    assert go(desk.page, house.address, stop) == stop.status
    assert desk.page.locator("html").get_attribute("lang") == language
    return desk


@pytest.mark.parametrize("stop", TOUR, ids=lambda stop: stop.name)
def test_no_barrier_and_no_dead_link_in_french(house: House, seats: Seat, stop: Stop) -> None:
    desk = visit(house, seats, stop, "fr")
    desk.check()
    assert desk.dead_links() == []
    assert desk.page.evaluate(WEIGHT) < HEAVIEST


@pytest.mark.parametrize("stop", TOUR, ids=lambda stop: stop.name)
def test_english_is_said_and_fits(house: House, seats: Seat, stop: Stop) -> None:
    """What a barrier is knows hardly any language: words and widths differ."""
    visit(house, seats, stop, "en").check_narrow(720, 320)


@pytest.mark.long
@pytest.mark.parametrize("stop", TOUR, ids=lambda stop: stop.name)
def test_no_barrier_in_english(house: House, seats: Seat, stop: Stop) -> None:
    assert visit(house, seats, stop, "en").barriers(without="color-contrast") == []
