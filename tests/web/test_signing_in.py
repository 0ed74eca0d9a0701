"""Login, session, and what happens to a text when the session ends."""

import html
import re
import time

import pytest
from sqlalchemy import func, select

from grc.core.db import session
from grc.staff.models import LoginFailure
from grc.staff.service import MAX_FAILURES
from grc.web.addresses import safe_next
from grc.work.models import Draft
from tests.web.conftest import PASSWORD, Browser, Site, csrf_of


def sign_in(browser: Browser, login: str = "alice", password: str = PASSWORD, **fields: str):  # type: ignore[no-untyped-def]
    page = browser.get("/connexion").text
    own = {"csrf_token": csrf_of(page), "identifier": login, "password": password}
    return browser.client.post("/connexion", data=own | fields)


def test_signing_in_leads_to_my_work(both: Site) -> None:
    browser = both.as_(None)
    assert sign_in(browser).location == "/"
    assert browser.get("/").location == "/mes-demandes"
    assert "Alice" in browser.get("/mes-demandes").text


def test_a_wrong_password_says_so_and_is_counted(both: Site) -> None:
    answer = sign_in(both.as_(None), password="wrong password")
    assert answer.status_code == 401
    assert "Identifiant ou mot de passe inconnu" in answer.text
    count = select(func.count()).select_from(LoginFailure)
    assert both.ask(lambda: session().scalar(count)) == 1


def test_ten_failures_close_the_door_even_to_the_right_password(site: Site) -> None:
    browser = site.as_(None)
    for _ in range(MAX_FAILURES):
        assert sign_in(browser, "nobody", "wrong password").status_code == 401
    answer = sign_in(browser, "nobody")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"
    assert sign_in(site.as_(None), "alice").status_code == 303  # others are not locked out


def test_the_session_changes_at_login(site: Site) -> None:
    browser = site.as_(None)
    before = csrf_of(browser.get("/connexion").text)
    with browser.client.session_transaction() as cookie:
        cookie["planted"] = "by somebody"
        raw = cookie["csrf_token"]
    sign_in(browser)
    with browser.client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie.get("csrf_token") != raw
    refused = browser.client.post("/deconnexion", data={"csrf_token": before})
    assert refused.status_code == 400


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)",
     "/a\r\nSet-Cookie: x=1", "\\\\evil", "evil", "", "/\t/evil.example"],
)  # fmt: skip
def test_never_sent_elsewhere(wanted: str) -> None:
    assert safe_next(wanted) == "/"


def test_sent_back_to_the_page_asked_for(site: Site) -> None:
    browser = site.as_(None)
    asked = browser.get("/file?sort=age")
    assert asked.location == "/connexion?next=/file?sort%3Dage"
    answer = sign_in(browser, next="/file?sort=age")
    assert answer.location == "/file?sort=age"
    assert sign_in(site.as_(None), next="//evil.example").location == "/"


@pytest.mark.parametrize(
    ("stamps", "alive"),
    [({"seen": -60}, True), ({"seen": -31 * 60}, False), ({"since": -9 * 3600}, False)],
)
def test_idle_and_long_sessions_end(site: Site, stamps: dict[str, int], alive: bool) -> None:
    browser = site.as_("alice")
    with browser.client.session_transaction() as cookie:
        cookie.update({name: int(time.time()) + shift for name, shift in stamps.items()})
    assert browser.get("/file").status_code == (200 if alive else 302)


def test_polling_does_not_keep_a_session_alive(site: Site) -> None:
    browser = site.as_("alice")
    ago = int(time.time()) - 20 * 60
    with browser.client.session_transaction() as cookie:
        cookie["seen"] = ago
    browser.get("/nouveautes/queue")
    with browser.client.session_transaction() as cookie:
        assert cookie["seen"] == ago
    browser.get("/file")
    with browser.client.session_transaction() as cookie:
        assert cookie["seen"] > ago


def test_signing_out_ends_every_session_of_the_account(both: Site) -> None:
    here, there = both.as_("alice"), both.as_("alice")
    assert here.post("/deconnexion").location == "/connexion"
    assert there.get("/file").status_code == 302


def test_a_role_taken_away_is_gone_at_the_next_request(site: Site) -> None:
    from grc.core.db import transaction
    from grc.staff.models import UserRole

    browser = site.as_("bob")
    assert browser.get("/file").status_code == 200

    def take_away() -> None:
        with transaction() as current:
            for role in current.scalars(select(UserRole)).all():
                current.delete(role)

    site.ask(take_away)
    assert browser.get("/file").status_code == 403


def expire(browser: Browser) -> None:
    with browser.client.session_transaction() as cookie:
        cookie["seen"] = 0


def sealed(page: str) -> str:
    found = re.search(r'name="kept"[^>]*value="([^"]*)"', page)
    assert found
    return html.unescape(found[1])


def test_a_reply_sent_too_late_comes_back_as_a_draft(both: Site) -> None:
    browser = both.as_("alice")
    browser.post(both.url("apa", "prendre"))
    expire(browser)
    asked = browser.post(both.url("apa", "reponse"), text="Ma longue réponse", next="stay")
    assert asked.status_code == 401
    back = sign_in(browser, kept=sealed(asked.text), next=both.url("apa"))
    assert back.location == both.url("apa")
    assert "Ma longue réponse" in browser.get(back.location).text
    assert both.ask(lambda: session().scalar(select(Draft.text))) == "Ma longue réponse"


def test_a_note_sent_too_late_is_given_back_to_be_sent(site: Site) -> None:
    browser = site.as_("alice")
    browser.post(site.url("apa", "prendre"))
    expire(browser)
    asked = browser.post(site.url("apa", "note"), text="Une note")
    page = sign_in(browser, kept=sealed(asked.text))
    assert page.status_code == 200
    assert "Une note" in page.text
    assert f'action="{site.url("apa", "note")}"' in page.text


def test_a_text_is_given_back_to_nobody_else(site: Site) -> None:
    browser = site.as_("alice")
    browser.post(site.url("apa", "prendre"))
    expire(browser)
    asked = browser.post(site.url("apa", "note"), text="Une note d'Alice")
    answer = sign_in(browser, "bob", kept=sealed(asked.text))
    assert answer.status_code == 303
    assert "Une note d'Alice" not in answer.text


def test_scripts_are_told_that_the_session_is_over(site: Site) -> None:
    browser = site.as_(None)
    answer = browser.get("/nouveautes/queue", headers={"Accept": "application/json"})
    assert answer.status_code == 401
