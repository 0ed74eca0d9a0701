"""The tour finds its pages and knows what is promised of each; copies have keys of their own."""

import pytest
from flask import Flask

from bench.pages import Browser
from bench.report import target_of
from bench.rewrite import evidence, told_elsewhere
from bench.tour import NotThere, address
from tests.browser.journeys.tour import FIRST_ENDED, Stop

LINK = '<a class="row-link" href="/demandes/{}?a=1&amp;b=2#x">.</a>'
ROW = f'<li class="row" data-tone="fine">{LINK}<p class="row-state">{{}}</p></li>'


@pytest.fixture
def browser() -> Browser:
    """A person before three pages: two rows, none, one that leads elsewhere."""
    app = Flask("lists")
    app.add_url_rule(
        "/liste",
        "liste",
        lambda: ROW.format(1, '<b data-tone="none">') + ROW.format(2, '<b data-tone="fine">'),
    )
    app.add_url_rule("/vide", "vide", lambda: "<p>Rien</p>")
    app.add_url_rule("/", "ailleurs", lambda: ("", 303, {"Location": "/liste"}))
    return Browser(app, None)


@pytest.mark.parametrize(
    ("stop", "where"),
    [
        (Stop("a", None, "/liste"), "/liste"),
        (Stop("a", None, "/"), "/liste"),
        (Stop("a", None, "/liste", "/clore"), "/demandes/1?a=1&b=2/clore"),
        (Stop("a", None, "/liste", "/rouvrir", row=FIRST_ENDED), "/demandes/2?a=1&b=2/rouvrir"),
    ],
)
def test_a_stop_is_found(browser: Browser, stop: Stop, where: str) -> None:
    assert address(browser, stop) == where


def test_a_list_without_rows_is_said(browser: Browser) -> None:
    with pytest.raises(NotThere, match="no row at /vide"):
        address(browser, Stop("a", None, "/vide", ""))


def test_evidence_names_the_copied_rows() -> None:
    assert evidence("forgotten:case:7:2026-01-02", None, {"case": 100}.__getitem__) == (
        "forgotten:case:107:2026-01-02"
    )
    assert evidence("several:case:7:3", 103, {"case": 100}.__getitem__) == "several:case:107:103"


@pytest.mark.parametrize(
    ("name", "limit"),
    [("page file", 20), ("page statistiques-canal", 100), ("page demande-5000-messages", 40)],
)
def test_what_is_promised_of_a_page(name: str, limit: float) -> None:
    assert target_of(name) == ("cpu", limit)


def test_a_contact_told_elsewhere_is_told_once_a_copy() -> None:
    assert told_elsewhere("contact_elsewhere:16:3:21", 100, 53, 8) == "contact_elsewhere:116:53:8"
    with pytest.raises(RuntimeError, match="send_failed"):
        told_elsewhere("send_failed:outgoing:3", 100, 53, 8)
