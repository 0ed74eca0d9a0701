"""Login, session, and what happens to a text when the session ends."""

import hashlib
import html
import re
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from grc.core import clock
from grc.core.db import session, transaction
from grc.staff import throttle
from grc.staff.models import LoginFailure
from grc.staff.throttle import ADDRESS, LIMITS, LOGIN, PAIR, Attempt
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
    assert both.ask(lambda: session().scalar(count)) == len(LIMITS)


def test_ten_failures_close_the_door_even_to_the_right_password(site: Site) -> None:
    browser = site.as_(None)
    for _ in range(LIMITS[PAIR]):
        assert sign_in(browser, "nobody", "wrong password").status_code == 401
    answer = sign_in(browser, "nobody")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"
    assert sign_in(site.as_(None), "alice").status_code == 303  # others are not locked out


def fail(site: Site, login: str, address: str, times: int) -> None:
    """So many failures of a login from an address, a minute ago."""
    at = clock.now() - timedelta(minutes=1)

    def count() -> None:
        with transaction():
            for _ in range(times):
                throttle.count_failure(Attempt(login, address), at)

    site.ask(count)


def test_a_login_attacked_from_many_addresses_is_slowed_down(both: Site) -> None:
    for number in range(LIMITS[LOGIN]):
        fail(both, "alice", f"203.0.113.{number}", 1)
    assert sign_in(both.as_(None)).status_code == 429
    assert sign_in(both.as_(None), "bob").status_code == 303


def test_its_owner_still_gets_in_from_the_computer_she_always_uses(both: Site) -> None:
    usual = both.as_(None)
    assert sign_in(usual).status_code == 303
    usual.post("/deconnexion")
    fail(both, "alice", "203.0.113.9", LIMITS[LOGIN])
    assert sign_in(usual).status_code == 303
    assert sign_in(both.as_(None)).status_code == 429


def test_the_mark_of_a_browser_is_of_one_login(site: Site) -> None:
    browser = site.as_(None)
    assert sign_in(browser, "bob").status_code == 303
    browser.post("/deconnexion")
    fail(site, "alice", "203.0.113.9", LIMITS[LOGIN])
    assert sign_in(browser).status_code == 429


def test_the_mark_of_a_browser_is_worth_ten_guesses_and_nothing_else(site: Site) -> None:
    browser = site.as_(None)
    sign_in(browser)
    mark = browser.client.get_cookie("grc-browser")
    assert mark
    assert mark.http_only
    assert "alice" not in mark.value
    browser.post("/deconnexion")
    fail(site, "alice", "203.0.113.9", LIMITS[LOGIN])
    for _ in range(LIMITS[PAIR]):
        assert sign_in(browser, password="wrong password").status_code == 401
    assert sign_in(browser).status_code == 429


def test_an_address_that_tries_many_logins_is_slowed_down(site: Site) -> None:
    for number in range(LIMITS[ADDRESS]):
        fail(site, f"guess{number}", "127.0.0.1", 1)
    assert sign_in(site.as_(None)).status_code == 429


def test_whoever_has_an_account_cannot_wipe_the_traces_of_trying_others(site: Site) -> None:
    for number in range(LIMITS[ADDRESS] - 1):
        fail(site, f"guess{number}", "127.0.0.1", 1)
    assert sign_in(site.as_(None), "bob").status_code == 303
    assert sign_in(site.as_(None), "guess", "wrong password").status_code == 401
    assert sign_in(site.as_(None)).status_code == 429


def test_no_table_tells_what_was_typed_as_a_login(site: Site) -> None:
    sign_in(site.as_(None), "my password", "wrong password")
    typed = [hashlib.sha256(word.encode()).hexdigest() for word in ("my password", "login|")]
    rows = site.ask(lambda: session().scalars(select(LoginFailure.who)).all())
    assert len(set(rows)) == len(LIMITS)
    assert not set(typed) & set(rows)


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
