"""Views: kept, shared, ordered, removed and taken back; each reader sees and counts her own."""

import re
from urllib.parse import quote

import pytest
from sqlalchemy import select

from grc.core.audit import AuditRow
from grc.core.db import amend, session, transaction
from grc.finding import counting, views
from grc.finding.models import SavedView
from tests.web.conftest import Site
from tests.web.test_guard import statements
from tests.web.test_search import _actor, _case

APA = "/vues/nouvelle?service=apa&etat=open"


def save(site: Site, login: str, name: str, url: str = APA, unit: str = "") -> str:
    """The address of a view just saved."""
    answer = site.as_(login).post(url, name=name, **({"unit": unit} if unit else {}))
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def strip(page: str) -> list[tuple[str, str | None]]:
    """(name, count) of the views above a list."""
    found = re.search(r'<nav class="view-strip".*?</nav>', page, re.S)
    chip = r'class="chip"[^>]*>([^<]+?)(?: <span class="count">([^<]+)</span>)?</a>'
    chips = re.findall(chip, found[0]) if found else []
    return [(name.strip(), count or None) for name, count in chips]


def acts(page: str, what: str) -> list[str]:
    return re.findall(rf'action="(/vues/[^"]+/{what})"', page)


def test_a_view_is_above_the_lists_with_its_count(both: Site) -> None:
    where = save(both, "alice", "APA ouvertes")
    assert where.startswith("/recherche?etat=open&service=apa&vue=")
    for url in ("/file", "/mes-demandes", "/a-affecter", "/recherche", "/vues"):
        page = both.as_("alice").get(url).text
        assert "APA ouvertes" in page, url
    assert strip(both.as_("alice").get("/file").text) == [("APA ouvertes", "3")]
    assert strip(both.as_("bob").get("/file").text) == []
    written = select(AuditRow.data).where(AuditRow.event == "view:saved")
    assert both.ask(lambda: session().scalars(written).one()) == {"unit": "—"}


def test_a_shared_view_counts_for_each_what_she_may_see(both: Site) -> None:
    save(both, "sonia", "Tout", "/vues/nouvelle?depuis=2020-01-01", unit="apa")
    readers = ("sonia", "alice", "bob", "rita")
    shown = {one: strip(both.as_(one).get("/recherche").text) for one in readers}
    assert shown["sonia"] == [("Tout", "5")]  # the named one among them
    assert shown["alice"] == [("Tout", "4")]
    assert shown["bob"] == shown["rita"] == [("Tout", "3")]
    for one in ("dora", "oscar"):
        assert strip(both.as_(one).get("/recherche").text) == []
    for login, count in (("alice", 4), ("bob", 3)):
        page = both.as_(login).get("/recherche?depuis=2020-01-01").text
        assert page.count('class="row-link"') == count
        assert "Zénobie" not in page


def test_only_a_supervisor_shares_and_changes_what_is_shared(site: Site) -> None:
    assert site.as_("alice").post(APA, name="x", unit="apa").status_code == 303  # for herself
    assert strip(site.as_("bob").get("/file").text) == []
    where = save(site, "sonia", "Du service", unit="apa")
    key = where.rpartition("vue=")[2]
    for act in ("retirer", "monter", "retablir"):
        assert site.as_("bob").post(f"/vues/{key}/{act}").status_code == 403
    assert site.as_("oscar").post(f"/vues/{key}/retirer").status_code == 404
    assert site.as_("oscar").get(f"/vues/{key}/modifier").status_code == 404
    assert site.as_("root").get("/vues").status_code == 403
    assert acts(site.as_("bob").get("/vues").text, "retirer") == []
    assert len(acts(site.as_("sonia").get("/vues").text, "retirer")) == 1


def test_views_are_put_in_order_renamed_removed_and_taken_back(both: Site) -> None:
    alice = both.as_("alice")
    for name in ("Un", "Deux", "Trois"):
        save(both, "alice", name)
    up = acts(alice.get("/vues").text, "monter")
    assert len(up) == 2
    alice.post(up[1])
    assert [name for name, _ in strip(alice.get("/file").text)] == ["Un", "Trois", "Deux"]
    gone = acts(alice.get("/vues").text, "retirer")[0]
    assert alice.post(gone).status_code == 303
    assert [name for name, _ in strip(alice.get("/file").text)] == ["Trois", "Deux"]
    assert alice.post(gone).status_code == 303  # again is the same
    alice.post(acts(alice.get("/vues").text, "retablir")[0])
    change = gone.replace("retirer", "modifier")
    assert 'value="Un"' in alice.get(change).text
    alice.post(change, name="  Premier   nom ")
    assert [name for name, _ in strip(alice.get("/file").text)] == ["Premier nom", "Trois", "Deux"]
    refused = alice.post(change, name=" ")
    assert refused.status_code == 422


WORDS = (
    ('"dossier d’APA"', ("3", "3", "3")),
    ("dossier -Antony", ("2", "2", "2")),
    ("dossier service:apa agent:moi", ("0+", "0+", "0+")),
    ("situation", ("0+", "0+", "1+")),
    ('"situation secrète"', ("0", "0", "1")),
    ("-dossier", ("1", "0", "2")),
    ("introuvable", ("0+", "0+", "0+")),
)


def test_views_with_words_are_counted_among_what_one_may_see(both: Site) -> None:
    for typed, _ in WORDS:
        name = typed.replace('"', "")
        save(both, "sonia", name, f"/vues/nouvelle?q={quote(typed)}", unit="apa")
    for place, login in enumerate(("alice", "bob", "sonia")):
        page = both.as_(login).get("/vues").text
        found = re.findall(r'</a> <span class="count">([^<]+)</span>', page)
        assert found == [counts[place] for _, counts in WORDS], login


def test_a_word_found_often_is_counted_among_the_last(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(site, "alice", "Dossiers", "/vues/nouvelle?q=%22dossier%20d’APA%22")
    monkeypatch.setattr(counting, "LOOKED", 1)
    assert strip(site.as_("alice").get("/file").text) == [("Dossiers", "1+")]


def test_a_form_sent_twice_keeps_one_view(site: Site) -> None:
    alice, key = site.as_("alice"), "0e5f5f3e-6f7f-4d9f-9a53-3f8f1d6b6a01"
    first, again = (alice.post(APA, key=key, name="Une") for _ in range(2))
    assert first.location == again.location
    assert len(strip(alice.get("/file").text)) == 1


@pytest.mark.parametrize("url", ["/vues/nouvelle", "/vues/nouvelle?service=nowhere"])
def test_an_empty_question_is_no_view(site: Site, url: str) -> None:
    assert site.as_("alice").post(url, name="Rien").status_code == 422


def test_counts_stop_and_say_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    save(site, "alice", "Tout", "/vues/nouvelle?depuis=2020-01-01")
    monkeypatch.setattr(counting, "LOOKED", 2)
    assert strip(site.as_("alice").get("/file").text) in ([("Tout", "1+")], [("Tout", "2+")])
    monkeypatch.setattr(counting, "LOOKED", 1000)
    monkeypatch.setattr(counting, "CAP", 2)
    monkeypatch.setattr("grc.web.presenters.views.CAP", 2)
    assert strip(site.as_("alice").get("/file").text) == [("Tout", "1+")]


def test_views_cost_two_statements_however_many(site: Site) -> None:
    alice = site.as_("alice")
    alice.get("/file")
    with statements() as without:
        alice.get("/file")
    for name in "abc":
        save(site, "alice", name)
    alice.get("/file")
    with statements() as having:
        alice.get("/file")
    assert len(having) == len(without) + 1


def test_what_was_removed_is_destroyed_after_a_week(site: Site) -> None:
    where = save(site, "alice", "Une")

    def old() -> int:
        from grc.core import clock
        from grc.jobs.tidying import tidy

        with transaction():
            view = session().scalars(select(SavedView)).one()
            amend(view, removed_at=clock.now() - 2 * views.KEPT)
        return tidy(clock.now())

    assert where
    assert site.ask(old) == 1
    assert site.ask(lambda: session().scalars(select(SavedView)).all()) == []


def test_a_view_of_me_is_about_its_reader(site: Site) -> None:
    save(site, "sonia", "À moi", "/vues/nouvelle?agent=me", unit="apa")
    with site.app.app_context(), transaction():
        from grc.core import clock
        from grc.work import service as work

        work.take(_case(site, "apa"), actor=_actor("bob"), now=clock.now())
    assert strip(site.as_("bob").get("/file").text) == [("À moi", "1")]
    assert strip(site.as_("alice").get("/file").text) == [("À moi", "0")]
