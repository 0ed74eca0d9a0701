"""Exceptional access: by the exact reference, for a reason, for some hours, told at once."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from grc.cases.models import Case, CaseAccess
from grc.cases.queries import address_of, by_reference
from grc.citizens.service import attach
from grc.core import clock
from grc.core.audit import AuditRow
from grc.core.db import add, session, transaction
from grc.organisation import cache
from grc.organisation.models import Unit
from grc.organisation.queries import snapshot
from grc.outbox.models import Notice
from grc.staff.models import AccessLog, User, UserRole
from tests.web.conftest import Browser, Site
from tests.web.test_bulk import look

WHY = "L'usagère est au guichet, blessée."
_ONE_TIME = re.compile(r'name="(form_key|csrf_token)"[^>]*')
ASK, LIST = "/acces-exceptionnel", "/acces-exceptionnels"


def hire(site: Site, login: str, unit: str, role: str) -> Browser:
    def made() -> None:
        with transaction():
            values = {"login": login, "name": login.title(), "password_hash": "-"}
            user_id = add(User, **values, created_at=clock.now())
            unit_id = snapshot().unit(unit).id
            session().add(UserRole(user_id=user_id, unit_id=unit_id, role=role))

    site.ask(made)
    return site.as_(login)


@pytest.fixture
def urgent(both: Site) -> Browser:
    """Ugo, a supervisor elsewhere, whom no list names."""
    return hire(both, "ugo", "crip", "supervisor")


def ask(browser: Browser, reference: str, why: str = WHY) -> tuple[int, str]:
    answer = browser.post(ASK, reference=reference, reason=why)
    return answer.status_code, _ONE_TIME.sub("", answer.text.replace(reference, "REF"))


def later(site: Site, hours: float) -> None:
    """As if that many hours had gone by."""

    def end() -> None:
        with transaction():
            rows = update(CaseAccess).where(CaseAccess.effect == "exceptional")
            ended = {"until": clock.now() + timedelta(hours=4 - hours)}
            session().execute(rows.values(**ended).execution_options(synchronize_session=False))

    site.ask(end)


def test_it_opens_at_once_reads_only_ends_by_itself_and_is_told(
    both: Site, urgent: Browser
) -> None:
    named, secret = both.cases["named"], "Situation secrète"

    def addressed() -> None:
        with transaction():
            units = update(Unit).where(Unit.code == "apa")
            session().execute(units.values(email="service@courriel.example"))
        cache.forget()

    both.ask(addressed)
    assert urgent.get(both.url("named")).status_code == 404
    answer = urgent.post(ASK, reference=named.lower(), reason=WHY)
    assert (answer.status_code, answer.location) == (303, f"/demandes/{named}")
    page = urgent.get(both.url("named")).text
    assert secret in page
    assert "Vous lisez par accès exceptionnel" in page
    assert urgent.post(both.url("named", "note"), text="x").status_code == 403
    ours = both.as_("sonia").get(both.url("named")).text
    assert "Ugo lit par accès exceptionnel" in ours
    assert "blessée" in ours
    both.work()

    def told() -> tuple[list[tuple[str, str]], int, list[str]]:
        mails = session().execute(select(Notice.recipient, Notice.status)).all()
        texts = session().scalars(select(Notice.subject + Notice.text)).all()
        assert not [one for one in texts if named in one or "Zénobie" in one or "blessée" in one]
        opened = AuditRow.event == "case:exceptional-opened"
        seen = session().scalars(
            select(AccessLog.what)
            .join(User, User.id == AccessLog.user_id)
            .where(User.login == "ugo")
        )
        acts = session().scalar(select(func.count()).select_from(AuditRow).where(opened)) or 0
        return [tuple(row) for row in mails], acts, list(seen)  # type: ignore[misc]

    assert both.ask(told) == ([("service@courriel.example", "sent")], 1, ["exceptional"])
    later(both, 4)
    assert urgent.get(both.url("named")).status_code == 404
    assert "accès exceptionnel, jusqu" not in both.as_("sonia").get(both.url("named")).text


def test_what_is_not_opened_is_answered_as_what_does_not_exist(both: Site, urgent: Browser) -> None:
    def refuse() -> str:
        case = by_reference(both.cases["apa"])
        assert case
        ugo = session().scalar(select(User.id).where(User.login == "ugo"))
        with transaction():
            session().add(CaseAccess(case_id=case.id, user_id=ugo, effect="deny"))
            medical = by_reference(both.cases["other"])
            assert medical
            medical.level, medical.is_medical = "restricted", True
        return Case(id=99999, opened_at=clock.now()).reference

    missing = both.ask(refuse)
    there = both.cases["named"]
    wrong = there[:-1] + ("A" if there[-1] != "A" else "B")
    said = [ask(urgent, one) for one in (missing, both.cases["apa"], both.cases["other"], wrong)]
    assert {status for status, _ in said} == {422}
    assert len({text for _, text in said}) == 1
    assert "blessée" in said[0][1]  # what was typed is given back
    tries = select(AuditRow.actor, AuditRow.case_id, AuditRow.data)
    tries = tries.where(AuditRow.event == "exceptional:refused")
    noted = both.ask(lambda: [tuple(row) for row in session().execute(tries)])
    assert noted == [("ugo", None, {"who": "Ugo"})] * 4  # and nothing of what was typed
    # without a reason nothing is even looked for
    assert ask(urgent, there, "urgent") == ask(urgent, missing, "urgent")


def test_only_supervisors_may_and_not_often(site: Site) -> None:
    for login in ("alice", "rita", "root"):
        assert site.as_(login).get(ASK).status_code == 403
        assert (
            site.as_(login).post(ASK, reference=site.cases["named"], reason=WHY).status_code == 403
        )
    ugo = hire(site, "ugo", "crip", "supervisor")
    for _ in range(10):
        assert ask(ugo, "D-2026-0099999-A")[0] == 422
    status, text = ask(ugo, site.cases["named"])  # right, and too late
    assert (status, "quart d’heure" in text) == (429, True)
    assert ugo.get(site.url("named")).status_code == 404


def test_who_may_know_of_it_and_who_ends_it(site: Site) -> None:
    named = site.cases["named"]
    ugo, other = hire(site, "ugo", "crip", "supervisor"), hire(site, "olga", "crip", "supervisor")
    officer = hire(site, "denis", "tri", "auditor")
    assert ugo.post(ASK, reference=named, reason=WHY).status_code == 303
    for browser in (site.as_("sonia"), officer, ugo):
        page = browser.get(LIST).text
        assert named in page
        assert "blessée" in page
        assert "Zénobie" not in page
    assert named not in other.get(LIST).text
    assert site.as_("alice").get(LIST).status_code == 403
    assert officer.get(site.url("named")).status_code == 403  # an auditor reads no case

    def user_id() -> int:
        return session().scalars(select(User.id).where(User.login == "ugo")).one()

    end = f"{LIST}/{named}/{site.ask(user_id)}/fin"
    other.post(end)  # she knows of none
    assert ugo.get(site.url("named")).status_code == 200
    assert officer.post(end).status_code == 303
    assert ugo.get(site.url("named")).status_code == 404
    sonia = site.as_("sonia")
    sonia.post(end)
    assert "Cet accès est déjà terminé." in sonia.get(LIST).text


def test_it_is_offered_where_an_address_is_unknown_to_who_may(site: Site) -> None:
    ugo = hire(site, "ugo", "crip", "supervisor")
    named, missing = site.cases["named"], "D-2026-0099999-A"
    there, none = (ugo.get(f"/demandes/{one}").text for one in (named, missing))
    assert ASK in there
    assert there.replace(named, missing) == none
    assert ASK not in site.as_("dora").get(site.url("named")).text


def test_a_lasting_right_replaces_it(site: Site) -> None:
    """Whose unit takes the case over is on its list, although she once had an exception."""
    from grc.cases import listing

    ugo = hire(site, "ugo", "crip", "supervisor")
    ugo.post(ASK, reference=site.cases["named"], reason=WHY)

    def taken_over() -> str:
        case = by_reference(site.cases["named"])
        assert case
        with transaction():
            listing.listed_anew(case.id, {snapshot().unit("crip").id})
        who = select(User.id).where(User.login == "ugo").scalar_subquery()
        row = select(CaseAccess.effect).where(CaseAccess.user_id == who)
        return session().scalars(row).one()

    assert site.ask(taken_over) == "allow"


def test_it_changes_nobody_and_takes_nothing_away(site: Site) -> None:
    """She who is known by it alone is read; by a right that lasts, changed and taken away."""
    ugo, ref = hire(site, "ugo", "crip", "supervisor"), site.cases["named"]
    assert ask(ugo, ref)[0] == 303
    page = ugo.get(site.url("named")).text
    person = re.search(r'href="(/usagers/U-[^"/]+)"', page)
    assert person
    acts = [f"{person[1]}/{act}" for act in ("identite", "joindre", "reunir", "foyer")]
    more = {"kind": "phone", "value": "06 39 98 00 07", "reason": "lu sur sa carte"}

    def opened() -> tuple[bool, list[int], int, bool]:
        read = ugo.get(person[1])
        assert read.status_code == 200
        taken = ugo.post("/fichiers/nouveau?depuis=2020-01-01", format="csv").text
        shown = [ugo.get(act).status_code for act in acts]
        written = ugo.post(acts[1], **more).status_code
        return acts[0] in read.text, shown, written, ref in taken

    assert opened() == (False, [403] * 4, 403, False)

    def for_good() -> None:
        with transaction():
            row = update(CaseAccess).where(CaseAccess.effect == "exceptional")
            session().execute(row.values(effect="allow", until=None))

    site.ask(for_good)
    assert opened() == (True, [200] * 4, 303, True)


def lend(site: Site, effect: str = "exceptional") -> int:
    """Bob works in the unit, is not on the list, and reads the named case by this alone."""
    with transaction():
        case, until = by_reference(site.cases["named"]), clock.now() + timedelta(hours=4)
        bob = session().scalars(select(User.id).where(User.login == "bob")).one()
        assert case is not None
        row = {"case_id": case.id, "user_id": bob, "effect": effect, "until": until}
        session().add(CaseAccess(**row))
    return bob


@pytest.mark.parametrize(("effect", "offered"), [("exceptional", False), ("allow", True)])
def test_who_is_known_by_it_alone_is_attached_to_no_case(
    site: Site, effect: str, offered: bool
) -> None:
    """She also wrote from the address another case came from."""

    def wrote_from_there() -> None:
        lend(site, effect)
        named, other = (by_reference(site.cases[name]) for name in ("named", "apa"))
        point = address_of(other.id) if other else None
        assert named
        assert named.citizen_id
        assert point
        with transaction():
            attach(named.citizen_id, point, origin="agent")

    site.ask(wrote_from_there)
    bob = site.as_("bob")
    assert bob.get(site.url("named")).status_code == 200
    assert ("Zénobie" in bob.get(site.url("apa", "usager")).text) is offered


def test_nothing_is_entrusted_to_who_reads_for_some_hours(site: Site) -> None:
    bob, sonia = site.ask(lambda: lend(site)), site.as_("sonia")
    version = site.handling("named").version
    sonia.post(site.url("named", "confier"), assignee=str(bob), version=str(version))
    assert site.handling("named").assignee_id is None
    preview = look(sonia, site, "named", "give", assignee=str(bob)).text
    assert "cette personne ne peut pas la lire" in preview
