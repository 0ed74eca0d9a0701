"""Pages that say no: with the way on, and without what this person may not use."""

import html
import runpy
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from grc.core.db import session, transaction
from grc.core.i18n import gettext
from grc.finding.question import LONGEST
from grc.staff.models import User
from grc.web.typography import printed
from tests.web.conftest import Browser, Site

BOTH = pytest.mark.parametrize("language", ["fr", "en"])
FRAME = ('class="rail"', 'id="palette"', 'class="top-search"', 'aria-keyshortcuts="?"')
OPEN_ALREADY = "Cette demande est déjà ouverte."
CUT = "La recherche n’a lu que les %(n)s premiers caractères : gardez quelques mots."


def speaking(site: Site, login: str, language: str) -> Browser:
    """Her language is kept with her account; her browser asks for the other one."""

    def change() -> None:
        with transaction():
            session().query(User).where(User.login == login).update({"locale": language})

    site.ask(change)
    browser = site.as_(login)
    other = {"fr": "en", "en": "fr"}[language]
    browser.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = other
    return browser


def says(page: str, msgid: str, language: str, **params: object) -> bool:
    said = printed(gettext(msgid, language))
    return (said % params if params else said) in html.unescape(page)


@BOTH
@pytest.mark.parametrize(
    ("url", "status"),
    [("/nulle-part", 404), ("/demandes/D-2026-9999999-X", 404), ("/reception", 403)],
)
def test_who_is_signed_in_keeps_the_navigation(
    site: Site, url: str, status: int, language: str
) -> None:
    answer = speaking(site, "alice", language).get(url)
    assert answer.status_code == status
    assert [part for part in FRAME if part not in answer.text] == []
    assert f'<html lang="{language}"' in answer.text
    assert says(answer.text, "Que faire", language)


def test_a_stranger_sees_the_bare_page(site: Site) -> None:
    answer = site.as_(None).get("/nulle-part")
    assert answer.status_code == 404
    assert 'class="rail"' not in answer.text


def test_a_page_that_is_absent_is_said_without_the_database_too(site: Site) -> None:
    browser = site.as_("alice")
    browser.get("/nulle-part")

    def refuse(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    event.listen(Engine, "before_cursor_execute", refuse)
    try:
        answer = browser.get("/nulle-part")
    finally:
        event.remove(Engine, "before_cursor_execute", refuse)
    assert answer.status_code == 404
    assert 'class="rail"' not in answer.text
    assert "Cette page n’existe pas" in html.unescape(answer.text)
    assert 'class="rail"' in browser.get("/nulle-part").text


def test_who_may_not_search_is_shown_no_search_box(site: Site) -> None:
    for url in ("/preferences", "/recherche?q=apa"):
        page = site.as_("root").get(url).text
        assert 'class="rail"' in page
        assert 'id="search"' not in page
        assert 'href="#search"' not in page
    assert 'id="search"' in site.as_("alice").get("/preferences").text


@BOTH
def test_a_search_longer_than_is_read_says_so(site: Site, language: str) -> None:
    browser = speaking(site, "alice", language)
    answer = browser.get("/recherche", query_string={"q": "dossier " * 625})
    assert answer.status_code == 200
    assert says(answer.text, CUT, language, n=LONGEST)
    assert f'maxlength="{LONGEST}"' in answer.text
    assert len(answer.headers.get("Set-Cookie", "")) < 4000
    assert browser.get("/mes-demandes").status_code == 200
    assert not says(browser.get("/recherche?q=dossier").text, CUT, language, n=LONGEST)


def test_the_web_server_takes_what_a_search_may_be() -> None:
    config = Path(__file__).parents[2] / "deploy" / "gunicorn.conf.py"
    known = runpy.run_path(str(config))
    assert known["limit_request_line"] == 8190
    assert LONGEST * len("%F0%9F%8C%B3") < 8190


@BOTH
def test_what_is_open_is_not_reopened(site: Site, language: str) -> None:
    browser = speaking(site, "alice", language)
    answer = browser.get(site.url("apa", "rouvrir"))
    assert (answer.status_code, answer.location) == (302, site.url("apa"))
    assert says(browser.get(site.url("apa")).text, OPEN_ALREADY, language)


@BOTH
def test_a_reason_to_reopen_is_given_back_when_somebody_was_faster(
    site: Site, language: str
) -> None:
    browser = speaking(site, "alice", language)
    before = site.handling("apa").status
    answer = browser.post(site.url("apa", "rouvrir"), reason="Madame a rappelé")
    assert answer.status_code == 409
    assert says(answer.text, OPEN_ALREADY, language)
    assert "Madame a rappelé" in answer.text
    assert site.handling("apa").status == before
