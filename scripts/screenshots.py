"""Draw the pictures of the README: the real program, with demo data, in a real browser.

    python -m scripts.screenshots                  the pictures of the README, into docs/images
    python -m scripts.screenshots --all FOLDER     every page, wide and narrow, light and dark

Pictures are to be looked at; `build/` is a folder that git ignores.
"""

import argparse
import logging
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from werkzeug.serving import make_server

from grc.app import create_app
from tests.browser.journeys.states import FAILURES, STATES, failing
from tests.browser.journeys.tour import BEHIND, TOUR, Stop, go, type_password
from tests.integration.conftest import make_settings
from tests.rig.chromium import launched
from tests.rig.processes import Process
from tests.rig.smtp import free_port

GRC = Path(sys.executable).with_name("grc")
IMAGES = Path(__file__).parents[1] / "docs" / "images"
README = (Stop("queue", "agent.apa", "/file"),)
PHONE = 700  # pixels: narrower is a phone
PATIENCE = 15_000  # milliseconds for one page
START = 300  # seconds a slow machine may need to tell five months


@contextmanager
def served() -> Iterator[str]:
    """The program started on demo data of its own; gives its address."""
    with tempfile.TemporaryDirectory(prefix="grc-shots-") as var:
        address = f"http://127.0.0.1:{(port := free_port())}"
        process = Process(
            [GRC, "run"],
            env={"GRC_VAR": var, "PORT": str(port), "PYTHONUNBUFFERED": "1"},
            ready=lambda process: address in process.output,
            ready_within=START,
        )
        with process:
            yield address
            process.stop()


def sit(
    browser: Browser, address: str, login: str | None, size: tuple[int, int], scheme: str
) -> Page:
    """An empty page of one size and colour scheme, for a person who has signed in."""
    context = browser.new_context(
        locale="fr-FR",
        viewport={"width": size[0], "height": size[1]},
        is_mobile=size[0] < PHONE,
        has_touch=size[0] < PHONE,
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    if login is not None:
        page.goto(f"{address}/connexion")
        type_password(page, login)
        page.wait_for_load_state()
        if page.url.endswith("/connexion"):
            raise SystemExit(f"{login} cannot sign in: only the accounts shown have a password")
    return page


class Round:
    """All pages at one width, in one colour scheme."""

    def __init__(
        self, browser: Browser, address: str, folder: Path, size: tuple[int, int], scheme: str
    ) -> None:
        self._browser, self._address, self._folder = browser, address, folder
        self._size, self._scheme = size, scheme
        self._seats: dict[str | None, Page] = {}

    def seat(self, login: str | None) -> Page:
        """The page of a person, the same for all she sees."""
        if login not in self._seats:
            self._seats[login] = sit(self._browser, self._address, login, self._size, self._scheme)
        return self._seats[login]

    def take(self, page: Page, name: str) -> None:
        """One picture, named after the page, its width and its colours."""
        path = self._folder / f"{name}-{self._size[0]}-{self._scheme}.png"
        page.screenshot(path=path, full_page=True)

    def pages(self) -> None:
        """What an address leads to, and what comes after an act. A row that the demonstration
        of today does not have is said, and the others are drawn."""
        for stop in (*TOUR, *BEHIND):
            self._try(stop.name, stop.login, lambda page, to, at=stop: go(page, to, at))
        for state in STATES:
            self._try(state.name, state.login, state.reach)

    def failures(self, address: str) -> None:
        """What nobody should meet."""
        for name in FAILURES:
            page = self.seat(None)
            page.goto(f"{address}/{name}")
            self.take(page, name)

    def close(self) -> None:
        """Nobody sits there any more."""
        for page in self._seats.values():
            page.context.close()

    def _try(self, name: str, login: str | None, reach: Callable[[Page, str], object]) -> None:
        page = self.seat(login)
        try:
            reach(page, self._address)
        except PlaywrightTimeout:
            print(f"not there: {name}", file=sys.stderr)
        else:
            self.take(page, name)


def take_all(browser: Browser, address: str, folder: Path) -> None:
    """Every page of the product."""
    with failed() as elsewhere:
        for size, scheme in product(((1440, 900), (390, 844)), ("light", "dark")):
            one = Round(browser, address, folder, size, scheme)
            one.pages()
            one.failures(elsewhere)
            one.close()


@contextmanager
def failed() -> Iterator[str]:
    """A product without a database, whose pages fail."""
    with tempfile.TemporaryDirectory(prefix="grc-shots-") as var:
        chosen = make_settings("sqlite://", Path(var))
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", 0, failing(create_app(chosen, nudges=False)))
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def take_readme(browser: Browser, address: str, folder: Path) -> None:
    """The pictures of the README, as on the screen of most desks."""
    for stop in README:
        page = sit(browser, address, stop.login, (1366, 900), "light")
        go(page, address, stop)
        page.screenshot(path=folder / f"{stop.name}.png")
        page.context.close()


def main() -> None:
    """Take the pictures asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every page, into this folder")
    options = parser.parse_args()
    folder: Path = options.all or IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    with served() as address, launched() as browser:
        (take_all if options.all else take_readme)(browser, address, folder)
    print(folder)


if __name__ == "__main__":
    main()
