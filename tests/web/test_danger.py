"""Danger from every screen: handed over in one form, out of the sender's sight, answered by one."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from grc.cases.models import Case, Message
from grc.cases.queries import by_reference
from grc.catalogue import danger as plans
from grc.catalogue.danger_file import Plan
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.db import execute, session, transaction
from grc.core.errors import InvalidInput
from grc.danger import duty
from grc.danger.duty import NewShift
from grc.danger.models import Alert
from grc.jobs.runner import drain
from grc.organisation.queries import snapshot
from grc.outbox.models import Outgoing
from grc.staff.models import AccessLog, User
from tests.web.conftest import Site
from tests.web.test_four_eyes import made
from tests.web.test_secrecy import hire

CANARY = "Zénobie-canari"
PHONES = ("119", "3919", "115", "114")


@pytest.fixture
def planned(site: Site) -> Site:
    """The unit on duty is the CRIP, where Oscar works; nobody is on duty yet."""

    def load() -> None:
        with transaction():
            plan = Plan(unit="crip", escalation=("cadre@exemple-departement.fr",))
            plans.load(plan, actor=SYSTEM, now=clock.now())

    site.ask(load)
    return site


def hand_over(site: Site, name: str = "apa", by: str = "alice", why: str = "") -> str:
    """The page that confirms."""
    answer = site.as_(by).post("/danger/transmettre", demande=site.cases[name], why=why)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def alerts(site: Site) -> list[Any]:
    def read() -> list[Any]:
        return list(session().execute(select(Alert.case_id, Alert.taken_by, Alert.alarms)))

    return site.ask(read)  # type: ignore[no-any-return]


def sealed(page: str) -> str:
    found = re.search(r'name="alert" value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("login", ["alice", "dora", "oscar"])
def test_the_numbers_are_there_before_anything_is_typed(planned: Site, login: str) -> None:
    page = planned.as_(login).get("/danger").text
    assert all(f"<strong>{number}</strong>" in page for number in PHONES)
    assert "informations préoccupantes" in page


def test_the_key_is_on_every_page(planned: Site) -> None:
    alice = planned.as_("alice")
    for path in ("/file", "/recherche?q=apa", "/saisie/phone", "/aide", "/mes-demandes"):
        assert alice.get(path).text.count('data-key="!"') >= 1, path
    case = alice.get(planned.url("apa")).text
    # Among its acts; in the corner of a phone.
    here = f'href="/danger?demande={planned.cases["apa"]}"'
    assert case.count(here) == case.count('data-key="!"') == 2
    assert 'href="/danger"' not in case


def test_who_hands_over_finds_it_nowhere(planned: Site) -> None:
    reference, url = planned.cases["apa"], planned.url("apa")
    receipt = hand_over(planned)
    for login in ("alice", "bob", "sonia", "rita", "dora"):
        browser = planned.as_(login)
        assert browser.get(url).status_code == 404
        assert browser.get(f"{url}/a-cote").status_code == 404
        for path in ("/file", "/mes-demandes", f"/recherche?q={reference}", "/a-voir"):
            assert f"/demandes/{reference}" not in browser.get(path).text, (login, path)
    page = planned.as_("alice").get(receipt).text
    assert reference in page
    assert "certificat" not in page
    assert "APA" not in page.split("<main")[1]
    assert planned.as_("oscar").get(url).status_code == 200


def test_nothing_leaves(planned: Site) -> None:
    hand_over(planned)
    planned.work()

    def sent() -> int:
        case = by_reference(planned.cases["apa"])
        assert case is not None
        query = select(func.count()).select_from(Outgoing).where(Outgoing.case_id == case.id)
        return session().scalar(query) or 0

    assert planned.ask(sent) == 0


def test_a_reader_may_cry_and_an_outsider_may_not(planned: Site) -> None:
    hand_over(planned, by="dora")
    answer = planned.as_("dora").post("/danger/transmettre", demande=planned.cases["named"])
    assert answer.status_code == 404
    assert "Zénobie" not in answer.text
    assert len(alerts(planned)) == 1


def test_what_is_typed_for_a_case_just_gone_goes_on(planned: Site) -> None:
    hand_over(planned)
    fields = {"demande": planned.cases["apa"], "why": CANARY}
    answer = planned.as_("bob").post("/danger/transmettre", **fields)
    assert answer.status_code == 404
    assert CANARY in answer.text


def test_the_same_form_twice_is_one_alert(planned: Site) -> None:
    alice = planned.as_("alice")
    fields = {"demande": planned.cases["apa"], "key": "7b0a2d0e-3c59-4f43-9d9d-0b9f8f3c0a11"}
    first = alice.post("/danger/transmettre", **fields)
    again = alice.post("/danger/transmettre", **fields)
    assert first.location == again.location
    assert len(alerts(planned)) == 1


def typed(site: Site, **fields: str) -> Any:
    return site.as_("alice").post("/danger/transmettre", **fields)


def test_without_a_case_one_is_opened_and_handed_over(planned: Site) -> None:
    told = {"text": f"Il crie. {CANARY}", "place": "12 rue Haute", "name": "Mme Untel"}
    answer = typed(planned, **told, number="06 39 98 00 07", canal="phone")
    assert answer.status_code == 303

    def opened() -> tuple[str, str, str, str]:
        case = session().scalars(select(Case).order_by(Case.id.desc())).first()
        assert case is not None
        message = session().scalars(select(Message).where(Message.case_id == case.id)).one()
        return case.channel, case.level, message.text, case.reference

    channel, level, text, reference = planned.ask(opened)
    assert (channel, level) == ("phone", "named")
    assert "12 rue Haute" in text
    assert CANARY in text
    alice, oscar = planned.as_("alice"), planned.as_("oscar")
    assert alice.get(f"/demandes/{reference}").status_code == 404
    assert CANARY in oscar.get(f"/demandes/{reference}").text
    found = alice.get("/recherche?q=Il crie").text
    assert CANARY not in found
    assert reference not in found
    assert reference in alice.get(answer.location).text


def test_a_wrong_number_stops_nothing(planned: Site) -> None:
    answer = typed(planned, text="Au secours", number="je ne sais pas", canal="nulle-part")
    assert answer.status_code == 303
    (alert,) = alerts(planned)
    assert alert.case_id is not None

    def told() -> str:
        case_id = alert.case_id
        return session().scalars(select(Message.text).where(Message.case_id == case_id)).one()

    assert "je ne sais pas" in planned.ask(told)


def test_nothing_typed_is_no_alert(planned: Site) -> None:
    answer = typed(planned)
    assert answer.status_code == 422
    assert alerts(planned) == []


def test_a_form_that_was_begun_goes_on(planned: Site) -> None:
    """The button of a form of a call takes all of it along."""
    begun = {"name": "Mme Begun", "number": "0639980008", "text": CANARY, "commune": "Antony"}
    page = planned.as_("alice").post("/danger", canal="phone", capacity="", **begun).text
    for value in begun.values():
        assert value in page
    assert '<option selected value="phone">' in page


def on_duty(site: Site, login: str = "oscar") -> None:
    def put() -> None:
        now = clock.now()
        with transaction():
            new = NewShift(
                "crip", login, now - timedelta(hours=1), now + timedelta(hours=9),
                "0639980001", "oscar@exemple-departement.fr",
            )  # fmt: skip
            duty.put(new, actor=SYSTEM, now=now)

    site.ask(put)


def later(site: Site, minutes: int) -> None:
    def run() -> None:
        at = clock.now() + timedelta(minutes=minutes)
        drain(site.app.extensions["grc.tools"], now=lambda: at)

    site.ask(run)


def test_one_person_answers(planned: Site) -> None:
    olga, oscar = hire(planned, "olga", "crip"), planned.as_("oscar")
    on_duty(planned)
    hand_over(planned)
    planned.work()
    page = oscar.get("/a-voir").text
    assert "Je m’en occupe" in page
    assert "Un danger attend" in oscar.get("/file").text
    both = sealed(page), sealed(olga.get("/a-voir").text)
    assert oscar.post("/danger/prendre", alert=both[0]).status_code == 303
    late = olga.post("/danger/prendre", alert=both[1])
    assert late.status_code == 409
    assert "Oscar" in late.text
    assert "Un danger attend" not in oscar.get("/file").text
    later(planned, 60)
    ((_case, _who, alarms),) = alerts(planned)
    assert alarms == 1


def test_an_outsider_cannot_answer(planned: Site) -> None:
    hand_over(planned)
    token = sealed(planned.as_("oscar").get("/a-voir").text)
    assert planned.as_("alice").post("/danger/prendre", alert=token).status_code == 404
    assert planned.as_("oscar").post("/danger/prendre", alert="x").status_code == 404


def test_a_receipt_is_of_who_cried_for_some_days_and_of_who_reads(planned: Site) -> None:
    receipt = hand_over(planned)
    assert planned.as_("alice").get(receipt).status_code == 200
    assert planned.as_("oscar").get(receipt).status_code == 200
    refused = planned.as_("bob").get(receipt)
    assert refused.status_code == 404
    assert planned.cases["apa"] not in refused.text

    def grow_old() -> None:
        with transaction():
            execute(update(Alert).values(raised_at=clock.now() - timedelta(days=8)))

    planned.ask(grow_old)
    assert planned.as_("alice").get(receipt).status_code == 404


def test_it_is_given_back(planned: Site) -> None:
    receipt = hand_over(planned)
    url = planned.url("apa")
    assert planned.as_("alice").post(f"{url}/rendre-danger", reason="Non").status_code == 404
    answer = planned.as_("oscar").post(f"{url}/rendre-danger", reason="Erreur de touche")
    assert answer.status_code == 303, answer.text
    assert planned.as_("alice").get(url).status_code == 200
    assert planned.as_("oscar").get(url).status_code == 404
    assert "rendue" in planned.as_("alice").get(receipt).text


def test_who_supervises_knows_that_it_waits_and_not_what(planned: Site) -> None:
    def promote() -> None:
        from grc.staff.models import User, UserRole

        with transaction():
            values = {"login": "chief", "name": "Chief", "password_hash": "-"}
            user = User(**values, created_at=clock.now())
            session().add(user)
            session().flush()
            unit_id = snapshot().unit("enfance").id
            session().add(UserRole(user_id=user.id, unit_id=unit_id, role="supervisor"))

    planned.ask(promote)
    on_duty(planned)
    hand_over(planned)
    planned.work()
    page = planned.as_("chief").get("/a-voir").text
    assert "Un danger a été signalé" in page
    assert planned.cases["apa"] not in page
    assert "Je m’en occupe" not in page


def test_administrators_are_told_when_nobody_is_on_duty(planned: Site) -> None:
    hand_over(planned)
    planned.work()
    page = planned.as_("root").get("/a-voir").text
    assert "personne n’est d’astreinte" in page
    assert planned.cases["apa"] not in page
    assert "Je m’en occupe" not in page


ROSTER = {"login": "oscar", "phone": "06 39 98 00 01", "email": "o@exemple-departement.fr"}


def test_the_roster_is_kept_by_its_supervisors(planned: Site) -> None:
    now = datetime.now().replace(microsecond=0, second=0)  # noqa: DTZ005 - as a person types it
    hours = {"since": now.isoformat()[:16], "until": (now + timedelta(hours=9)).isoformat()[:16]}
    for login in ("alice", "oscar", "root", "sonia"):
        assert planned.as_(login).get("/astreinte").status_code == 403
        assert planned.as_(login).post("/astreinte", **ROSTER, **hours).status_code == 403
    lead = hire(planned, "lead", "crip", "supervisor")
    assert "Personne n’est d’astreinte en ce moment" in lead.get("/astreinte").text
    assert lead.post("/astreinte", **ROSTER, **hours).status_code == 303
    page = lead.get("/astreinte").text
    assert "Oscar" in page
    found = re.search(r'name="shift" value="([^"]+)"', page)
    assert found
    wrong = lead.post("/astreinte", **(ROSTER | {"phone": "abc"}), **hours)
    assert wrong.status_code == 422
    assert lead.post("/astreinte/retirer", shift=found[1]).status_code == 303
    assert "o@exemple-departement.fr" not in lead.get("/astreinte").text


def test_nobody_is_put_on_duty_by_who_just_made_her(planned: Site) -> None:
    """She would read what nobody else does. A name typed past the list is refused as well."""
    made(planned, "z.puppet", "agent", "crip")
    lead = hire(planned, "lead", "crip", "supervisor")
    page = lead.get("/astreinte").text
    assert 'value="oscar"' in page
    assert "z.puppet" not in page
    now = clock.now()
    hours = (now, now + timedelta(hours=9))
    shift = NewShift("crip", "z.puppet", *hours, ROSTER["phone"], ROSTER["email"])

    def put(at: datetime) -> str:
        with transaction():
            return duty.put(shift, actor=SYSTEM, now=at)

    with pytest.raises(InvalidInput, match="trop récent"):
        planned.ask(lambda: put(now))
    later = now + timedelta(days=31)
    known = planned.ask(lambda: duty.eligible(snapshot().unit("crip").id, later))
    assert "z.puppet" in dict(known)
    assert planned.ask(lambda: put(later)) == duty.CREATED


def test_a_danger_to_be_seen_is_a_reading_of_its_case(planned: Site) -> None:
    hand_over(planned)
    query = select(AccessLog.what).join(Case, Case.id == AccessLog.case_id)
    query = query.join(User, User.id == AccessLog.user_id).where(User.login == "oscar")
    assert planned.cases["apa"] in planned.as_("oscar").get("/a-voir").text
    assert planned.ask(lambda: list(session().scalars(query))) == ["list"]
