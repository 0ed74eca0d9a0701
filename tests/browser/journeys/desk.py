"""A person in front of the product: a browser of her own, in which nothing unseen goes wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

from grc.cli.demo_accounts import PASSWORD
from grc.core.i18n import gettext
from grc.web.typography import printed
from tests.browser.journeys.house import House
from tests.browser.journeys.tour import log_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Request, Response

WIDER_THAN_SCREEN = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
PHONE = 700  # pixels: narrower is a phone
Cookies = dict[tuple[str, str], Any]


class Desk:
    """`page` is the browser; `troubles` is what nobody would see: errors of the console (what
    the content security policy refuses is one), of scripts, requests to other machines."""

    def __init__(self, browser: "Browser", house: House, width: int = 1366, **options: Any) -> None:
        phone = {"is_mobile": True, "has_touch": True} if width < PHONE else {}
        size = {"width": width, "height": 768}
        self.context = browser.new_context(viewport=size, locale=house.language, **phone, **options)
        self.house, self.troubles = house, list[str]()
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self.troubles.append(str(error.error)))
        self.context.on("request", self._asked)
        self.context.set_default_timeout(15_000)  # milliseconds
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
            log_in(self.page, self.house.address, login, PASSWORD)
            cookies[key] = self.context.cookies()
        self.context.add_cookies(cookies[key])

    def barriers(self) -> list[str]:
        """The rules that axe finds broken on this page, with the elements."""
        violations = Axe().run(self.page).response["violations"]
        return [f"{v['id']}: {node['html'][:160]}" for v in violations for node in v["nodes"]]

    def shows(self, text: str) -> bool:
        """True when some element with this text can be seen."""
        return self.page.get_by_text(text).first.is_visible()

    @property
    def focused(self) -> str:
        """The id of the element that has the focus, or its text."""
        found: str = self.page.evaluate(
            "document.activeElement.id || document.activeElement.textContent.trim()"
        )
        return found

    @property
    def is_too_wide(self) -> bool:
        """True when one would have to scroll sideways."""
        return bool(self.page.evaluate(WIDER_THAN_SCREEN))

    def _said(self, message: "ConsoleMessage") -> None:
        # The browser calls the status of a page of error an error; tests look at it themselves.
        refused = message.text.startswith("Failed to load resource")
        if message.type == "error" and not (refused and message.location["url"] in self._visited()):
            self.troubles.append(message.text)

    def _visited(self) -> list[str]:
        return [page.url for page in self.context.pages]

    def _asked(self, request: "Request") -> None:
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
        assert [desk.troubles for desk in taken] == [[]] * len(taken)
    finally:
        for desk in taken:
            desk.context.close()
