"""Who may open what: every endpoint, every kind of person."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event, func, select

from grc.app import create_app
from grc.cases.persons import person_reference
from grc.cases.queries import by_reference
from grc.citizens.models import Citizen
from grc.core.db import session
from grc.staff.models import AccessLog
from grc.staff.policy import Permission
from grc.web.api.routes import TABLE
from tests.web.conftest import Browser, Site

# No session opens these: see tests/api.
SCRIPTS = {f"api.{route.view.__name__}" for route in TABLE} | {"api.phone_events"}

NO_KEY = "00000000-0000-4000-8000-000000000000"


def readable(site: Site, name: str = "apa") -> list[str]:
    """The address of every page that is opened by GET, filled in with what exists."""
    filled = {
        "<reference>": site.cases[name],
        "<member>": "U-2026-0999999-X",
        "<int:number>": "1",
        "<name>": "queue",
        "<channel>": "phone",
        "<code>": "apa",
        "<path:box>": "email/apa",
        "<point>": "1",
        "<step>": "1",
        "<number>": "F-000001-AAAA",
        "<int:first>": "1",
        "<int:last>": "2",
        "<version>": site.app.extensions["grc.assets"],
        "<path:name>": "css/base.css",
        "<uuid:key>": NO_KEY,
        "<alert>": "x",
        "<path:filename>": "css/base.css",
    }
    found = []
    for rule in site.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in SCRIPTS:
            continue
        url = rule.rule
        if rule.endpoint.startswith(("intake.", "entry.")):
            url = url.replace("<reference>", site.cases["item"])
        if rule.endpoint.startswith("people."):
            url = url.replace("<reference>", site.ask(lambda: person_of(site.cases[name])))
        for hole, value in filled.items():
            url = url.replace(hole, value)
        assert "<" not in url, f"this test does not know how to fill {rule.rule}"
        found.append(url)
    return found


def person_of(case: str) -> str:
    """The reference of the person a case is for."""
    found = by_reference(case)
    citizen = session().get(Citizen, found.citizen_id) if found and found.citizen_id else None
    return person_reference(citizen) if citizen else "U-2026-0999999-X"


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every SQL statement run meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def written(seen: list[str]) -> set[str]:
    """The tables written to."""
    found = (re.match(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", one) for one in seen)
    return {match[1] for match in found if match}


def test_every_endpoint_says_what_it_needs(site: Site) -> None:
    views = site.app.view_functions
    silent = {name for name, view in views.items() if not hasattr(view, "needs")}
    public = {n for n, view in views.items() if getattr(view, "needs", 0) == Permission.PUBLIC}
    assert silent == set()
    citizens = {name for name in views if name.startswith("public.")}
    signing_in = {"auth.login", "auth.choose"}
    assert public - citizens == {*signing_in, "assets.file", "static", "api.openapi"}


def test_a_silent_endpoint_is_refused(site: Site) -> None:
    own = create_app(site.app.extensions["grc.settings"], nudges=False)
    own.add_url_rule("/silent", "silent", lambda: "secret")
    assert Site(own, site.cases).as_("sonia").get("/silent").status_code == 403


def read_everything(site: Site, login: str | None) -> None:
    """Every page answers, and nothing is written but the access log."""
    browser = site.as_(login)
    for url in sorted({url for name in ("apa", "lost", "named") for url in readable(site, name)}):
        with statements() as seen:
            assert browser.get(url).status_code < 500, url
        assert written(seen) <= {"access_log"}, url


@pytest.mark.parametrize("login", ["alice", "oscar", "root", None])
def test_reading_writes_nothing_but_the_access_log(site: Site, login: str | None) -> None:
    read_everything(site, login)


def test_who_may_read_most_writes_nothing_on_either_database(both: Site) -> None:
    read_everything(both, "sonia")


@pytest.mark.parametrize("login", ["alice", None])
def test_a_head_is_answered_like_a_get(site: Site, login: str | None) -> None:
    browser = site.as_(login)
    for url in readable(site, "apa"):
        wanted, head = browser.get(url), browser.client.head(url, buffered=True)
        assert (head.status_code, head.data) == (wanted.status_code, b""), url


def test_strangers_are_sent_to_the_login(site: Site) -> None:
    browser = site.as_(None)
    for url in readable(site):
        answer = browser.get(url)
        is_open = ("/connexion", "/mot-de-passe", "/static/", "/demarches", "/suivi", "/api/")
        if not url.startswith(is_open):
            assert answer.location.startswith("/connexion?next="), url


def test_an_outsider_cannot_tell_a_case_from_none(both: Site) -> None:
    browser = both.as_("oscar")
    browser.get("/aide")  # the first page of a session sets a cookie
    missing = both.cases["apa"].replace("-0000001-", "-0000999-")
    present, absent = browser.get(both.url("apa")), browser.get(f"/demandes/{missing}")
    assert (present.status_code, absent.status_code) == (404, 404)
    token = re.compile(r'name="csrf_token" value="[^"]+"')  # it holds the second
    asked = absent.text.replace(missing, both.cases["apa"])  # a page repeats its own address
    assert token.sub("", present.text) == token.sub("", asked)
    assert dict(present.headers) == dict(absent.headers)


@pytest.mark.parametrize("login", ["alice", "rita", "root", "oscar"])
def test_a_named_case_exists_for_nobody_else(both: Site, login: str) -> None:
    """At none of its addresses; `test_leaks` looks at all the others."""
    browser = both.as_(login)
    own = [url for url in readable(both, "named") if both.cases["named"] in url]
    assert len(own) > 10
    for url in own:
        answer = browser.get(url)
        assert answer.status_code in {403, 404}, url
        assert "Zénobie".encode() not in answer.data, url
        assert b"zenobie" not in answer.data, url


def test_the_search_says_nothing_of_a_named_case(both: Site) -> None:
    for typed in ("Zénobie", "zenobie@courriel.example", both.cases["named"]):
        answer = both.as_("alice").get("/recherche", query_string={"q": typed})
        assert answer.status_code == 200
        assert "Aucune demande trouvée" in answer.text
        assert "1 demande" not in answer.text
    found = both.as_("sonia").get("/recherche", query_string={"q": "Zénobie"})
    assert "APA Zénobie" in found.text


def test_a_named_case_is_not_counted(both: Site) -> None:
    queue = both.as_("alice").get("/file?unit=apa").text
    assert "3 demandes" in queue  # apa, other, hostile
    assert "Zénobie" not in queue


def first_of(url: str) -> str:
    """An address whose hole takes one of some words, with the first of them."""
    return re.sub(r"<any\((\w+)[^>]*>", r"\1", url)


def acts_of(site: Site, name: str) -> list[str]:
    acts = "prendre rendre reponse brouillon note reaffecter confirmer qualifier etat clore"
    linked = "lier delier rejoindre service service/retirer messages/1/separer"
    more = "rouvrir confier doublon suivi suivi/1 droit usager messages/1/annuler taches/1/faite"
    writing = "brouillon/reprendre brouillon/oublier modeles apercu pieces merci rendre-danger"
    writing += " courrier joindre joindre/choisir"
    more += " suivi/1/faite propositions/1/ecarter propositions/1/noter"
    return [site.url(name, act) for act in f"{acts} {more} {linked} {writing}".split()]


def test_the_list_of_acts_is_complete(site: Site) -> None:
    posts = {
        first_of(rule.rule.replace("<reference>", site.cases["apa"]).replace("<int:number>", "1"))
        for rule in site.app.url_map.iter_rules()
        if rule.endpoint.startswith("cases.") and "POST" in (rule.methods or ())
    }
    own = {site.url("apa", "cite-lu")}  # her own list of mentions: nothing of the case changes
    assert posts - own == set(acts_of(site, "apa"))


def refused(browser: Browser, url: str, status: int) -> None:
    with statements() as seen:
        assert browser.post(url, text="x", version="1").status_code == status, url
    assert written(seen) <= {"form_key"}, url


def test_a_reader_changes_nothing(both: Site) -> None:
    browser = both.as_("dora")
    assert browser.get(both.url("apa")).status_code == 200
    for url in acts_of(both, "apa"):
        refused(browser, url, 403)


def test_an_outsider_changes_nothing(site: Site) -> None:
    browser = site.as_("oscar")
    for url in acts_of(site, "apa"):
        refused(browser, url, 403 if url.endswith("/confier") else 404)


def test_a_reader_sees_no_act(site: Site) -> None:
    page = site.as_("dora").get(site.url("apa")).text
    assert "compose-reply" not in page
    assert "/prendre" not in page


def test_only_a_supervisor_entrusts(site: Site) -> None:
    assert site.as_("alice").get(site.url("apa", "confier")).status_code == 403
    assert site.as_("sonia").get(site.url("apa", "confier")).status_code == 200


def test_reading_a_confidential_case_is_written_down(both: Site) -> None:
    count = select(func.count()).select_from(AccessLog)
    both.as_("alice").get(both.url("apa"))
    assert both.ask(lambda: session().scalar(count)) == 0
    both.as_("alice").get(both.url("lost"))
    both.as_("sonia").get(both.url("named"))
    assert both.ask(lambda: session().scalar(count)) == 2


def test_what_cannot_be_written_down_is_not_shown(site: Site) -> None:
    from sqlalchemy import text

    def forbid() -> None:
        with site.app.extensions["sqlalchemy"].engine.begin() as connection:
            connection.execute(
                text(
                    "CREATE TRIGGER no_log BEFORE INSERT ON access_log "
                    "BEGIN SELECT RAISE(ABORT, 'disk full'); END"
                )
            )

    site.ask(forbid)
    site.app.testing = False
    answer = site.as_("alice").get(site.url("lost"))
    assert answer.status_code >= 500
    assert "zzz" not in answer.text


def test_every_unsafe_route_wants_a_token(site: Site) -> None:
    browser = site.as_("sonia")
    for rule in site.app.url_map.iter_rules():
        no_session = rule.endpoint in SCRIPTS or rule.endpoint.startswith("public.")
        if "POST" in (rule.methods or ()) and not no_session:
            url = rule.rule.replace("<reference>", site.cases["apa"]).replace("<int:number>", "1")
            url = first_of(url.replace("<uuid:key>", NO_KEY).replace("<int:user>", "1"))
            answer = browser.client.post(url, data={"text": "tapé"})
            assert answer.status_code == 400, url


def test_a_text_refused_for_its_token_is_shown_again(site: Site) -> None:
    answer = site.as_("alice").client.post(site.url("apa", "note"), data={"text": "tapé avec soin"})
    assert answer.status_code == 400
    assert "tapé avec soin" in answer.text
