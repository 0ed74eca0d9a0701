"""docs/bad-input.md, the part of the browser: a status, a sentence in two languages, what was
typed is given back, and nothing is half done."""

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from grc.core.db import db, session
from grc.work.models import Note
from tests.web.conftest import Browser, Site

WORDS = "Tapé avec soin, 1re ligne"
Act = Callable[[Browser, Site], TestResponse]


def unknown_unit(browser: Browser, site: Site) -> TestResponse:
    return browser.post(site.url("apa", "reaffecter"), unit="nulle-part", reason=WORDS)


def invalid_transition(browser: Browser, site: Site) -> TestResponse:
    return browser.post(site.url("apa", "etat"), status="closed", reason=WORDS)


def stale_version(browser: Browser, site: Site) -> TestResponse:
    return browser.post(site.url("apa", "reponse"), next="stay", version="0", text=WORDS)


def wrong_token(browser: Browser, site: Site) -> TestResponse:
    form = {"csrf_token": "forged", "text": WORDS}
    return browser.client.post(site.url("apa", "note"), data=form)


def expired_session(browser: Browser, site: Site) -> TestResponse:
    with browser.client.session_transaction() as cookie:
        cookie["seen"] = 0
    return browser.post(site.url("apa", "note"), text=WORDS)


def database_down(browser: Browser, site: Site) -> TestResponse:
    """A folder is where the database was: what SQLite says then is what a full disk makes it
    say, too."""
    with site.app.app_context():
        path = Path(str(db.engine.url.database))
        db.engine.dispose()
    path.rename(path.with_suffix(".away"))
    path.mkdir()
    answer = browser.post(site.url("apa", "note"), text=WORDS)
    path.rmdir()
    path.with_suffix(".away").rename(path)
    return answer


BAD: dict[Act, tuple[int, str, str]] = {
    unknown_unit: (422, "choisissez dans la liste", "choose from the list"),
    invalid_transition: (422, "choisissez dans la liste", "choose from the list"),
    stale_version: (409, "Rien n’a été écrasé", "Nothing was overwritten"),
    wrong_token: (400, "Ouvrir la page à nouveau", "Open the page again"),
    expired_session: (401, "Votre session a expiré", "Your session has expired"),
    database_down: (503, "Réessayez dans une minute", "Try again in a minute"),
}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("act", BAD, ids=lambda act: act.__name__)
def test_it_is_said_and_what_was_typed_is_kept(site: Site, act: Act, language: str) -> None:
    browser = site.as_("alice")
    browser.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    browser.post("/preferences", language=language)
    browser.post(site.url("apa", "prendre"))
    status, *said = BAD[act]
    answer = act(browser, site)
    shown = html.unescape(answer.text).replace("\u00a0", " ").replace("\u202f", " ")
    assert (answer.status_code, "Traceback" in shown) == (status, False)
    assert said[language == "en"] in shown
    kept = re.search(r'name="kept"[^>]*value="[^"]{20,}"', answer.text)
    assert WORDS in shown or kept  # sealed in the form of the login
    assert (site.handling("apa").status, notes(site)) == ("in_progress", 0)


def notes(site: Site) -> int:
    found: int = site.ask(lambda: session().scalar(select(func.count()).select_from(Note)))
    return found
