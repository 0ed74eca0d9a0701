"""Draw the pictures of the README: the real program, with demo data, in a real browser.

    python -m scripts.screenshots [--into docs/images] [--login agent:password]

Follows the navigation of the agent from page to page, then opens the first case of the queue.
"""

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.rig.chromium import launched
from tests.rig.processes import Process
from tests.rig.smtp import free_port

GRC = Path(sys.executable).with_name("grc")
SIZES = {"wide": (1440, 900), "phone": (390, 844)}


@contextmanager
def served() -> Iterator[str]:
    """The program started on demo data of its own; gives its address."""
    with tempfile.TemporaryDirectory(prefix="grc-shots-") as var:
        address = f"http://127.0.0.1:{(port := free_port())}"
        process = Process(
            [GRC, "run"],
            env={"GRC_VAR": var, "PORT": str(port), "PYTHONUNBUFFERED": "1"},
            ready=lambda process: address in process.output,
            ready_within=180,
        )
        with process:
            yield address


def log_in(browser: Browser, address: str, login: str, size: tuple[int, int]) -> Page:
    """A page of one size, logged in."""
    identifier, _, password = login.partition(":")
    width, height = size
    context = browser.new_context(locale="fr-FR", viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto(f"{address}/login")
    page.fill("[name=identifier]", identifier)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile(r"(?<!/login)$"))
    return page


def addresses(page: Page) -> list[str]:
    """The pages of the navigation, then the first case of the present page."""
    entries = page.locator("a.nav-entry").evaluate_all("links => links.map(a => a.href)")
    cases = page.locator("main a[href*='/D-']").evaluate_all("links => links.map(a => a.href)")
    return [*dict.fromkeys(entries), *cases[:1]]


def take(page: Page, folder: Path, suffix: str) -> None:
    """One picture of each page, named after its path."""
    for address in addresses(page):
        page.goto(address)
        path = re.sub(r"D-[\w-]+", "demande", address.split("/", 3)[3].partition("?")[0])
        name = path.strip("/").replace("/", "-") or "accueil"
        page.screenshot(path=folder / f"{name}-{suffix}.png")


def main() -> None:
    """Take every picture in every size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=Path("docs/images"))
    parser.add_argument("--login", default=os.environ.get("GRC_DEMO_LOGIN", "agent:demo"))
    options = parser.parse_args()
    options.into.mkdir(parents=True, exist_ok=True)
    with served() as address, launched() as browser:
        for suffix, size in SIZES.items():
            page = log_in(browser, address, options.login, size)
            take(page, options.into, suffix)
            page.context.close()


if __name__ == "__main__":
    main()
