"""Absences: who may note them, who covers and what she finds; the figures of a person."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from grc.cases.models import Case, CaseAccess, Handling
from grc.cases.queries import by_reference
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.audit import AuditRow
from grc.core.clock import paris_date
from grc.core.db import add, session, transaction
from grc.staff import absences
from grc.staff.models import Absence, User, UserRole
from grc.work.follow_up import plan_task
from grc.work.models import Mention, Note
from tests.web.conftest import PEOPLE, Browser, Site
from tests.web.test_bulk import read
from tests.web.test_guard import statements
from tests.web.test_steering import length, numbers

SECRET = "Zénobie"


def ids(site: Site) -> dict[str, int]:
    """Account ids by login."""

    def find() -> dict[str, int]:
        return {row.login: row.id for row in session().scalars(select(User))}

    found: dict[str, int] = site.ask(find)
    return found


def today() -> date:
    return paris_date(clock.now())


def note(
    browser: Browser, site: Site, who: str, cover: str = "", first: int = 0, last: int = 3
) -> Any:
    """Send the form; days from today."""
    people = ids(site)
    days = {"first": today() + timedelta(first), "last": today() + timedelta(last)}
    sent = {name: day.isoformat() for name, day in days.items()}
    number = str(people[cover]) if cover else ""
    return browser.post("/absences", user=str(people[who]), cover=number, **sent)


def entrust(site: Site, login: str, *names: str) -> None:
    def change() -> None:
        user = session().scalar(select(User.id).where(User.login == login))
        with transaction():
            for name in names:
                case = by_reference(site.cases[name])
                assert case is not None
                session().execute(
                    update(Handling).where(Handling.case_id == case.id).values(assignee_id=user)
                )

    site.ask(change)


def kept(site: Site) -> list[tuple[int, bool]]:
    def find() -> list[tuple[int, bool]]:
        rows = session().scalars(select(Absence).order_by(Absence.id))
        return [(row.user_id, row.ended_at is None) for row in rows]

    found: list[tuple[int, bool]] = site.ask(find)
    return found


def test_she_notes_her_absence_her_list_says_so_and_she_ends_it(both: Site) -> None:
    bob = both.as_("bob")
    assert note(bob, both, "bob", "alice").status_code == 303
    page = read(bob.get("/mes-demandes").text)
    assert "Vous êtes noté absent" in page
    assert "Alice suit vos demandes" in page
    sealed = re.search(r'name="absence" value="([^"]+)"', page)
    assert sealed
    assert site_events(both) == ["user:away"]
    for _twice in range(2):
        assert bob.post("/absences/fin", absence=sealed[1]).status_code == 303
    assert "noté absent" not in bob.get("/mes-demandes").text
    assert kept(both) == [(ids(both)["bob"], False)]
    assert site_events(both) == ["user:away", "user:back"]


def site_events(site: Site) -> list[str]:
    query = select(AuditRow.event).where(AuditRow.event.in_(["user:away", "user:back"]))
    return list(site.ask(lambda: session().scalars(query.order_by(AuditRow.id)).all()))


@pytest.mark.parametrize(("who", "allowed"), [("sonia", True), ("alice", False), ("root", False)])
def test_only_herself_or_who_steers_her_unit_notes_it(site: Site, who: str, allowed: bool) -> None:
    answer = note(site.as_(who), site, "bob")
    assert (answer.status_code == 303) == allowed
    assert bool(kept(site)) == allowed

    def by_hand() -> None:  # the use-case says so itself
        from dataclasses import replace

        stranger = replace(SYSTEM, label="x", user_id=ids(site)["oscar"])
        with transaction(), pytest.raises(absences.Forbidden):
            absences.declare(
                ids(site)["rita"], None, today(), today(), actor=stranger, now=clock.now()
            )

    site.ask(by_hand)


@pytest.mark.parametrize(
    ("cover", "first", "last", "words"),
    [
        ("", 3, 0, "Le dernier jour est avant le premier."),
        ("", -9, -3, "Ces dates sont passées."),
        ("", 0, 500, "Une absence dure 400 jours au plus."),
        ("bob", 0, 3, "Cette personne n'est pas du service"),
    ],
)
def test_what_makes_no_sense_is_said_and_what_was_typed_is_kept(
    site: Site, cover: str, first: int, last: int, words: str
) -> None:
    answer = note(site.as_("bob"), site, "bob", cover, first, last)
    assert answer.status_code == 422
    assert words in read(answer.text).replace("’", "'").replace("&#39;", "'")
    assert (today() + timedelta(last)).isoformat() in answer.text
    assert kept(site) == []


def test_nobody_is_absent_twice_nor_covered_by_who_is_absent(site: Site) -> None:
    bob, alice = site.as_("bob"), site.as_("alice")
    assert note(bob, site, "bob").status_code == 303
    assert note(bob, site, "bob", "", 2, 5).status_code == 422
    assert note(alice, site, "alice", "bob", 3, 9).status_code == 422
    assert note(alice, site, "alice", "bob", 4, 9).status_code == 303  # he is back by then


def _tell(site: Site) -> None:
    """A note that names Bob, a task and an unread message on a case of his."""

    def write() -> None:
        now = clock.now()
        with transaction():
            case = by_reference(site.cases["apa"])
            assert case is not None
            case.unread = True
            people = {row.login: row.id for row in session().scalars(select(User))}
            said = {"case_id": case.id, "author_id": people["rita"], "at": now}
            note_id = add(Note, text="@Bob à revoir", **said)
            session().add(Mention(note_id=note_id, user_id=people["bob"]))
            unit = session().scalar(select(Handling.unit_id).where(Handling.case_id == case.id))
            assert unit is not None
            plan_task("bounced", case, unit, "x", key="t", now=now)

    site.ask(write)


def test_who_covers_finds_cases_tasks_and_mentions_as_long_as_it_lasts(both: Site) -> None:
    entrust(both, "bob", "apa", "other")
    _tell(both)
    alice = both.as_("alice")
    assert "Vous remplacez" not in alice.get("/mes-demandes").text
    note(both.as_("bob"), both, "bob", "alice")
    page = read(alice.get("/mes-demandes").text)
    assert "Vous remplacez Bob jusqu’au" in page
    assert "2 demandes à suivre" in page
    assert "1 avec un nouveau message" in page
    assert "@Bob à revoir" in page
    assert "un message n’est pas arrivé" in page.replace("'", "’").replace("&#39;", "’")
    assert length(alice, "/remplacements") == 2
    assert length(alice, "/remplacements?unread=1") == 1

    def pass_by() -> None:
        with transaction():
            yesterday = today() - timedelta(1)
            session().execute(update(Absence).values(first_on=yesterday, last_on=yesterday))

    both.ask(pass_by)
    assert "Vous remplacez" not in alice.get("/mes-demandes").text
    assert length(alice, "/remplacements") == 0


def test_covering_gives_no_right(site: Site) -> None:
    """A case of which Bob is on the list and Alice is not: she finds nothing of it."""
    entrust(site, "bob", "named")

    def list_bob() -> None:
        with transaction():
            case = by_reference(site.cases["named"])
            assert case is not None
            case.unread = True
            bob = ids(site)["bob"]
            session().add(CaseAccess(case_id=case.id, user_id=bob, effect="allow"))
            now = clock.now()
            note_id = add(Note, text="@Bob secret", case_id=case.id, author_id=bob, at=now)
            session().add(Mention(note_id=note_id, user_id=bob))
            unit = session().scalar(select(Handling.unit_id).where(Handling.case_id == case.id))
            assert unit is not None
            plan_task("bounced", case, unit, "x", key="t", now=now)

    site.ask(list_bob)
    note(site.as_("bob"), site, "bob", "alice")
    alice = site.as_("alice")
    page = read(alice.get("/mes-demandes").text)
    assert "Vous remplacez Bob" in page
    assert "0 demande à suivre" in page
    for url in ("/mes-demandes", "/remplacements"):
        shown = alice.get(url).text
        assert not any(word in shown for word in (SECRET, "secret", site.cases["named"]))


def direct(site: Site) -> None:
    """Make sonia the supervisor of apa itself, not only from above."""

    def change() -> None:
        with transaction():
            case = by_reference(site.cases["apa"])
            assert case is not None
            unit = session().scalar(select(Handling.unit_id).where(Handling.case_id == case.id))
            session().add(UserRole(user_id=ids(site)["sonia"], unit_id=unit, role="supervisor"))

    site.ask(change)


@pytest.mark.parametrize("login", PEOPLE)
def test_nobody_sees_the_figures_of_another_but_her_own_supervisor(site: Site, login: str) -> None:
    entrust(site, "bob", "apa", "other")
    bob = ids(site)["bob"]
    browser = site.as_(login)  # sonia supervises apa from above
    assert browser.get("/pilotage/equipe?s=apa").status_code in {403, 404}
    assert browser.get(f"/pilotage/liste?f=open&s=apa&a={bob}").status_code in {403, 404}
    if login == "sonia":
        assert "/pilotage/equipe?s=apa" not in browser.get("/pilotage?s=apa").text


def test_a_direct_supervisor_sees_the_team_by_name_and_each_number_has_its_list(
    both: Site,
) -> None:
    entrust(both, "bob", "apa", "other")
    entrust(both, "alice", "hostile")
    direct(both)
    sonia = both.as_("sonia")
    note(both.as_("bob"), both, "bob", "alice")
    page = sonia.get("/pilotage/equipe?s=apa").text
    told = numbers(sonia, "/pilotage/equipe?s=apa")
    assert told
    assert {url: length(sonia, url) for url in told} == told
    names = re.findall(r'<tr><th scope="row">(\w+)', page)
    assert names == sorted(names)
    assert "absence jusqu’au" in read(page)
    with statements() as seen:
        sonia.get("/pilotage/equipe?s=apa")
    assert len([one for one in seen if not one.startswith(("BEGIN", "PRAGMA"))]) <= 9


def test_my_own_figures_are_those_of_my_list(site: Site) -> None:
    entrust(site, "bob", "apa", "other")
    entrust(site, "alice", "hostile")
    bob = site.as_("bob")
    told = re.findall(
        r'href="(/mes-demandes\?f=[^"]+)"><strong>(\d+)', bob.get("/mes-demandes").text
    )
    assert dict(told)["/mes-demandes?f=open"] == "2"
    assert all(length(bob, url) == int(number) for url, number in told)


def test_a_wall_shows_figures_and_no_name_and_says_304_cheaply(site: Site) -> None:
    entrust(site, "bob", "apa")
    sonia = site.as_("sonia")
    page = sonia.get("/pilotage/mur?s=apa").text
    assert '<dd data-count="wall.open">3</dd>' in page  # the named one, which she reads, is not
    for word in (SECRET, "Bob", "Sonia", "APA Z", site.cases["apa"]):
        assert word not in page.partition("<main")[2]
    url = "/pilotage/mur/chiffres?s=apa"
    first = sonia.get(url)
    assert first.json["counts"]["wall.open"] == "3"
    with statements() as seen:
        again = sonia.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    asked = [one for one in seen if "handling" in one]
    assert len(asked) == 1
    assert len([one for one in seen if not one.startswith(("BEGIN", "PRAGMA"))]) <= 3  # two: who

    def end_one() -> None:
        with transaction():
            session().execute(update(Handling).values(is_open=False))
            session().execute(update(Case).values(unread=False))

    site.ask(end_one)
    changed = sonia.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.json["counts"]["wall.open"] == "0"


@pytest.mark.parametrize("login", [one for one in PEOPLE if one != "sonia"])
def test_only_supervisors_have_a_wall(site: Site, login: str) -> None:
    browser = site.as_(login)
    assert browser.get("/pilotage/mur?s=apa").status_code == 403
    assert browser.get("/pilotage/mur/chiffres?s=apa").status_code == 403
