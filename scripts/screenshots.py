"""Draw the pictures of the README: the real program, with demo data, in a real browser.

    python -m scripts.screenshots                  the pictures of the README, into docs/images
    python -m scripts.screenshots --all FOLDER     every page, wide and narrow, light and dark

Pictures are to be looked at; `build/` is a folder that git ignores.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.journeys.tour import TOUR, Stop, go, type_password
from tests.rig.chromium import launched
from tests.rig.processes import Process
from tests.rig.smtp import free_port

GRC = Path(sys.executable).with_name("grc")
IMAGES = Path(__file__).parents[1] / "docs" / "images"
README = (Stop("queue", "agent.apa", "/file"),)
PHONE = 700  # pixels: narrower is a phone
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
    page = context.new_page()
    if login is not None:
        page.goto(f"{address}/connexion")
        type_password(page, login)
        page.wait_for_load_state()
        if page.url.endswith("/connexion"):
            raise SystemExit(f"{login} cannot sign in: only the accounts shown have a password")
    return page


def take_all(browser: Browser, address: str, folder: Path) -> None:
    """Every page of the product, named after the page, its width and its colours."""
    for (width, height), scheme in product(((1440, 900), (390, 844)), ("light", "dark")):
        pages: dict[str | None, Page] = {}
        for stop in TOUR:
            if stop.login not in pages:
                pages[stop.login] = sit(browser, address, stop.login, (width, height), scheme)
            page = pages[stop.login]
            go(page, address, stop)
            page.screenshot(path=folder / f"{stop.name}-{width}-{scheme}.png", full_page=True)
        for page in pages.values():
            page.context.close()


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
