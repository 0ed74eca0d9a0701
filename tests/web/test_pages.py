"""Every page in both languages: what it costs, what it weighs, what it says."""

import json
import re

import pytest
from sqlalchemy import select, text

from grc.core import clock
from grc.core.db import session, transaction
from grc.staff.models import User
from tests.rig.plans import plans
from tests.web.conftest import PEOPLE, Browser, Site
from tests.web.test_guard import readable

MARKS = re.compile(r"%\(\w+\)s|Undefined|\{\{|\{%")


def speak_english(site: Site, login: str) -> Browser:
    def change() -> None:
        with transaction():
            user = session().scalars(select(User).where(User.login == login)).one()
            user.locale = "en"

    site.ask(change)
    return site.as_(login)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("login", ["alice", "sonia", "root"])
def test_every_page_is_drawn_in_both_languages(site: Site, login: str, language: str) -> None:
    browser = speak_english(site, login) if language == "en" else site.as_(login)
    for url in readable(site):  # pages for citizens ask the browser, the others the account
        answer = browser.get(url, headers={"Accept-Language": language})
        if answer.status_code == 200 and answer.mimetype == "text/html" and "/html" not in url:
            is_part = url.endswith("/a-cote")  # of a page that says its language
            assert is_part or f'<html lang="{language}"' in answer.text, url
            assert not MARKS.search(answer.text), (url, MARKS.search(answer.text))


def test_the_browser_says_the_language_before_login(site: Site) -> None:
    browser = site.as_(None)
    page = browser.get("/connexion", headers={"Accept-Language": "en-GB,en;q=0.8"})
    assert '<html lang="en"' in page.text
    page = browser.get("/connexion", headers={"Accept-Language": "de"})
    assert '<html lang="fr"' in page.text


def many(site: Site, count: int) -> None:
    """Copy one case until the queue is long; only what a list reads."""

    def copy() -> None:
        with transaction() as current:
            for number in range(count):
                due, contacts = clock.now().date(), 1 if number % 4 else 3
                priority = 2 if number % 10 else 1
                current.execute(text(CASE), {"id": 1000 + number, "contacts": contacts})
                given = {"id": 1000 + number, "due": due.isoformat(), "priority": priority}
                current.execute(text(HANDLING), given)

    site.ask(copy)


CASE = """INSERT INTO "case" (id, opened_at, received_at, channel, source, nature, subject, status,
    level, is_medical, priority, request_type, request_type_version, commune, citizen_match,
    match_reasons, may_acknowledge, contacts, unread, has_code, version)
  SELECT :id, opened_at, received_at, channel, source, nature, subject, status, level,
    is_medical, priority, request_type, request_type_version, '92002', citizen_match,
    match_reasons, may_acknowledge, :contacts, unread, has_code, version FROM "case" WHERE id = 1"""
HANDLING = """INSERT INTO handling (id, case_id, unit_id, department_id, level, status, is_open,
    to_route, due_on, priority, received_at, version)
  SELECT :id, :id, unit_id, department_id, level, status, is_open, to_route, :due, :priority,
    received_at, version FROM handling WHERE case_id = 1"""


@pytest.mark.parametrize("url", ["/file?unit=apa", "/a-affecter"])
def test_a_page_of_rows_weighs_little(site: Site, url: str) -> None:
    many(site, 60)
    site.ask(_route_them_again)
    page = site.as_("alice").get(url)
    assert page.text.count('class="row"') == 30
    assert len(page.data) < 60_000


def _route_them_again() -> None:
    """Every copied case waits for a person, for the reasons of the first one."""
    with transaction() as current:
        current.execute(text("UPDATE handling SET to_route = TRUE WHERE id >= 1000"))
        current.execute(text(DECISION))


DECISION = """INSERT INTO routing_decision (case_id, rule_code, rule_version, unit_id, inputs,
    reasons, rejected, actor, decided_at)
  SELECT copied.id, rule_code, rule_version, unit_id, inputs, reasons, rejected, actor, decided_at
    FROM routing_decision JOIN "case" AS copied ON copied.id >= 1000 WHERE case_id = 1"""


def references(page: str) -> list[str]:
    return re.findall(r'class="row-link" href="/demandes/([^"]+)"', page)


def test_pages_of_a_queue_follow_each_other_without_gap_or_double(both: Site) -> None:
    many(both, 50)
    browser = both.as_("alice")
    first = browser.get("/file?unit=apa&sort=age").text
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older
    second = browser.get(older[1].replace("&amp;", "&")).text
    seen = references(first) + references(second)
    assert len(seen) == len(set(seen)) == 53
    newer = re.search(r'rel="prev" href="([^"]+)"', second)
    assert newer
    assert references(browser.get(newer[1].replace("&amp;", "&")).text) == references(first)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", 4),
        ("&priority=1", 1),
        ("&status=waiting_third", 0),
        ("&unassigned=1", 4),
        ("&type=apa", 4),
        ("&type=rsa", 0),
        ("&status=nonsense&sort='&cursor=%00'", 4),
    ],
)
def test_filters_narrow_and_nonsense_is_ignored(both: Site, query: str, shown: int) -> None:
    many(both, 1)
    page = both.as_("alice").get(f"/file?unit=apa{query}")
    assert page.status_code == 200
    assert len(references(page.text)) == shown


def test_a_unit_that_is_not_mine_is_not_shown(site: Site) -> None:
    page = site.as_("bob").get("/file?unit=crip").text
    assert "Dossier APA" in page  # the unit of his own


def test_the_unit_chosen_last_comes_back(site: Site) -> None:
    browser = site.as_("alice")
    assert site.cases["apa"] not in browser.get("/file?unit=tri").text
    assert site.cases["apa"] not in browser.get("/file").text
    assert site.cases["apa"] in browser.get("/file?unit=apa").text


def test_news_are_told_once_and_cost_nothing_when_there_are_none(both: Site) -> None:
    browser = both.as_("alice")
    url = "/nouveautes/queue?unit=apa&since=2020-01-01T00:00:00%2B00:00"
    first = browser.get(url)
    assert json.loads(first.data)["count"] == 3
    assert json.loads(first.data)["sentence"] == "3 nouvelles demandes"
    again = browser.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    late = browser.get("/nouveautes/queue?unit=apa&since=2999-01-01T00:00:00%2B00:00")
    assert json.loads(late.data)["count"] == 0
    assert browser.get("/nouveautes/elsewhere").status_code == 404


@pytest.mark.parametrize("typed", ["d 2026 0000001 y", "D-2026-0000001-Y", "d20260000001y"])
def test_a_reference_leads_straight_to_its_case(site: Site, typed: str) -> None:
    answer = site.as_("alice").get("/recherche", query_string={"q": typed})
    assert answer.location == site.url("apa")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("D-2026-0000001-X", "un caractère est faux"),
        ("marie.durand@courriel.example", "1 demande"),
        ("Antony", "1 demande"),
        ("zébulon", "Aucune demande trouvée"),
        ("", "Que cherchez-vous"),
        ("'; DROP TABLE \"case\"; --", "Aucune demande trouvée"),
        ("% _ \\ \"", "Aucune demande trouvée"),
    ],
)  # fmt: skip
def test_searching_says_what_it_understood(both: Site, typed: str, words: str) -> None:
    answer = both.as_("bob").get("/recherche", query_string={"q": typed})
    assert answer.status_code == 200
    assert words in answer.text


def test_preferences_are_kept_and_applied(both: Site) -> None:
    browser = both.as_("alice")
    chosen = {"theme": "dark", "density": "compact", "shortcuts": "off", "language": "en"}
    assert browser.post("/preferences", **chosen).status_code == 303
    page = browser.get("/file").text
    for mark in (
        'lang="en"',
        'data-theme="dark"',
        'data-density="compact"',
        'data-shortcuts="off"',
    ):
        assert mark in page
    assert browser.post("/preferences", theme="pink").status_code == 422


def test_the_database_down_is_said_and_nothing_typed_is_lost(site: Site) -> None:
    browser = site.as_("alice")
    browser.get("/aide")
    browser.post(site.url("apa", "prendre"))
    site.ask(lambda: session().execute(text("SELECT 1")))
    with site.app.app_context():
        from grc.core.db import db

        db.engine.dispose()
        path = db.engine.url.database
    assert path
    import pathlib

    pathlib.Path(path).rename(path + ".away")
    pathlib.Path(path).mkdir()
    answer = browser.post(site.url("apa", "note"), text="Mes mots")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "Mes mots" in answer.text
    assert "Traceback" not in answer.text


def test_a_form_too_large_is_refused(site: Site) -> None:
    browser = site.as_("alice")
    answer = browser.post(site.url("apa", "note"), text="x" * 3_000_000)
    assert answer.status_code == 413


@pytest.mark.parametrize("login", PEOPLE)
def test_home_is_the_first_place_one_may_go(site: Site, login: str) -> None:
    browser = site.as_(login)
    home = browser.get("/").location
    assert browser.get(home).status_code == 200


def test_reception_shows_what_waits_and_what_failed(both: Site) -> None:
    page = both.as_("sonia").get("/reception").text
    assert "contact" in page
    assert "tout a une suite" in page
    both.ask(lambda: _lose_an_item())
    assert "des éléments ont disparu" in both.as_("sonia").get("/reception").text


def test_reception_reads_by_index_what_grows_for_ever(both: Site) -> None:
    """The ledger, the sendings and the steps are kept for years."""
    browser = both.as_("sonia")
    browser.get("/reception")
    with plans() as seen:
        browser.get("/reception")
    told = "\n".join(seen)
    assert not re.search(r"(SCAN|Seq Scan on) (item|outgoing|step)\b", told), told
    assert re.search(r"parent_id=\? AND stored_at>\?|parent_id IS NULL\) AND \(stored_at", told), (
        told
    )
    for index in ("ix_item_attention", "ix_outgoing_failed", "ix_step_failed", "ix_step_pending"):
        assert index in told, told


def _lose_an_item() -> None:
    with transaction() as current:
        current.execute(text("UPDATE received SET count = count + 1"))
