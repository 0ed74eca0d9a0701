"""Debian's Chromium driven by Playwright; it reaches nothing but this machine.

The one without windows is preferred: it draws the same for half of the processor time.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--disable-dev-shm-usage",  # containers have little of it
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


def binary() -> str | None:
    """Full path of the installed browser, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def launched() -> "Iterator[Browser]":
    """One browser; give each test a context of its own (`browser.new_context()`)."""
    from playwright.sync_api import sync_playwright  # heavy, and few tests need it

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary(), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()
