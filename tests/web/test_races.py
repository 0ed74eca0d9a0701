"""What goes wrong between two clicks: rights taken away, a session that ended, what was undone
twice, things that would go round in a circle, too much at once."""

import html
import re
import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import delete, func, select

from grc.bulk import service as bulk
from grc.bulk.models import BulkAct
from grc.cases.models import Case, case_reference
from grc.citizens.models import Citizen
from grc.core.db import session, transaction
from grc.staff.models import User, UserRole
from grc.work.models import Note
from tests.web.conftest import PASSWORD, Browser, Site, csrf_of
from tests.web.test_bulk import URL, hidden, look, read
from tests.web.test_calls import invent
from tests.web.test_pages import many
from tests.web.test_people import fields, reference

TYPED = "Tapé longuement, puis interrompu"
Typing = tuple[Callable[[Site], str], str]
TEXTS: dict[str, Typing] = {  # where it is sent, and the field that was typed
    "reply": (lambda site: site.url("apa", "reponse"), "text"),
    "note": (lambda site: site.url("apa", "note"), "text"),
    "letter": (lambda site: site.url("apa", "lettre"), "text"),
    "interview": (lambda _: "/entretien/saisie", "note"),
    "call": (lambda _: "/saisie/phone", "text"),
}


def _fire(site: Site, login: str) -> None:
    """Her last right is taken away while her page is open."""

    def fire() -> None:
        with transaction():
            user = session().scalars(select(User).where(User.login == login)).one()
            session().execute(delete(UserRole).where(UserRole.user_id == user.id))

    site.ask(fire)


def _notes(site: Site) -> int:
    found: int = site.ask(lambda: session().scalar(select(func.count()).select_from(Note)))
    return found


def _given_back(page: str) -> bool:
    return TYPED in html.unescape(page)


@pytest.mark.parametrize("what", TEXTS)
def test_a_session_that_ends_meanwhile_loses_no_text(site: Site, what: str) -> None:
    """The text is sealed in the form of the login, and there again behind it."""
    url, name = TEXTS[what][0](site), TEXTS[what][1]
    browser = site.as_("alice")
    browser.token = csrf_of(browser.get("/aide").text)
    with browser.client.session_transaction() as cookie:
        cookie["seen"] = 0
    answer = browser.post(url, **{name: TYPED})
    assert answer.status_code == 401
    kept = re.search(r'name="kept"[^>]*value="([^"]{20,})"', answer.text)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text)
    after = re.search(r'name="next"[^>]*value="([^"]*)"', answer.text)
    assert kept
    assert token
    assert after
    given = {"identifier": "alice", "password": PASSWORD, "next": after[1]}
    given |= {"kept": html.unescape(kept[1]), "csrf_token": token[1]}
    back = browser.client.post("/connexion", data=given, follow_redirects=True)
    assert back.status_code == 200
    assert _given_back(back.text)


@pytest.mark.parametrize("what", ["reply", "note", "letter"])
def test_rights_taken_away_while_the_page_is_open(site: Site, what: str) -> None:
    url, name = TEXTS[what][0](site), TEXTS[what][1]
    browser = site.as_("bob")
    browser.token = csrf_of(browser.get("/aide").text)
    _fire(site, "bob")
    answer = browser.post(url, **{name: TYPED})
    assert answer.status_code in {403, 404}
    assert _given_back(answer.text)
    assert _notes(site) == 0


def test_what_was_undone_is_not_undone_again(site: Site) -> None:
    alice = site.as_("alice")
    page = look(alice, site, "apa", "take").text
    where = alice.post(URL, go="1", **hidden(page)).location
    for _ in range(2):
        assert alice.post(f"{where}/annuler").status_code in {303, 409, 422}
    assert site.handling("apa").assignee_id is None
    bob = site.as_("bob")
    bob.post(site.url("apa", "prendre"))
    mine = site.handling("apa").assignee_id
    alice.post(f"{where}/annuler")  # an old page: what came after it stays
    assert site.handling("apa").assignee_id == mine is not None


def _duplicate(browser: Browser, site: Site, name: str, other: str) -> int:
    url = site.url(name, "doublon")
    form = re.search(r'name="version" value="(\d+)"', browser.get(url).text)
    given = {"version": form[1]} if form else {}
    return browser.post(url, other=site.cases[other], **given).status_code


def test_duplicates_in_a_ring_leave_somebody_to_answer(both: Site) -> None:
    alice = both.as_("alice")
    assert _duplicate(alice, both, "apa", "other") == 303
    assert _duplicate(alice, both, "other", "hostile") == 303
    assert _duplicate(alice, both, "hostile", "apa") == 422
    assert both.handling("hostile").is_open


def test_people_are_not_merged_in_a_ring(site: Site) -> None:
    ids = [invent(site, name, "1950-01-01") for name in ("ana diaz", "anna diaz", "ann diaz")]
    ana, anna, ann = (reference(site, one) for one in ids)
    alice = site.as_("alice")
    pairs = ((ana, anna), (anna, ann), (ann, ana), (anna, ana), (ana, ana))
    for kept, other in pairs:
        alice.post(f"/usagers/{kept}/reunir?avec={other}", **fields(name="kept"))

    def survivors() -> dict[int, int | None]:
        query = select(Citizen.id, Citizen.survivor_id).where(Citizen.id.in_(ids))
        return {row.id: row.survivor_id for row in session().execute(query)}

    found = site.ask(survivors)
    standing = [one for one in ids if found[one] is None]
    assert any(found.values()), "nobody was merged"
    assert standing, "a ring: none of them stands for the others"
    assert all(found[one] in {None, *standing} for one in ids)


def test_five_hundred_cases_at_once_and_not_one_more(site: Site) -> None:
    many(site, bulk.MOST)
    alice = site.as_("alice")
    chosen = site.ask(lambda: _references(bulk.MOST))
    assert len(chosen) == bulk.MOST
    looked = alice.client.post(URL, data=_form(alice, case=chosen, act="take"))
    assert looked.status_code == 200, read(looked.text)
    assert f"{bulk.MOST} demandes" in read(html.unescape(looked.text))
    over = [*chosen, site.cases["apa"]]
    refused = alice.client.post(URL, data=_form(alice, case=over, act="take"))
    assert refused.status_code == 422
    assert str(bulk.MOST) in read(html.unescape(refused.text))
    assert site.ask(lambda: session().scalar(select(func.count()).select_from(BulkAct))) == 0


def _references(count: int) -> list[str]:
    query = select(Case.id, Case.opened_at).where(Case.id >= 1000).order_by(Case.id).limit(count)
    return [case_reference(*row) for row in session().execute(query)]


def _form(browser: Browser, **fields: object) -> dict[str, object]:
    browser.post("/preferences", language="fr")  # a token, once
    return {"csrf_token": browser.token, "form_key": str(uuid.uuid4())} | fields
