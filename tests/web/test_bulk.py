"""One act on many cases: looked at first, all or nothing on rights, reported, undone."""

import re
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from werkzeug.test import TestResponse

from grc.bulk import service
from grc.bulk.models import BulkAct, BulkLine
from grc.cases.models import CaseAccess, Deadline, Handling
from grc.cases.queries import by_reference
from grc.cases.service import set_level
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.audit import AuditRow
from grc.core.db import session, transaction
from grc.jobs import hurrying, tidying
from grc.jobs.tidying import tidy
from grc.staff.models import User, UserRole
from tests.web.conftest import Browser, Site
from tests.web.test_guard import statements
from tests.web.test_pages import many, references

URL = "/actes-groupes"


def read(page: str) -> str:
    """A page with plain spaces."""
    return re.sub("[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]", " ", page)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form that was looked at."""
    form = page[page.index(f'action="{URL}"') :]
    found = re.findall(r'<input type="hidden" name="(act|cases|looked)" value="([^"]*)"', form)
    return {name: value.replace("&#34;", '"') for name, value in found}


def look(browser: Browser, site: Site, names: str, act: str, **chosen: str) -> TestResponse:
    """The preview of an act on cases of these names."""
    cases: Any = [site.cases.get(name, name) for name in names.split()]
    more = {"looked": ""} if chosen else {}
    return browser.post(URL, case=cases, act=act, **chosen, **more)


def carry_out(
    browser: Browser, site: Site, names: str, act: str, key: str | None = None, **chosen: str
) -> str:
    """Look, then do; returns the address of the report."""
    looked = look(browser, site, names, act, **chosen)
    assert looked.status_code == 200, looked.text
    done = browser.post(URL, key=key, go="1", **hidden(looked.text), **chosen)
    assert done.status_code == 303, done.text
    return str(done.location)


def undo(browser: Browser, where: str) -> str:
    assert browser.post(f"{where}/annuler").status_code == 303
    return read(browser.get(where).text)


@pytest.fixture
def to_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few, nothing is done while the person waits."""
    monkeypatch.setattr(hurrying, "AT_ONCE", 0)


def count(site: Site, model: type) -> int:
    found: int = site.ask(lambda: session().scalar(select(func.count()).select_from(model)))
    return found


def states(site: Site) -> list[str]:
    return list(site.ask(lambda: session().scalars(select(BulkLine.state)).all()))


def columns(site: Site, name: str) -> dict[str, Any]:
    row = site.handling(name)
    apart = ("version", "updated_at")
    return {c.key: getattr(row, c.key) for c in row.__table__.columns if c.key not in apart}


def test_cases_are_taken_together_and_given_back_by_one_undo(both: Site) -> None:
    alice = both.as_("alice")
    before = {name: columns(both, name) for name in ("apa", "other")}
    page = look(alice, both, "apa other", "take").text
    assert "Prendre 2 demandes" in page
    assert count(both, BulkAct) == 0  # looking writes nothing
    where = carry_out(alice, both, "apa other", "take")
    assert "2 demandes : 2 faites" in read(alice.get(where).text)
    me = both.ask(lambda: session().scalar(select(User.id).where(User.login == "alice")))
    assert [both.handling(name).assignee_id for name in ("apa", "other")] == [me, me]
    assert "2 remises comme avant" in undo(alice, where)
    assert {name: columns(both, name) for name in before} == before
    assert "2 remises comme avant" in undo(alice, where)  # twice is once
    told = both.ask(
        lambda: session().scalars(select(AuditRow.event).order_by(AuditRow.id.desc()).limit(4))
    )
    assert {"case:put-back"} <= set(told)
    asked = both.ask(lambda: session().scalars(select(BulkAct.at)).one())
    both.ask(lambda: tidy(asked + tidying.BULK))
    assert count(both, BulkAct) == 1
    both.ask(lambda: tidy(asked + tidying.BULK + timedelta(seconds=1)))
    assert (count(both, BulkAct), count(both, BulkLine)) == (0, 0)


def test_those_that_refuse_are_told_with_their_reason_and_the_others_are_done(site: Site) -> None:
    site.as_("bob").post(site.url("apa", "prendre"))
    alice = site.as_("alice")
    page = look(alice, site, "apa other", "take").text
    assert "2 demandes, dont 1 refusée" in page
    assert "confiée à Bob" in page
    report = read(alice.get(carry_out(alice, site, "apa other", "take")).text)
    assert "2 demandes : 1 faite, 1 refusée" in report
    assert site.handling("other").status == "in_progress"


@pytest.mark.parametrize("absent", ["named", "D-2026-0000999-X", "nonsense"])
def test_a_hidden_case_stops_all_and_looks_like_none(site: Site, absent: str) -> None:
    alice = site.as_("alice")
    answer = look(alice, site, f"apa {absent}", "take")
    assert answer.status_code == 403
    assert "1 demande n’existe pas, ou vous n’y avez pas accès" in answer.text
    assert "Rien n’a été fait" in answer.text
    for secret in ("Zénobie", site.cases["named"]):
        assert secret not in answer.text
    cases = f"{site.cases['apa']}:1 {site.cases.get(absent, absent)}:1"
    sent = {"act": "take", "cases": cases, "looked": '["take", {}, ""]', "go": "1"}
    assert alice.post(URL, **sent).status_code == 403
    assert count(site, BulkAct) == 0
    assert site.handling("apa").assignee_id is None


def test_a_case_that_may_only_be_read_stops_all_by_its_name(site: Site) -> None:
    answer = look(site.as_("dora"), site, "apa", "take")
    assert answer.status_code == 403
    assert f"{site.cases['apa']} : vous pouvez la lire, pas la modifier" in read(answer.text)


def test_only_a_supervisor_gives(site: Site) -> None:
    bob = str(site.ask(lambda: session().scalar(select(User.id).where(User.login == "bob"))))
    assert look(site.as_("alice"), site, "apa", "give", assignee=bob).status_code in {403, 422}
    sonia = site.as_("sonia")
    where = carry_out(sonia, site, "apa other", "give", assignee=bob)
    assert site.handling("apa").assignee_id == site.handling("other").assignee_id == int(bob)
    undo(sonia, where)
    assert site.handling("apa").assignee_id is None


def test_what_changed_since_the_preview_is_reported_and_not_overwritten(both: Site) -> None:
    alice = both.as_("alice")
    page = look(alice, both, "apa other", "close", outcome="answered", end="closed").text
    both.as_("bob").post(both.url("apa", "prendre"))
    chosen = {"outcome": "answered", "end": "closed"}
    done = alice.post(URL, go="1", **hidden(page), **chosen)
    report = alice.get(done.location).text
    assert "elle a changé entre-temps" in report
    assert both.handling("apa").status == "in_progress"
    assert both.handling("other").status == "closed"
    both.as_("bob").post(both.url("other", "rouvrir"), reason="Elle rappelle")
    assert both.handling("other").status == "in_progress"
    assert "elle a changé entre-temps" in undo(alice, done.location)
    assert both.handling("other").status == "in_progress"  # bob's, and not what it was before


@pytest.mark.parametrize(
    ("act", "chosen"),
    [
        ("reroute", {"unit": "amethyste", "reason": "C’est une carte"}),
        ("qualify", {"request_type": "rsa"}),
        ("move", {"status": "waiting_third"}),
        ("close", {"outcome": "granted", "end": "resolved"}),
    ],
)
def test_each_act_is_done_and_undone(site: Site, act: str, chosen: dict[str, str]) -> None:
    alice, before = site.as_("alice"), columns(site, "apa")
    where = carry_out(alice, site, "apa", act, **chosen)
    assert states(site) == ["done"], alice.get(where).text
    assert columns(site, "apa") != before or act == "qualify"
    undo(alice, where)
    assert states(site) == ["undone"]
    assert columns(site, "apa") == before


def ended(site: Site) -> tuple[datetime | None, int]:
    """When the case ended, and how often it was reopened, as the figures count both."""

    def read_both() -> tuple[datetime | None, int]:
        case = by_reference(site.cases["apa"])
        assert case is not None
        of_case = (AuditRow.case_id == case.id, AuditRow.event == "case:reopened")
        return case.closed_at, session().scalar(
            select(func.count(AuditRow.id)).where(*of_case)
        ) or 0

    return site.ask(read_both)  # type: ignore[no-any-return]


def test_what_is_undone_changes_no_figure(site: Site) -> None:
    alice = site.as_("alice")
    undo(alice, carry_out(alice, site, "apa", "close", outcome="granted", end="resolved"))
    assert ended(site) == (None, 0)


def test_the_same_form_twice_is_one_act(site: Site) -> None:
    alice, key = site.as_("alice"), str(uuid.uuid4())
    page = look(alice, site, "apa", "take").text
    sent = [alice.post(URL, key=key, go="1", **hidden(page)).location for _ in range(2)]
    assert sent[0] == sent[1]
    assert (count(site, BulkAct), count(site, BulkLine)) == (1, 1)


def test_a_report_is_of_who_asked(site: Site) -> None:
    where = carry_out(site.as_("alice"), site, "apa", "take")
    bob = site.as_("bob")
    assert bob.get(where).status_code == 404
    assert bob.post(f"{where}/annuler").status_code == 404
    assert states(site) == ["done"]


def test_what_was_not_looked_at_is_not_done(site: Site) -> None:
    alice = site.as_("alice")
    page = look(alice, site, "apa", "close", outcome="answered", end="closed").text
    fields = hidden(page) | {"outcome": "refused", "end": "closed", "go": "1"}
    answer = alice.post(URL, **fields)
    assert answer.status_code == 200  # looked at again
    assert count(site, BulkAct) == 0


def test_more_than_five_hundred_are_refused(site: Site) -> None:
    many = " ".join(f"D-2026-{n:07d}-X" for n in range(501))
    answer = site.as_("alice").post(URL, cases=many, act="take")
    assert answer.status_code == 422
    assert "Pas plus de 500" in answer.text


def test_a_whole_list_is_taken_by_its_filters_and_the_workers_go_on(site: Site) -> None:
    many(site, 57)  # sixty in all: three more pages than a person would tick
    alice = site.as_("alice")
    assert 'name="tout" value="queue"' in alice.get("/file?unit=apa").text
    page = alice.post(f"{URL}?unit=apa&priority=1", act="take", tout="queue", case="x").text
    assert "Prendre 6 demandes" in read(page)  # the high ones
    page = alice.post(f"{URL}?unit=apa", act="take", tout="queue").text
    where = alice.post(URL, go="1", **hidden(page)).location
    answer = alice.get(where)
    assert "60 demandes : 60 à faire" in read(answer.text)
    assert answer.headers["Refresh"] == "2"
    site.work()
    answer = alice.get(where)
    assert "60 demandes : 60 faites" in read(answer.text)
    assert "Refresh" not in answer.headers
    assert alice.post(f"{where}/annuler").status_code == 303
    site.work()
    assert set(states(site)) == {"undone"}


@pytest.mark.usefixtures("to_the_workers")
def test_what_is_undone_before_it_was_done_stays_as_it_is(site: Site) -> None:
    alice = site.as_("alice")
    where = carry_out(alice, site, "apa other", "take")
    alice.post(f"{where}/annuler")
    site.work()
    assert set(states(site)) == {"kept"}
    assert site.handling("apa").assignee_id is None


def test_pages_cost_a_fixed_number_of_statements(both: Site) -> None:
    many(both, 57)
    alice = both.as_("alice")
    look(alice, both, "apa", "take")  # reads what is kept from then on

    def asked(do: Callable[[], TestResponse]) -> int:
        with statements() as seen:
            assert do().status_code == 200
        return len([one for one in seen if not one.startswith(("BEGIN", "PRAGMA"))])

    listed = " ".join(references(alice.get("/file?unit=apa").text))
    assert len(listed.split()) == 30
    assert asked(lambda: look(alice, both, listed, "take")) <= 10
    where = carry_out(alice, both, listed, "take")
    assert asked(lambda: alice.get(where)) <= 10


@pytest.mark.usefixtures("to_the_workers")
def test_rights_lost_meanwhile_stop_what_is_still_to_be_done(site: Site) -> None:
    alice = site.as_("alice")
    where = carry_out(alice, site, "apa other", "take")

    def lose() -> None:
        with transaction() as current:
            current.execute(delete(UserRole).where(UserRole.role == "agent"))

    site.ask(lose)
    site.work()
    assert set(states(site)) == {"refused"}
    assert site.handling("apa").assignee_id is None
    assert alice.get(where).status_code == 403


def test_a_case_that_became_secret_is_named_in_no_report_and_not_undone(both: Site) -> None:
    alice, sonia = both.as_("alice"), both.as_("sonia")
    where = carry_out(alice, both, "apa other", "take")

    def hide() -> None:
        with transaction():
            case = by_reference(both.cases["apa"])
            assert case is not None
            set_level(case, "named", actor=SYSTEM, now=clock.now())
            session().execute(delete(CaseAccess).where(CaseAccess.case_id == case.id))

    both.ask(hide)
    for page in (read(alice.get(where).text), undo(alice, where)):
        assert both.cases["apa"] not in page
        assert "Demande que vous ne voyez plus" in page
    assert both.handling("apa").assignee_id is not None
    assert both.handling("other").assignee_id is None
    assert sonia.get(where).status_code == 404


@pytest.mark.parametrize(("login", "name"), [("alice", "lost"), ("sonia", "named")])
def test_undoing_a_rerouting_gives_the_secret_back(both: Site, login: str, name: str) -> None:
    """To be routed and so restricted; named, for a list of people."""
    person, before = both.as_(login), columns(both, name)
    chosen = {"unit": "amethyste", "reason": "C’est une carte"}
    where = carry_out(person, both, name, "reroute", **chosen)
    assert states(both) == ["done"]
    assert columns(both, name) != before
    assert "1 remise comme avant" in undo(person, where)
    assert columns(both, name) == before
    level = both.ask(lambda: by_reference(both.cases[name]).level)  # type: ignore[union-attr]
    assert level == before["level"]
    assert both.as_("oscar").get(both.url(name)).status_code == 404
    assert person.get(both.url(name)).status_code == 200
    if name == "named":  # nobody who was not on its list
        assert both.as_("alice").get(both.url(name)).status_code == 404
        assert both.as_("dora").get(both.url(name)).status_code == 404


def test_a_line_that_is_run_again_changes_nothing_more(site: Site) -> None:
    alice = site.as_("alice")
    where = carry_out(alice, site, "apa", "take")
    version = site.handling("apa").version

    def again(do: Callable[..., None]) -> None:
        with transaction():
            do(session().scalars(select(BulkLine.id)).one(), now=clock.now())

    site.ask(lambda: again(service.carry))
    assert site.handling("apa").version == version
    undo(alice, where)
    version = site.handling("apa").version
    site.ask(lambda: again(service.take_back))
    site.ask(lambda: again(service.carry))
    assert site.handling("apa").version == version
    assert states(site) == ["undone"]


@pytest.mark.usefixtures("to_the_workers")
def test_a_line_that_breaks_each_time_is_reported(site: Site) -> None:
    alice = site.as_("alice")
    where = carry_out(alice, site, "apa other", "take")

    def broken() -> None:
        with transaction():
            line = session().scalars(select(BulkLine.id).limit(1)).one()
            service.give_up(line, "OSError", clock.now())

    site.ask(broken)
    site.work()
    report = read(alice.get(where).text)
    assert "2 demandes : 1 faite, 1 refusée" in report
    assert "une panne" in report


def test_a_unit_keeps_the_date_it_was_given_and_undoing_gives_each_part_its_own_back(
    both: Site,
) -> None:
    alice = both.as_("alice")

    def dates() -> list[date]:
        case = by_reference(both.cases["apa"])
        assert case
        parts = select(Handling.due_on).where(Handling.case_id == case.id).order_by(Handling.id)
        running = (Deadline.case_id == case.id, Deadline.met_at.is_(None))
        return [
            *session().scalars(parts),
            *session().scalars(select(Deadline.due_on).where(*running)),
        ]

    first = both.ask(dates)[0]
    later = first + timedelta(days=60)  # by chance that of the other nature of request
    for unit, own in (("amethyste", later), ("crip", date(2031, 5, 6))):
        added = alice.post(both.url("apa", "service"), unit=unit, due_on=own.isoformat())
        assert added.status_code == 303
    before, version = both.ask(dates), both.handling("apa").version
    assert before == [first, later, date(2031, 5, 6), first]
    where = carry_out(alice, both, "apa", "qualify", request_type="mdph")
    assert both.ask(dates) == [later, later, date(2031, 5, 6), later]
    assert both.handling("apa").version > version
    undo(alice, where)
    assert states(both) == ["undone"]
    assert both.ask(dates) == before
