"""The journal and who read a file: for auditors, without a word of what was written; each look is
written down."""

import re
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from grc.cases.persons import person_reference
from grc.cases.queries import by_reference
from grc.citizens.models import Citizen
from grc.core import clock
from grc.core.audit import AuditRow
from grc.core.clock import PARIS, paris_date
from grc.core.db import session, transaction
from grc.staff.models import User
from grc.staff.queries import actor_of
from grc.supervision import readings
from grc.web.session import organisation_tree
from tests.rig.plans import plans
from tests.web.conftest import Browser, Site
from tests.web.test_exceptional import hire
from tests.web.test_leaks import alike


@pytest.fixture
def officer(both: Site) -> Browser:
    return hire(both, "denis", "tri", "auditor")


def shown(site: Site) -> list[str]:
    query = select(AuditRow.event).where(AuditRow.event.like("audit:%")).order_by(AuditRow.id)
    found: list[str] = site.ask(lambda: list(session().scalars(query)))
    return found


def test_an_auditor_reads_who_did_what_and_is_written_down(both: Site, officer: Browser) -> None:
    sonia, began = both.as_("sonia"), clock.now()
    sonia.post(both.url("named", "note"), text="Un secret", version="1", seen="0")
    page = officer.get("/audit").text
    assert both.cases["named"] in page
    assert "Note interne ajoutée" in page
    for word in ("Zénobie", "secret", "Secrète"):
        assert word not in page, word
    assert shown(both) == ["audit:shown"]
    file = officer.get(f"/audit?demande={both.cases['named']}&fichier=1")
    assert file.mimetype == "text/csv"
    assert both.cases["apa"] not in file.text
    told = {f"{at.astimezone(PARIS):%Y-%m-%d %H:}" for at in (began, clock.now())}
    assert any(at in file.text for at in told)  # as on the page, not in UTC
    assert "Zénobie" not in file.text
    assert shown(both) == ["audit:shown", "audit:exported"]
    for login in ("sonia", "alice", "root", "rita"):
        assert both.as_(login).get("/audit").status_code == 403
    assert officer.get("/file").status_code == 403


def test_filters_narrow_and_pages_go_on(both: Site, officer: Browser) -> None:
    both.as_("sonia").post(both.url("named", "note"), text="x", version="1", seen="0")
    today = paris_date(clock.now()).isoformat()

    def rows(query: str) -> int:
        return officer.get(f"/audit?fichier=1&{query}").text.count("\n") - 1

    assert rows("qui=sonia") == 1
    assert rows("qui=sonia&acte=note:added") == 1
    assert rows("acte=note:added&service=apa") == 1
    assert rows("acte=note:added&service=crip") == 0
    assert rows("au=2020-01-01") == 0
    assert rows("du=2099-01-01") == 0
    assert rows(f"du={today}&au={today}") > 10
    assert rows("demande=D-2026-0099999-A") == 0
    assert rows("demande=n'importe%20quoi&du=hier&avant=x") == 0


def test_who_read_is_told_by_service_and_to_supervisors_by_name(
    both: Site, officer: Browser
) -> None:
    sonia = both.as_("sonia")
    sonia.get(both.url("named"))

    def hers() -> str:
        case = by_reference(both.cases["named"])
        assert case
        return person_reference(session().get_one(Citizen, case.citizen_id))

    person = both.ask(hers)
    for asked in (person, both.cases["named"]):
        told = officer.get(f"/lectures?de={asked}").text
        assert "lecture de la demande" in told
        assert both.cases["named"] in told
        assert "Sonia" not in told
        assert "Zénobie" not in told
    named = sonia.get(f"/lectures?de={person}").text
    assert "Sonia" in named.split("<table")[1]
    # another supervisor is told what she is told of nobody
    ugo = hire(both, "ugo", "crip", "supervisor")
    answers = [ugo.get(f"/lectures?de={one}") for one in (person, "U-2026-0099999-A")]
    assert [one.status_code for one in answers] == [404, 404]
    assert alike(answers[0])[1].replace(person, "REF") == alike(answers[1])[1]
    assert both.as_("alice").get("/lectures").status_code == 403
    looked = select(AuditRow.actor).where(AuditRow.event == "readings:shown")
    assert both.ask(lambda: list(session().scalars(looked))) == ["denis", "denis", "sonia"]


def test_a_reference_leads_to_its_person_only_for_who_reads_that_very_case(site: Site) -> None:
    """She has another case that this supervisor reads: the named one stays as if it were none."""

    def shared() -> None:
        with transaction():
            other, named = (by_reference(site.cases[name]) for name in ("other", "named"))
            assert other is not None
            assert named is not None
            named.citizen_id = other.citizen_id

    site.ask(shared)
    ugo = hire(site, "ugo", "apa", "supervisor")
    asked = [site.cases["named"], "D-2026-0099999-A"]
    answers = [ugo.get(f"/lectures?de={one}") for one in asked]
    assert [one.status_code for one in answers] == [404, 404]
    assert alike(answers[0])[1].replace(asked[0], "REF") == alike(answers[1])[1]
    assert ugo.get(f"/lectures?de={site.cases['other']}").status_code == 200


def test_who_read_is_looked_up_by_the_person_and_not_while_writing(both: Site) -> None:
    """Neither every case nor every reading is looked at; outside of a transaction."""
    hire(both, "denis", "tri", "auditor")

    def asked(login: str) -> None:
        user = session().scalars(select(User).where(User.login == login)).one()
        reader = actor_of(user, organisation_tree())
        readings.of_citizen(both.cases["named"], actor=reader, now=clock.now())

    both.ask(lambda: asked("sonia"))  # what is kept for later, the organisation, is read
    for login in ("denis", "sonia"):
        with plans() as seen:
            both.ask(partial(asked, login))
        scans = re.compile(r"(SCAN|Seq Scan on) (\"?case\"?|access_log|party)\b")
        assert not [line for line in seen if scans.search(line)], seen
        assert any("ix_access_log_case" in line for line in seen), seen


def test_each_reading_that_a_page_writes_down_has_words() -> None:
    """What the paper given to a citizen would otherwise tell as a code."""
    web = Path(readings.__file__).parents[1] / "web"
    code = "".join(path.read_text() for path in web.rglob("*.py"))
    used = set(re.findall(r'\b(?:read|noted)\([^"()]*(?:\[[^"]*\])?, "([a-z ]+)"', code))
    used |= set(re.findall(r'\bnote\(\{[^"}]*: "([a-z ]+)"', code))
    assert {"danger", "export", "letter", "print run"} <= used
    assert used <= set(readings.PURPOSES)
