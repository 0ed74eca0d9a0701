"""One box, the same answers on both databases, and nothing of what a person may not see."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select

from grc.cases.models import Case, ExternalReference
from grc.cases.queries import by_reference
from grc.citizens.models import CitizenKey
from grc.core import clock
from grc.core.db import add, amend, session, transaction
from grc.finding import searching
from grc.staff.models import User
from grc.web import session as signed_in
from grc.web.typography import printed
from grc.work import service as work
from tests.web.conftest import Site
from tests.web.test_guard import statements

OLD, SECRET_OLD, CAF = "SOLIS 12 345", "SOLIS 99 999", "CAF 7654321"
# What is typed, and the cases alice finds, by name.
QUESTIONS: tuple[tuple[str, set[str]], ...] = (
    ("Marie Durand", {"apa"}),
    ("DURAND", {"apa"}),
    ("durànd márie", {"apa"}),
    ("Mary Durand", {"apa"}),  # near
    ("Duran", {"apa"}),
    ("Durent", {"apa"}),
    ("Durant etat:terminee", set()),
    ("Marri Dhurand", {"apa"}),
    ('"Duran"', set()),
    ("Duran -dossier", set()),
    ("marie.durand@courriel.example", {"apa"}),
    ("solis12345", {"other"}),
    ("12 345", set()),
    ("caf 7654321", {"other"}),
    ("dossier", {"apa", "other", "hostile"}),
    ("dossiers d'APA", {"apa", "other", "hostile"}),
    ('"dossier d’APA" mère', {"apa", "other"}),
    ('"apa dossier"', set()),
    ("dossier -Antony", {"other", "hostile"}),
    ('dossier -"ma mère"', {"hostile"}),
    ("-dossier", {"lost"}),
    ("rappelle Pénélope", {"other"}),  # in a note
    ("certificat", {"apa"}),
    ("service:apa", {"apa", "other", "hostile"}),
    ("service:tri etat:a-affecter", {"lost"}),
    ("unit:apa dossier -mère", {"hostile"}),
    ("commune:Antony", {"apa"}),
    ("etat:terminee", set()),
    ("etat:ouverte zzz", {"lost"}),
    ("agent:moi", {"other"}),
    ("agent:personne service:apa", {"apa", "hostile"}),
    ("canal:courriel -antony service:apa", {"other", "hostile"}),
    ("channel:phone", set()),
    ("recu:>2020-01-01 Antony", {"apa"}),
    ("recu:2019", set()),
    ("recu:2026 service:apa agent:moi", {"other"}),
    ("depuis:2020-01-01", {"apa", "other", "hostile", "lost"}),
    ("niveau:nominative", set()),
    ("service:nulle-part dossier", set()),
    ("le la de", set()),
    ("Ωμέγα Привет 你好 ﬁ", set()),
    ("1e5 0x1F a_b c++ foo:bar 3.14 -1", set()),
    ("AND OR NOT NEAR(a b) a* ^x {b} : ( ) \\ ' ''", set()),
)


@pytest.fixture
def found(both: Site) -> Site:
    """The little département with a note, old references and a number."""
    both.ask(lambda: _told(both))
    return both


def _told(site: Site) -> None:
    with transaction():
        alice = _actor("alice")
        other, named = _case(site, "other"), _case(site, "named")
        work.note(other, "Rappelle Pénélope", actor=alice, now=clock.now())
        work.take(other, actor=alice, now=clock.now())
        _refer(other, OLD), _refer(named, SECRET_OLD)
        amend(_case(site, "apa"), commune="92002")
        assert other.citizen_id
        add(CitizenKey, citizen_id=other.citizen_id, kind="CAF", key="7654321")


def _refer(case: Case, value: str) -> None:
    system, _, number = value.partition(" ")
    key = "".join(value.casefold().split())
    add(ExternalReference, case_id=case.id, system=system, value=number, key=key)


def _case(site: Site, name: str) -> Case:
    case = by_reference(site.cases[name])
    assert case is not None
    return case


def _actor(login: str) -> Any:
    user = session().scalars(select(User).where(User.login == login)).one()
    return signed_in.account_of(user).actor


def names(site: Site, page: str) -> set[str]:
    """The cases of a list, by the names of these tests."""
    told = {reference: name for name, reference in site.cases.items()}
    return {told[one] for one in re.findall(r'class="row-link" href="/demandes/([^"/]+)"', page)}


def ask(site: Site, login: str, typed: str, **more: str) -> str:
    answer = site.as_(login).get("/recherche", query_string={"q": typed, **more})
    assert answer.status_code == 200, typed
    return answer.text


def test_the_same_questions_have_the_same_answers_on_both(found: Site) -> None:
    given = {typed: names(found, ask(found, "alice", typed)) for typed, _ in QUESTIONS}
    assert given == dict(QUESTIONS)


def test_reference(found: Site) -> None:
    reference = found.cases["other"]
    for typed in (reference, reference[2:], f"dossier n° {reference.lower()}", f"réf. {reference}"):
        answer = found.as_("alice").get("/recherche", query_string={"q": typed})
        assert answer.location == found.url("other"), typed


SECRETS = ("Zénobie", "zenobie secrete", "Zénobe Secrète", "zenobie@courriel.example", "Zénoby",
           "SOLIS 99 999", "situation secrète", "niveau:nominative", "etat:ouverte",
           "-antony", "service:apa", "depuis:2020-01-01", "Situation -dossier")  # fmt: skip


@pytest.mark.parametrize("login", ["alice", "bob", "dora", "oscar"])
def test_a_named_case_is_as_absent_by_every_key(found: Site, login: str) -> None:
    for typed in SECRETS:
        page = ask(found, login, typed)
        assert "named" not in names(found, page), typed
        assert "Zénobie" not in page.replace(typed, ""), typed
        assert "99 999" not in page.replace(typed, ""), typed


def test_who_is_on_the_list_finds_it_by_every_key(found: Site) -> None:
    for typed in SECRETS:
        if typed != "-antony":
            assert "named" in names(found, ask(found, "sonia", typed)), typed


def test_results_say_what_matched(found: Site) -> None:
    for typed, words in (
        ("solis12345", "numéro SOLIS 12 345"),
        ("marie.durand@courriel.example", "courriel marie.durand@courriel.example"),
        ("Mary Durand", "usager Marie Durand, orthographe proche"),
        ("Durrant", "usager Marie Durand, orthographe proche"),
        ("pénélope", f"{printed('note :')} Rappelle <mark>Pénélope</mark>"),
        ("certificat", "dans le nom d’une pièce jointe"),
    ):
        page = ask(found, "alice", typed)
        assert words in page, typed
        assert ("<h2>Orthographe proche</h2>" in page) == ("proche" in words), typed


def test_a_chip_takes_its_filter_off(found: Site) -> None:
    page = ask(found, "alice", "dossier service:apa", etat="open")
    assert 'href="/recherche?q=dossier&amp;etat=open"' in page
    assert 'href="/recherche?q=dossier&amp;service=apa"' in page
    assert 'value="dossier etat:open service:apa"' in page


@contextmanager
def pages_of(size: int, depth: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(searching, "PAGE", size)
        patch.setattr(searching, "DEPTH", depth)
        patch.setattr(searching, "_FIRST_CHUNK", min(depth, 1))
        yield


@pytest.mark.parametrize("typed", ["service:apa", "agent:personne", "depuis:2020-01-01", "dossier"])
@pytest.mark.parametrize("depth", [1, 2, 100])
def test_pages_follow_each_other_and_nothing_is_lost(
    site: Site, monkeypatch: pytest.MonkeyPatch, typed: str, depth: int
) -> None:
    whole = names(site, ask(site, "alice", typed))
    seen: list[str] = []
    with pages_of(1, depth, monkeypatch):
        below: str | None = ""
        for _ in range(12):
            page = ask(site, "alice", typed, **({"below": below} if below else {}))
            seen += names(site, page)
            following = re.search(r'rel="next" href="[^"]*below=(\d+)', page)
            below = following[1] if following else None
            if below is None:
                break
    if depth > 2 or typed != "dossier":
        assert sorted(seen) == sorted(whole)


GLANCED = ("dossier", "dossiers d'APA", '"dossier d’APA" mère', "dossier -Antony",
           "dossier service:apa", "dossier etat:ouverte", "marie durand", "zzz")  # fmt: skip


def followed(site: Site, typed: str) -> list[str]:
    """The cases of each page in turn."""
    seen: list[str] = []
    below: str | None = ""
    while below is not None:
        page = ask(site, "alice", typed, **({"below": below} if below else {}))
        seen += re.findall(r'class="row-link" href="/demandes/([^"/]+)"', page)
        following = re.search(r'rel="next" href="[^"]*below=(\d+)', page)
        below = following[1] if following else None
    return seen


@pytest.mark.parametrize("glances", [(1,), (2, 3), (3,)])
def test_the_last_documents_alone_give_the_same_answers(
    site: Site, monkeypatch: pytest.MonkeyPatch, glances: tuple[int, ...]
) -> None:
    whole = {typed: followed(site, typed) for typed in GLANCED}
    monkeypatch.setattr(searching, "PAGE", 1)
    monkeypatch.setattr(searching, "GLANCES", glances)
    monkeypatch.setattr(searching, "NARROWED", glances[0])
    monkeypatch.setattr(searching, "_FIRST_CHUNK", 1)
    assert {typed: followed(site, typed) for typed in GLANCED} == whole
    assert len(whole["dossier"]) == 3


def test_a_word_that_is_everywhere_is_not_looked_for_everywhere(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "PAGE", 1)
    monkeypatch.setattr(searching, "GLANCES", (4,))
    with statements() as seen:
        assert len(names(site, ask(site, "alice", "dossier"))) == 1
    assert not [one for one in seen if "DISTINCT search_doc" in one]
    assert [one for one in seen if "search_fts.rowid DESC LIMIT" in one]


def test_a_page_costs_few_statements(found: Site) -> None:
    alice = found.as_("alice")
    for typed, most in (("service:apa", 16), ("dossier service:apa", 26), ("Mary Durand", 28)):
        alice.get("/recherche", query_string={"q": typed})
        with statements() as seen:
            alice.get("/recherche", query_string={"q": typed})
        assert len(seen) <= most, (typed, len(seen), seen)
