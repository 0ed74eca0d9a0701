"""The navigation: one key for each place, lines between its groups, the tabs of who steers."""

import re
from itertools import chain

from grc.web.places import PLACES, STEERED
from tests.web.conftest import Site

GO = re.compile(r'data-go="(.)"')
TABS = re.compile(r'<div class="nav-tabs">(.*?)</div>', re.DOTALL)
LINK = re.compile(r'<a href="([^"]+)"( aria-current="page")?>([^<]+)')


def test_no_two_places_have_the_same_key() -> None:
    places = (STEERED, *chain.from_iterable(PLACES.values()))
    keys = [place.key for place in places if place.key]
    assert len(keys) == len(set(keys))
    assert [place.endpoint for place in places if not place.key] == [STEERED.endpoint]


def test_who_steers_finds_it_in_one_entry_and_its_pages_as_tabs(site: Site) -> None:
    sonia = site.as_("sonia")
    page = sonia.get("/statistiques").text
    rail = page.partition("<header")[0]
    assert rail.count('nav-bar-entry"') <= 13
    keys = GO.findall(rail.partition("nav-more")[0])
    assert len(keys) == len(set(keys))
    assert set("iywbs") < set(keys)  # the keys of the tabs answer from every page
    (tabs,) = TABS.findall(page)
    found = {label.strip(): (url, bool(current)) for url, current, label in LINK.findall(tabs)}
    assert [label for label, (_, current) in found.items() if current] == ["Statistiques"]
    for url, _current in found.values():
        shown = sonia.get(url)
        assert shown.status_code == 200, url
        (own,) = TABS.findall(shown.text)
        assert [one for one, current, _label in LINK.findall(own) if current] == [url]
    assert not TABS.findall(sonia.get("/file").text)


def test_who_does_not_steer_finds_her_few_places_at_once(site: Site) -> None:
    page = site.as_("root").get("/a-voir").text
    assert "Réception" in page.partition("<header")[0]
    assert not TABS.findall(page)
    assert "Pilotage" not in site.as_("alice").get("/file").text
