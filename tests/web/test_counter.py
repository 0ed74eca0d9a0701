"""The waiting room: who may see it, one winner per call, nothing doubled, every act undone."""

import re
import threading
from typing import Any

import pytest
from sqlalchemy import func, select

from grc.appointments import desks, visits
from grc.appointments.models import Visit
from grc.appointments.visits import Arrival
from grc.core import clock
from grc.core.actor import Actor
from grc.core.audit import AuditRow
from grc.core.db import add, db, session, transaction
from grc.core.errors import Forbidden
from grc.organisation.queries import SiteView, snapshot
from grc.staff.models import User, UserRole
from grc.staff.queries import actor_of
from grc.web.session import organisation_tree
from tests.web.conftest import Browser, Site
from tests.web.test_guard import statements

KEY = "5e8c1f1e-8d53-4b4a-9f0e-2a3c6c8b4d12"
ANTONY, BUS = "pole-social-14", "bus-solidarites"


@pytest.fixture
def desk(both: Site) -> Site:
    """The département with two agents at Antony (one also on the bus), and one elsewhere."""

    def hire() -> None:
        with transaction():
            for login, units in {
                "ines": ["sst-14"],
                "gos": ["sst-14", "sst-01"],
                "leo": ["sst-02"],
                "mia": ["sst-14", "apa"],
            }.items():
                user = add(
                    User, login=login, name=login.title(), password_hash="!", created_at=clock.now()
                )
                for unit in units:
                    unit_id = snapshot().unit(unit).id
                    session().add(UserRole(user_id=user, unit_id=unit_id, role="agent"))

    both.ask(hire)
    return both


def agent(login: str) -> Actor:
    user = session().scalars(select(User).where(User.login == login)).one()
    return actor_of(user, organisation_tree())


def antony() -> SiteView:
    return next(site for site in snapshot().sites.values() if site.code == ANTONY)


def visit(site: Site, name: str) -> Visit:
    return site.ask(lambda: session().scalars(select(Visit).where(Visit.name == name)).one())


def come(browser: Browser, name: str, **more: Any) -> None:
    answer = browser.post("/accueil/arrivees", name=name, **({"kind": "information"} | more))
    assert (answer.status_code, answer.location) == (303, "/accueil")


def act(browser: Browser, found: Visit, name: str, **fields: Any) -> int:
    return browser.post(f"/accueil/visites/{found.reference}/{name}", **fields).status_code


def order(page: str) -> list[str]:
    """The names of those who wait, in the order shown."""
    waiting = page.partition('aria-labelledby="waiting" data-list')[2].partition("</ol>")[0]
    return re.findall(r'class="row-link"[^>]*>([^<]+)<', waiting)


def test_from_arrival_to_the_end_and_back(desk: Site) -> None:
    ines = desk.as_("ines")
    assert "Personne n’attend" in ines.get("/accueil").text
    for name in ("Mme Un", "M. Deux"):
        come(ines, name, kind="interview", reason="autonomie", expected="on")
    assert order(ines.get("/accueil").text) == ["Mme Un", "M. Deux"]
    ines.post("/accueil/appeler")
    one = visit(desk, "Mme Un")
    assert (one.called_at is not None, one.is_expected, one.reason) == (True, True, "autonomie")
    assert act(ines, one, "absente") == 303
    assert order(ines.get("/accueil").text) == ["M. Deux", "Mme Un"]  # behind the others
    two = visit(desk, "M. Deux")
    for name in ("appeler", "recevoir"):
        assert act(ines, two, name) == 303
    assert act(ines, two, "terminer", result="answered") == 303
    assert visit(desk, "M. Deux").result == "answered"
    assert act(ines, two, "rouvrir") == 303
    assert visit(desk, "M. Deux").ended_at is None
    assert act(ines, visit(desk, "Mme Un"), "terminer", result="left") == 303
    assert visit(desk, "Mme Un").called_at is None
    page = ines.get(f"/accueil/visites/{two.reference}").text
    told = ("Arrivée au site", "Appelée", "Reçue", "Visite terminée", "Visite rouverte")
    assert all(words in page for words in told)
    rows = desk.ask(
        lambda: (
            session().scalars(select(AuditRow.event).where(AuditRow.subject_kind == "visit")).all()
        )
    )
    assert len(rows) == 9


def test_a_form_sent_twice_is_one_arrival(desk: Site) -> None:
    ines = desk.as_("ines")
    for _ in range(2):
        ines.post("/accueil/arrivees", key=KEY, name="Mme Un", kind="information")
    assert visit(desk, "Mme Un").kind == "information"


def test_a_visit_that_ended_with_a_request_names_it(desk: Site) -> None:
    ines, mia = desk.as_("ines"), desk.as_("mia")
    come(ines, "Mme Un")
    one = visit(desk, "Mme Un")
    assert act(ines, one, "terminer", result="request", case=desk.cases["apa"]) == 422  # unseen
    assert act(mia, one, "terminer", result="request", case=desk.cases["apa"]) == 303
    assert desk.cases["apa"] in mia.get(f"/accueil/visites/{one.reference}").text


def test_what_is_in_no_list_is_refused(desk: Site) -> None:
    ines = desk.as_("ines")
    for fields in ({"kind": "x"}, {"kind": ""}, {"kind": "information", "reason": "x"}):
        assert ines.post("/accueil/arrivees", **fields).status_code == 422
    assert desk.ask(lambda: session().scalar(select(func.count()).select_from(Visit))) == 0


def test_others_see_no_name_and_no_count(desk: Site) -> None:
    come(desk.as_("ines"), "Zénobie")
    reference = visit(desk, "Zénobie").reference
    for login in ("leo", "alice", "sonia", "root"):
        other = desk.as_(login)
        for url in ("/accueil", f"/accueil/visites/{reference}", "/accueil/nouveautes"):
            answer = other.get(url)
            assert "Zénobie" not in answer.text
            assert "1 personne" not in answer.text
            assert answer.status_code in ({404, 403} if "visites" in url else {200, 403})
        for name in ("appeler", "terminer", "rouvrir", "inconnu"):
            status = other.post(f"/accueil/visites/{reference}/{name}", result="left").status_code
            assert status in {403, 404}
        assert other.post("/accueil/site", site=ANTONY).status_code in {422, 403}
    assert visit(desk, "Zénobie").called_at is None
    with desk.app.app_context(), pytest.raises(Forbidden):
        desks.demand(antony().id, agent("leo"))


def test_only_who_receives_somewhere_has_the_entry(desk: Site) -> None:
    assert 'href="/accueil"' in desk.as_("ines").get("/aide").text
    assert 'href="/accueil"' not in desk.as_("alice").get("/aide").text


def test_a_site_is_said_once_and_changed_in_one_act(desk: Site) -> None:
    gos = desk.as_("gos")
    assert "Dites où vous recevez" in gos.get("/accueil").text
    assert gos.post("/accueil/arrivees", kind="information").status_code == 422
    for site, name in ((BUS, "Bus des solidarités"), (ANTONY, "Pôle social d&#39;Antony")):
        assert gos.post("/accueil/site", site=site).status_code == 303
        assert f"<p>{name} ·" in gos.get("/accueil").text
    assert desk.as_("ines").post("/accueil/site", site=BUS).status_code == 422


def test_two_who_call_at_once_call_two_people(desk: Site) -> None:
    """Eight threads, five people: each is called once, three find nobody."""

    def fill() -> tuple[int, Actor]:
        with transaction():
            for number in range(5):
                visits.arrive(
                    antony().id,
                    Arrival("information", name=f"{number}"),
                    actor=agent("ines"),
                    now=clock.now(),
                )
        return antony().id, agent("ines")

    site_id, who = desk.ask(fill)
    called: list[int | None] = []
    gate = threading.Barrier(8)

    def call() -> None:
        with desk.app.app_context():
            gate.wait()
            with transaction():
                found = visits.call_next(site_id, actor=who, now=clock.now())
            called.append(found.id if found else None)
            db.session.remove()

    threads = [threading.Thread(target=call) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    people = [one for one in called if one is not None]
    assert len(people) == len(set(people)) == 5
    assert called.count(None) == 3


def test_a_person_called_by_a_colleague_is_not_called_again(desk: Site) -> None:
    ines, gos = desk.as_("ines"), desk.as_("gos")
    gos.post("/accueil/site", site=ANTONY)
    come(ines, "Mme Un")
    one = visit(desk, "Mme Un")
    assert act(ines, one, "appeler") == 303
    assert act(gos, one, "appeler") == 409
    assert act(gos, one, "rouvrir") == 303  # nothing to reopen
    assert act(ines, one, "terminer", result="answered") == 303
    assert act(gos, one, "terminer", result="oriented") == 409
    assert act(gos, one, "absente") == 409
    assert visit(desk, "Mme Un").result == "answered"


def test_the_page_asks_as_much_for_many_as_for_few(desk: Site) -> None:
    ines = desk.as_("ines")

    def asked() -> int:
        ines.get("/accueil")
        with statements() as seen:
            ines.get("/accueil")
        return len(seen)

    come(ines, "Mme Un")
    few = asked()
    for number in range(12):
        come(ines, f"M. {number}")
    for _ in range(3):
        ines.post("/accueil/appeler")
    assert asked() == few <= 9, few


def test_who_came_since_is_counted(desk: Site) -> None:
    ines = desk.as_("ines")
    url = re.search(r'data-poll="([^"]+)"', ines.get("/accueil").text)
    assert url is not None
    address = url[1].replace("&amp;", "&")
    assert ines.get(address).json["count"] == 0  # type: ignore[index]
    come(ines, "Mme Un")
    assert ines.get(address).json["sentence"] == "1 personne est arrivée"  # type: ignore[index]


def test_the_room_of_a_site_is_its_own(desk: Site) -> None:
    gos = desk.as_("gos")
    gos.post("/accueil/site", site=BUS)
    come(gos, "Mme Bus")
    assert order(desk.as_("ines").get("/accueil").text) == []
    with desk.app.app_context():
        assert [site.code for site in desks.sites(agent("ines"))] == [ANTONY]
