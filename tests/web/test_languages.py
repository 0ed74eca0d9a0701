"""The back-office in English: no page leaves in French what the catalogue translates."""

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from grc.catalogue.queries import snapshot as catalogue
from grc.organisation.queries import snapshot
from grc.routing.queries import rule_labels
from grc.web.typography import printed
from scripts.catalogue import kept, messages
from tests.web.conftest import Browser, Site

READ = {"title", "aria-label", "placeholder", "alt"}
PAGES = 80  # of one site; each kind of page is opened once


class _Page(HTMLParser):
    """What a person reads, and where the page leads."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.said: set[str] = set()
        self.links: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said.update(value.strip() for name, value in attrs if name in READ and value)
        self.links += [
            v for k, v in attrs if k == "href" and v and v.startswith("/") and tag == "a"
        ]

    def handle_data(self, data: str) -> None:
        self.said.add(data.strip())


def _pages(browser: Browser) -> Iterator[tuple[str, set[str]]]:
    """Every page reached by links from the first one, once per kind of page."""
    waiting, kinds = ["/mes-demandes", "/absente"], set()
    while waiting and len(kinds) < PAGES:
        url = waiting.pop(0)
        path = url.partition("?")[0].split("/")
        kind = (
            tuple(part for part in path if not part[-1:].isdigit() and "-20" not in part),
            len(path),
        )
        if kind in kinds:
            continue
        kinds.add(kind)
        answer = browser.get(url, follow_redirects=True)
        if answer.mimetype == "text/html":
            page = _Page(answer.text)
            waiting += page.links
            yield url, page.said


def _given_names() -> set[str]:
    """What the département named itself, in its own language: units, natures, rules."""
    units = {name for unit in snapshot().units for name in (unit.name, unit.short_name)}
    natures = {kind.label_fr for kind in catalogue().types.values()}
    return units | natures | set(rule_labels().values())


@pytest.mark.parametrize("login", ["sonia", "rita", "root"])
def test_pages_in_english_say_nothing_in_french(site: Site, login: str) -> None:
    browser = site.as_(login)
    browser.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    browser.post("/preferences", language="en")
    names = site.ask(_given_names)
    french = {printed(str(m.id)) for m in messages(kept()) if m.id != m.string} - names
    visited = dict(_pages(browser))
    assert len(visited) > 5
    assert {url: said & french for url, said in visited.items() if said & french} == {}
