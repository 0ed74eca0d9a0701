"""The gallery, served once for all the tests of its templates, styles and scripts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.gallery.shots import open_page, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    """Address of the gallery."""
    with served() as address:
        yield address


@pytest.fixture
def desk(browser: "Browser") -> "Iterator[Page]":
    """A page of 1366 by 768, the screen of most desks, that records what the CSP refuses."""
    page = open_page(browser, 1366)
    yield page
    assert page.evaluate("window.violations") == []
    page.context.close()
