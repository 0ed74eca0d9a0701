"""Recovery actions: proposed by the program, recorded by a person, done, abandoned, undone."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from grc.appointments.models import Appointment
from grc.cases import links
from grc.cases.models import Case
from grc.cases.queries import by_reference
from grc.cases.service import change, handling_of, set_level, set_status
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.audit import AuditRow
from grc.core.db import add, session, transaction
from grc.core.i18n import Text
from grc.organisation.queries import snapshot
from grc.recovery.models import RecoveryAction, RecoveryProposal
from grc.staff.models import User
from grc.supervision import derailed
from grc.work.follow_up import plan_task
from tests.web.conftest import Browser, Site
from tests.web.test_calls import statements

PROPOSED = "Proposition\N{NARROW NO-BREAK SPACE}:"
LATE = timedelta(days=2)


def late_call_back(site: Site, name: str = "apa") -> None:
    """Somebody of this case has waited for a call for two days."""

    def make() -> None:
        case = found(site, name)
        with transaction():
            unit = snapshot().unit("apa").id
            plan_task("call_back", case, unit, "", key=f"test:{name}", now=clock.now() - LATE)

    site.ask(make)
    site.work()


def found(site: Site, name: str) -> Case:
    case = by_reference(site.cases[name])
    assert case is not None
    return case


def look(site: Site, name: str = "apa") -> None:
    def again() -> None:
        with transaction():
            derailed.look(found(site, name).id, now=clock.now())

    site.ask(again)


def kept(site: Site, model: Any) -> list[Any]:
    rows: list[Any] = site.ask(lambda: list(session().scalars(select(model).order_by(model.id))))
    return rows


def test_a_proposal_is_shown_with_its_reason_and_recorded_by_one_key(both: Site) -> None:
    late_call_back(both)
    bob = both.as_("bob")
    page = bob.get(both.url("apa")).text
    assert f"{PROPOSED} rappeler après un appel manqué, car un rappel attendu le" in page
    assert kept(both, RecoveryAction) == []  # never by itself
    assert re.search(r'/suivi"[^>]*data-key="c"', page)  # nothing is recorded by one key
    assert page.count('data-key="c"') == 1
    bob.post(both.url("apa", "propositions/1/noter"))
    (action,) = kept(both, RecoveryAction)
    assert (action.code, action.family) == ("call_back", "FOLLOW_UP")
    page = bob.get(both.url("apa")).text
    assert PROPOSED not in page.partition('id="historique"')[0]
    assert re.search(r'/suivi"[^>]*data-key="c"', page)
    bob.post(both.url("apa", "propositions/1/noter"))  # once more is once
    assert len(kept(both, RecoveryAction)) == 1
    look(both)
    assert both.as_("bob").get("/recouvrement/propositions").text.count('class="row"') == 0


def test_the_list_of_actions_has_what_is_proposed_first_under_enter(site: Site) -> None:
    late_call_back(site)
    bob, url = site.as_("bob"), site.url("apa", "suivi")
    form = bob.get(url).text
    first = re.search(r'<button class="button[^>]*name="code" value="(\w+)"[^>]*>', form)
    assert first
    assert first[1] == "call_back"
    assert " autofocus" in first[0]
    assert bob.post(url, code="call_back").status_code == 303
    (action,), (one,) = kept(site, RecoveryAction), kept(site, RecoveryProposal)
    assert (one.settled, one.action_id) == ("recorded", action.id)
    page = bob.get(site.url("apa")).text
    assert "Un rappel attendu le" in page  # why: as the program said
    assert PROPOSED not in page.partition('id="historique"')[0]
    assert " autofocus" not in bob.get(url).text


def test_dismissed_stays_dismissed_for_the_same_fact_and_can_come_back(site: Site) -> None:
    late_call_back(site)
    bob, url = site.as_("bob"), site.url("apa", "propositions/1")
    assert bob.post(f"{url}/ecarter").status_code == 422
    bob.post(f"{url}/ecarter", why="Autre raison", reason="Elle est passée nous voir")
    look(site)
    page = bob.get(site.url("apa")).text
    assert "proposition écartée" in page
    assert "Elle est passée nous voir" in page
    assert "propositions/1/noter" not in page
    assert bob.post(f"{url}/noter").status_code == 409
    bob.post(f"{url}/reprendre")
    assert "propositions/1/noter" in bob.get(site.url("apa")).text


def test_what_is_no_longer_so_goes_by_itself(site: Site) -> None:
    late_call_back(site)
    bob = site.as_("bob")
    bob.post(site.url("apa", "taches/1/faite"))
    site.work()
    (one,) = kept(site, RecoveryProposal)
    assert one.settled == "gone"
    assert PROPOSED not in bob.get("/recouvrement/propositions").text


def test_taking_the_action_back_lets_the_proposal_wait_again(site: Site) -> None:
    late_call_back(site)
    bob = site.as_("bob")
    bob.post(site.url("apa", "propositions/1/noter"))
    bob.post(site.url("apa", "suivi/1/faite"))
    assert bob.post(site.url("apa", "suivi/1/retirer")).status_code == 422  # it is done
    bob.post(site.url("apa", "suivi/1/refaire"))
    bob.post(site.url("apa", "suivi/1/retirer"))
    (action,) = kept(site, RecoveryAction)
    assert action.done_on is None
    assert action.withdrawn_at is not None
    assert site.url("apa") not in bob.get("/recouvrement").text
    assert "propositions/1/noter" in bob.get(site.url("apa")).text
    look(site)
    assert "propositions/1/noter" in bob.get(site.url("apa")).text


@pytest.mark.parametrize(("how", "result"), [("faite", "succeeded"), ("abandonnee", "abandoned")])
def test_done_or_abandoned_with_one_key_from_the_list(site: Site, how: str, result: str) -> None:
    bob = site.as_("bob")
    bob.post(site.url("apa", "suivi"), code="apology")
    listed = bob.get("/recouvrement").text
    assert "Réparation" in listed
    assert f"suivi/1/{how}" in listed
    answer = bob.post(site.url("apa", f"suivi/1/{how}"), liste="/recouvrement")
    assert answer.location == "/recouvrement"
    assert kept(site, RecoveryAction)[0].result == result
    assert site.url("apa") not in bob.get("/recouvrement").text


def test_a_colleague_of_the_unit_may_be_the_one_and_no_other(site: Site) -> None:
    ids = {user.login: user.id for user in kept(site, User)}
    bob, url = site.as_("bob"), site.url("apa", "suivi")
    assert bob.post(url, code="call_back", owner=str(ids["oscar"])).status_code == 422
    bob.post(url, code="call_back", owner=str(ids["alice"]))
    assert kept(site, RecoveryAction)[0].owner_id == ids["alice"]
    assert site.url("apa") not in bob.get("/recouvrement?mine=1").text
    assert site.url("apa") in site.as_("alice").get("/recouvrement?mine=1&family=FOLLOW_UP").text
    assert site.url("apa") not in bob.get("/recouvrement?family=SERVICE").text


def test_proposals_of_a_named_case_show_to_nobody_else(both: Site) -> None:
    late_call_back(both, "named")
    for login in ("bob", "alice", "rita", "oscar"):
        browser = both.as_(login)
        page = browser.get("/recouvrement/propositions").text
        assert both.cases["named"] not in page
        assert "Zénobie" not in page
        assert browser.post(both.url("named", "propositions/1/noter")).status_code == 404
        assert browser.get(both.url("named", "propositions/1/ecarter")).status_code == 404
    assert kept(both, RecoveryAction) == []


def test_who_only_reads_is_proposed_nothing(site: Site) -> None:
    late_call_back(site)
    dora = site.as_("dora")
    assert PROPOSED not in dora.get(site.url("apa")).text.partition('id="historique"')[0]
    assert dora.post(site.url("apa", "propositions/1/noter")).status_code in (403, 404)
    assert site.url("apa") not in dora.get("/recouvrement/propositions").text


def test_a_missed_appointment_is_proposed_unless_another_follows(site: Site) -> None:
    def meet(state: str, days: int) -> None:
        at = clock.now() + timedelta(days=days)
        site_id = next(iter(snapshot().sites))
        with transaction():
            add(
                Appointment, site_id=site_id, on_date=at.date(), starts_at=at, minutes=30,
                host="", source="grc", state=state, case_id=found(site, "apa").id,
            )  # fmt: skip

    site.ask(lambda: meet("no_show", -3))
    look(site)
    assert [one.code for one in kept(site, RecoveryProposal)] == ["missed_appointment"]
    site.ask(lambda: meet("to_come", 3))
    look(site)
    assert [one.settled for one in kept(site, RecoveryProposal)] == ["gone"]


def test_a_case_left_alone_is_found_by_the_sweep_and_an_act_ends_it(both: Site) -> None:
    old = clock.now() - timedelta(days=70)

    def age() -> int:
        from sqlalchemy import update

        from grc.cases.models import Handling

        with transaction() as current:
            current.execute(update(Case).values(opened_at=old, received_at=old))
            current.execute(update(Handling).values(received_at=old))
        return derailed.sweep(clock.now())

    assert both.ask(age) == len(kept(both, Case))
    both.ask(lambda: derailed.sweep(clock.now()))  # again: nothing more
    proposed = kept(both, RecoveryProposal)
    assert {one.code for one in proposed} == {"forgotten_case"}
    assert len(proposed) == len(kept(both, Case))
    bob = both.as_("bob")
    reference = both.ask(
        lambda: session().scalars(select(Case).order_by(Case.id)).first().reference
    )  # type: ignore[union-attr]
    assert reference in bob.get("/recouvrement/propositions?code=forgotten_case").text
    bob.post(f"/demandes/{reference}/note", text="Vu")
    assert f"/demandes/{reference}" not in bob.get("/recouvrement/propositions").text


def test_the_journal_tells_what_was_proposed(site: Site) -> None:
    late_call_back(site)
    rows = site.ask(
        lambda: session().scalar(select(func.count()).where(AuditRow.event == "proposal:made"))
    )
    assert rows == 1
    assert PROPOSED in site.as_("bob").get(site.url("apa")).text


def test_lists_ask_the_same_number_of_questions_however_long(site: Site) -> None:
    bob = site.as_("bob")
    late_call_back(site)
    one = asked(site, bob)
    late_call_back(site, "other")
    late_call_back(site, "hostile")
    assert asked(site, bob) == one


def asked(site: Site, browser: Browser) -> int:
    """How many questions the list of proposals costs."""
    browser.get("/recouvrement/propositions")  # what is read once a process is read
    with site.app.app_context(), statements() as seen:
        browser.get("/recouvrement/propositions")
    return len(seen)


@pytest.mark.parametrize(("level", "status"), [("named", 404), ("normal", 200)])
def test_a_proposal_drawn_from_a_secret_case_is_told_by_no_number(
    site: Site, level: str, status: int
) -> None:
    def propose() -> None:
        with transaction():
            case, second = by_reference(site.cases["apa"]), by_reference(site.cases["named"])
            assert case
            assert second
            second.level = level
            said = Text("la même personne a écrit à plusieurs services").as_json()
            told = {"code": "wrong_unit", "evidence": "several", "reason": said}
            unit, at = handling_of(case, SYSTEM).unit_id, clock.now()
            ids = {"case_id": case.id, "other_id": second.id, "unit_id": unit}
            add(RecoveryProposal, **ids, **told, since=at, at=at)

    site.ask(propose)
    bob = site.as_("bob")
    assert bob.get(site.url("apa", "propositions/1/ecarter")).status_code == status
    taken = bob.post(site.url("apa", "propositions/1/noter"), version="1", seen="0").status_code
    assert (taken == 404) is (status == 404)


@pytest.mark.parametrize("how", ["level", "closing"])
def test_what_was_drawn_from_a_case_goes_with_it_and_comes_back(site: Site, how: str) -> None:
    """Two open cases of one person in two units: proposed on the one as long as the other is
    open and of the normal level."""

    def pair() -> None:
        with transaction():
            apa, lost = found(site, "apa"), found(site, "lost")
            set_level(lost, "normal", actor=SYSTEM, now=clock.now())
            part = handling_of(lost, SYSTEM)
            unit = snapshot().unit("amethyste")
            change(part, to_route=False, unit_id=unit.id, department_id=unit.department_id)
            links.link(lost.id, apa.id, "repeat", actor=SYSTEM, now=clock.now())

    def turn(back: bool) -> None:
        with transaction():
            apa, now = found(site, "apa"), clock.now()
            if how == "level":
                set_level(apa, "normal" if back else "restricted", actor=SYSTEM, now=now)
            else:
                status = "received" if back else "resolved"
                outcome = {} if back else {"outcome": "answered"}
                part = handling_of(apa, SYSTEM)
                set_status(apa, part, status, actor=SYSTEM, now=now, **outcome)

    def drawn() -> list[str | None]:
        site.work()
        here = site.ask(lambda: found(site, "lost").id)
        return [one.settled for one in kept(site, RecoveryProposal) if one.case_id == here]

    site.ask(pair)
    look(site, "lost")
    assert drawn() == [None]
    site.ask(lambda: turn(back=False))
    assert drawn() == ["gone"]
    site.ask(lambda: turn(back=True))
    assert drawn() == [None]
