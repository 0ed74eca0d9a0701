"""A person in front of the product: a browser of her own, in which nothing unseen goes wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask.sessions import SecureCookieSessionInterface

from grc.core.i18n import gettext
from grc.web.typography import printed
from tests.browser.journeys.house import House
from tests.browser.journeys.tour import type_password
from tests.rig import axe
from tests.rig.waiting import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Request, Response

COUNTS = Path(__file__).with_name("count.js")
WIDER_THAN_SCREEN = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
LINKS = "[...document.querySelectorAll('a[href]')].map((a) => a.href.split('#')[0])"
FAILED = "Failed to load resource"
Cookies = dict[tuple[str, str], Any]


class Desk:
    """`page` is the browser; `troubles` is what nobody would see: errors of the console (what
    the content security policy refuses is one), of scripts, requests to other machines."""

    def __init__(self, browser: "Browser", house: House, **options: Any) -> None:
        self.context = browser.new_context(
            viewport={"width": 1366, "height": 768},
            locale=house.language,
            reduced_motion="reduce",  # a colour on its way to another has no contrast to measure
            **options,
        )
        self.house, self.troubles = house, list[str]()
        self.visited, self.followed = set[str](), set[str]()
        self.context.add_init_script(path=COUNTS)
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self.troubles.append(str(error.error)))
        self.context.on("request", self._asked)
        self.context.set_default_timeout(PATIENCE * 1000)  # milliseconds
        self.page = self.context.new_page()

    def words(self, msgid: str, **params: object) -> str:
        """A text of the product as this person reads it."""
        shown = printed(gettext(msgid, self.house.language))
        return shown % params if params else shown

    def open(self, path: str) -> "Response":
        """Go to an address of the product."""
        response = self.page.goto(self.house.address + path)
        assert response is not None
        return response

    def sign_in(self, login: str, cookies: Cookies) -> None:
        """Be somebody; the second time with the cookie of the first, as signing in is slow."""
        key = (self.house.address, login)
        if key not in cookies:
            self.open("/connexion")
            type_password(self.page, login)
            cookies[key] = self.context.cookies()
        self.context.add_cookies(cookies[key])

    def press(self, label: str) -> None:
        """Press the button with this French label; ends when the next page is there."""
        button = self.page.get_by_role("button", name=self.words(label))
        with self.page.expect_navigation():
            button.first.click()

    def expire(self) -> None:
        """An hour passes without a page: the cookie is still there, and too old."""
        signer = SecureCookieSessionInterface().get_signing_serializer(self.house.cookie_maker)
        assert signer is not None
        (cookie,) = (one for one in self.context.cookies() if one["name"] == "grc")
        kept = signer.loads(cookie["value"])
        old = {**kept, "seen": kept["seen"] - 3600, "since": kept["since"] - 3600}
        self.context.add_cookies([{**cookie, "value": signer.dumps(old)}])

    @property
    def path(self) -> str:
        """The address of this page inside the product."""
        return self.page.url.removeprefix(self.house.address)

    def barriers(self, only: str = "", without: str = "") -> list[str]:
        """The rules of axe that this page breaks, with the elements; perhaps not all rules."""
        return axe.findings(self.page, *filter(None, [only]), without=without)

    def dead_links(self) -> list[str]:
        """The links of this page that lead nowhere; each is followed once."""
        found = set(self.page.evaluate(LINKS)) - self.followed - {self.page.url.split("#")[0]}
        self.followed |= found
        return [url for url in found if not self.context.request.get(url).ok]

    def sees(self, text: str) -> None:
        """Wait until this French text, in the person's language, can be seen."""
        found = self.page.get_by_text(self.words(text)).locator("visible=true")
        found.first.wait_for()

    @property
    def focused(self) -> str:
        """The id of the element that has the focus, or its text."""
        found: str = self.page.evaluate(
            "document.activeElement.id || document.activeElement.textContent.trim()"
        )
        return found

    def check(self) -> None:
        """Nothing on this page is a barrier, light and dark, and nothing went wrong unseen."""
        assert self.barriers() == []
        self.page.emulate_media(color_scheme="dark")
        found = self.barriers("color-contrast")
        assert found == [], found
        self.page.emulate_media(color_scheme="light")
        self.check_narrow()

    def check_narrow(self, *widths: int) -> None:
        """It fits 1440 pixels at 200 %, a phone, and 1280 at 400 % (WCAG 1.4.10)."""
        for width in widths or (720, 390, 320):
            self.page.set_viewport_size({"width": width, "height": 800})
            assert not self.page.evaluate(WIDER_THAN_SCREEN), f"wider than {width} px"
        self.page.set_viewport_size({"width": 1366, "height": 768})
        assert self.troubles == []

    def _said(self, message: "ConsoleMessage") -> None:
        # To the browser a page of error is an error; its status is looked at by the tests.
        of_page = message.location["url"] in self.visited
        if message.type == "error" and not (of_page and message.text.startswith(FAILED)):
            self.troubles.append(message.text)

    def _asked(self, request: "Request") -> None:
        if request.is_navigation_request():
            self.visited.add(request.url)
        if not request.url.startswith((self.house.address, "data:", "about:")):
            self.troubles.append(f"asked for {request.url}")


@contextmanager
def desks(browser: "Browser", cookies: Cookies) -> Iterator["Any"]:
    """`sit(house, login, **options)` gives a desk; at the end none may have had a trouble."""
    taken: list[Desk] = []

    def sit(house: House, login: str | None = None, **options: Any) -> Desk:
        desk = Desk(browser, house, **options)
        taken.append(desk)
        if login is not None:
            desk.sign_in(login, cookies)
        return desk

    try:
        yield sit
        troubles = [desk.troubles for desk in taken if desk.troubles]
        assert not troubles, troubles
    finally:
        for desk in taken:
            desk.context.close()
