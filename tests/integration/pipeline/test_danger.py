"""Somebody is in danger: out of every sight at once, an alarm until somebody answers, no mail."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from grc.cases import service as cases
from grc.cases.models import Case, CaseAccess, Handling
from grc.cases.queries import case_for, visible_to
from grc.cases.states import Status
from grc.catalogue import danger as plans
from grc.catalogue.danger_file import Plan
from grc.core.actor import SYSTEM, Actor
from grc.core.audit import AuditRow
from grc.core.db import execute, session, transaction
from grc.core.errors import Conflict, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.steps import Step
from grc.danger import duty, mistake, queries, service
from grc.danger.duty import NewShift
from grc.danger.models import Alert, Shift
from grc.organisation import cache as organisation
from grc.organisation.models import Unit
from grc.organisation.queries import snapshot
from grc.outbox.models import Notice
from grc.staff.models import User, UserRole
from grc.staff.policy import Level, Permission
from grc.work import service as work
from tests.integration.pipeline.desk import Desk

UNIT = "sst-09"  # where no other test of this folder has anybody
ESCALATION = "cadre.astreinte@exemple-departement.fr"
EVERY = timedelta(minutes=10)


@pytest.fixture
def case(desk: Desk) -> Case:
    """A case of the APA unit; the unit on duty has Oscar and Olga."""
    plan = Plan(unit=UNIT, escalation=(ESCALATION,), words=("à la rue", "suicide"))
    with transaction():
        plans.load(plan, actor=SYSTEM, now=desk.now)
        execute(delete(Shift))  # of the tests before
        execute(update(Alert).values(returned_at=desk.now))
    assert oscar(desk)
    assert olga(desk)
    return desk.open("Je souhaite un dossier d’APA. Ma mère est A LA RUE.")


def oscar(desk: Desk) -> Actor:
    return desk.user("oscar", agent=UNIT)


def olga(desk: Desk) -> Actor:
    return desk.user("olga", agent=UNIT)


def hand_over(desk: Desk, case: Case, by: Actor | None = None) -> int:
    alert_id: int = desk.act(service.hand_over, case, "", by=by or desk.alice)
    return alert_id


def reads(desk: Desk, actor: Actor, case: Case) -> bool:
    """The policy and its SQL, which must agree."""
    listed = select(Case.id).where(Case.id == case.id, visible_to(actor, desk.now))
    found = session().scalar(listed) is not None
    try:
        case_for(actor, case.reference, Permission.CASE_READ, desk.now)
    except NotFound:
        assert not found
        return False
    assert found
    return True


def take(desk: Desk, alert_id: int, by: Actor) -> None:
    with transaction():
        service.take(alert_id, actor=by, now=desk.now)


def alert(alert_id: int) -> Alert:
    return session().get_one(Alert, alert_id, populate_existing=True)


def on_duty(desk: Desk, hours: int = 12, login: str = "oscar") -> str:
    """Oscar is on duty from now on; where he is written to."""
    address = desk.address(f"astreinte.{login}")
    until = desk.now + timedelta(hours=hours)
    with transaction():
        new = NewShift(UNIT, login, desk.now, until, "06 39 98 00 01", address)
        duty.put(new, actor=SYSTEM, now=desk.now)
    return address


def notices(address: str) -> list[Notice]:
    query = select(Notice).where(Notice.recipient == address).order_by(Notice.id)
    return list(session().scalars(query.execution_options(populate_existing=True)))


def test_who_hands_over_reads_no_more(desk: Desk, case: Case) -> None:
    assert reads(desk, desk.alice, case)
    hand_over(desk, case)
    assert not any(reads(desk, who, case) for who in (desk.alice, desk.bob, desk.sonia))
    assert reads(desk, oscar(desk), case)
    assert reads(desk, olga(desk), case)
    assert desk.case(case.id).level == Level.NAMED
    assert desk.unit(case) == UNIT


def test_the_words_only_signal(desk: Desk, case: Case) -> None:
    assert desk.case(case.id).words_to_read == "à la rue"
    assert desk.unit(case) != UNIT
    item = desk.receive(desk.mail("Je pense au SUICIDE.", references=desk.mid("none")))
    assert desk.case(item).words_to_read == "suicide"


def test_nothing_automatic_leaves(desk: Desk, case: Case) -> None:
    reply = desk.reply(case, "Votre dossier est complet.")
    before = {row.id for row in desk.sent(case) if row.status == "sent"}
    hand_over(desk, case)
    desk.wait(hours=1)
    assert {row.id for row in desk.sent(case) if row.status == "sent"} == before
    assert {row.id: row.status for row in desk.sent(case)}[reply.id] == "cancelled"


def test_a_case_handed_over_before_it_is_routed_is_not_acknowledged(desk: Desk, case: Case) -> None:
    item = desk.understand(desk.mail("Aidez-moi."))
    new = desk.case(item)
    hand_over(desk, new, by=desk.tom)
    desk.wait(hours=1)
    assert desk.sent(new) == []
    assert desk.unit(new) == UNIT
    assert not reads(desk, desk.tom, new)


def test_it_rings_every_ten_minutes_until_somebody_answers(desk: Desk, case: Case) -> None:
    address = on_duty(desk)
    alert_id = hand_over(desk, case)
    desk.work()
    for number in range(1, 4):
        rung = notices(address)
        assert [one.status for one in rung] == ["sent"] * number
        desk.now += EVERY - timedelta(seconds=1)
        desk.work()
        assert len(notices(address)) == number
        desk.wait(seconds=1)
    take(desk, alert_id, oscar(desk))
    desk.wait(hours=2)
    assert len(notices(address)) == 4
    assert desk.handling(case).assignee_id == oscar(desk).user_id
    names = [row.data["who"] for row in desk.audit(case, "alert:taken")]
    assert names == ["Oscar"]


def test_what_is_written_to_people_says_nothing(desk: Desk, case: Case) -> None:
    address = on_duty(desk)
    hand_over(desk, case)
    desk.work()
    (notice,) = notices(address)
    told = notice.subject + notice.text
    assert "/a-voir" in told
    for secret in (case.reference, case.subject, "Marie", "rue", snapshot().unit(UNIT).name):
        assert secret not in told


def test_a_ring_that_is_run_again_rings_once(desk: Desk, case: Case) -> None:
    address = on_duty(desk)
    alert_id = hand_over(desk, case)
    desk.work()
    planned = session().scalar(
        select(func.count()).where(
            Step.name == "alarm", Step.subject_id == alert_id, Step.done_at.is_(None)
        )
    )
    desk.work()
    assert (planned, len(notices(address))) == (1, 1)


def test_nobody_on_duty_is_told_to_supervisors(desk: Desk, case: Case) -> None:
    chief = desk.user("chief", supervisor=UNIT)
    with transaction():
        session().execute(
            CaseAccess.__table__.delete().where(CaseAccess.user_id == chief.user_id)  # type: ignore[attr-defined]
        )
    before = len(notices(ESCALATION))
    alert_id = hand_over(desk, case)
    desk.work()
    assert alert(alert_id).unanswered
    assert len(notices(ESCALATION)) == before + 1
    assert reads(desk, chief, case)
    on_duty(desk, login="olga")
    desk.now += EVERY
    desk.work()
    assert not alert(alert_id).unanswered
    assert len(notices(ESCALATION)) == before + 1


def answerable(desk: Desk, who: Actor, alert_id: int) -> bool:
    """What `/a-voir` lets her do, which must be what the use-case lets her do."""
    found = {one.alert.id: one for one in queries.listed(who, desk.now)}
    return alert_id in found and queries.answers(who, found[alert_id])


def test_one_on_duty_from_elsewhere_answers_before_there_is_a_case(desk: Desk, case: Case) -> None:
    ivan = desk.user("ivan", agent="amethyste")
    item_id = desk.store(desk.mail("Illisible."))
    with transaction():
        alert_id = service.raise_on(item_id, actor=desk.alice, now=desk.now)
    assert not answerable(desk, ivan, alert_id)
    on_duty(desk, login="ivan")
    assert answerable(desk, ivan, alert_id)
    assert not answerable(desk, desk.alice, alert_id)
    take(desk, alert_id, ivan)
    assert alert(alert_id).taken_by == ivan.user_id


def test_who_only_reads_is_not_put_on_duty(desk: Desk, case: Case) -> None:
    desk.user("rene", reader=UNIT)
    with pytest.raises(InvalidInput, match="ne fait que lire"):
        on_duty(desk, login="rene")


def test_one_on_duty_who_may_only_read_by_now_is_nobody(desk: Desk, case: Case) -> None:
    address = on_duty(desk)
    was, here = oscar(desk).user_id, snapshot().unit(UNIT).id
    of_oscar = (UserRole.user_id == was, UserRole.unit_id == here)
    with transaction():
        execute(update(UserRole).where(*of_oscar).values(role="reader"))
    alert_id = hand_over(desk, case)
    desk.work()
    with transaction():
        execute(update(UserRole).where(*of_oscar).values(role="agent"))
    assert alert(alert_id).unanswered
    assert notices(address) == []


def own_box(unit: str) -> str:
    """Make the only address of a unit one of the mailboxes we fetch."""
    box = min(snapshot().own_addresses)
    with transaction():
        execute(update(Unit).where(Unit.code == unit), {"email": box})
    organisation.forget()
    return box


def test_an_alarm_never_rings_in_a_mailbox_of_ours_alone(desk: Desk, case: Case) -> None:
    email = snapshot().unit(UNIT).email
    address, lead = desk.address("responsable"), desk.user("lead9", supervisor=UNIT)
    with transaction():
        plans.load(Plan(unit=UNIT, escalation=()), actor=SYSTEM, now=desk.now)
        execute(update(User).where(User.id == lead.user_id), {"email": address})
    box = own_box(UNIT)
    known = len(notices(box))
    hand_over(desk, case)
    desk.work()
    with transaction():
        execute(update(Unit).where(Unit.code == UNIT), {"email": email})
        execute(delete(UserRole).where(UserRole.user_id == lead.user_id))
    organisation.forget()
    assert len(notices(box)) == known
    (told,) = notices(address)
    assert "Personne n'est d'astreinte" in told.text


def test_the_third_ring_nobody_answers_is_told_above(desk: Desk, case: Case) -> None:
    address = on_duty(desk)
    before = len(notices(ESCALATION))
    hand_over(desk, case)
    desk.work()
    desk.wait(minutes=10)
    assert len(notices(ESCALATION)) == before
    desk.wait(minutes=10)
    told = notices(ESCALATION)[before:]
    assert len(notices(address)) == 3
    assert ["personne n'y répond" in one.text for one in told] == [True]
    assert "personne n'y répond" not in notices(address)[-1].text


def test_one_name_whoever_answers_at_once(desk: Desk, case: Case) -> None:
    alert_id = hand_over(desk, case)
    take(desk, alert_id, oscar(desk))
    take(desk, alert_id, oscar(desk))
    with pytest.raises(Conflict, match="Oscar"):
        take(desk, alert_id, olga(desk))
    assert alert(alert_id).taken_by == oscar(desk).user_id


def test_an_outsider_cannot_answer(desk: Desk, case: Case) -> None:
    alert_id = hand_over(desk, case)
    for outsider in (desk.alice, desk.sonia, desk.tom):
        with pytest.raises(NotFound):
            take(desk, alert_id, outsider)
    assert alert(alert_id).taken_at is None


def test_crying_twice_is_one_alert(desk: Desk, case: Case) -> None:
    first = hand_over(desk, case)
    assert hand_over(desk, case, by=desk.bob) == first  # he saw it a moment ago


def stands(case: Case) -> object:
    """Where a case is, in full."""
    columns = [c for c in Handling.__table__.columns if c.name not in {"id", "version"}]
    rows = session().execute(select(*columns).where(Handling.case_id == case.id))
    access = select(CaseAccess.user_id, CaseAccess.effect, CaseAccess.until, CaseAccess.remark_id)
    listed = session().execute(access.where(CaseAccess.case_id == case.id))
    row = session().get_one(Case, case.id, populate_existing=True)
    return (row.level, row.status, sorted(map(tuple, rows)), sorted(map(tuple, listed)))


def test_sent_back_everything_stands_as_it_stood(desk: Desk, case: Case) -> None:
    desk.act(work.take, case, by=desk.alice)
    unit = snapshot().unit("amethyste")
    with transaction():
        due = desk.handling(case).due_on
        cases.add_unit(
            desk.case(case.id), unit.id, unit.department_id, unit.name,
            due_on=due, actor=SYSTEM, now=desk.now,
        )  # fmt: skip
    before = stands(case)
    alert_id = hand_over(desk, case)
    desk.work()
    assert stands(case) != before
    desk.act(service.send_back, case, "Erreur de touche.", by=oscar(desk))
    assert stands(case) == before
    assert reads(desk, desk.alice, case)
    assert not reads(desk, oscar(desk), case)
    desk.wait(hours=1)
    assert alert(alert_id).alarms == 1
    hand_over(desk, case)
    assert not reads(desk, desk.alice, case)


@pytest.fixture
def close(desk: Desk) -> Iterator[Callable[[str], None]]:
    """Close a unit; it is open again afterwards."""

    def _switch(code: str, is_active: bool) -> None:
        with transaction():
            execute(update(Unit).where(Unit.code == code).values(is_active=is_active))
        organisation.forget()

    closed: list[str] = []

    def _close(code: str) -> None:
        closed.append(code)
        _switch(code, False)

    yield _close
    for code in closed:
        _switch(code, True)


def parts(case: Case) -> list[tuple[str, int | None, str, bool, bool]]:
    rows = session().scalars(select(Handling).where(Handling.case_id == case.id))
    here = snapshot()
    return sorted(
        (here.unit_by_id(one.unit_id).code, one.assignee_id, one.status, one.is_open, one.to_route)
        for one in rows.all()
    )


def why_moved(case: Case) -> list[tuple[str, str]]:
    told = select(AuditRow.data).where(
        AuditRow.case_id == case.id, AuditRow.event == Event.CASE_INHERITED.code
    )
    return [(data["unit_was"], data["unit"]) for data in session().scalars(told)]


def test_sent_back_to_a_unit_that_closed_meanwhile(
    desk: Desk, case: Case, close: Callable[[str], None]
) -> None:
    """It waits in the unit above, and the case says why."""
    desk.act(work.take, case, by=desk.alice)
    names = snapshot().unit("apa").name, snapshot().unit("autonomie").name
    hand_over(desk, case)
    close("apa")
    desk.act(service.send_back, case, "Erreur de touche.", by=oscar(desk))
    assert parts(case) == [("autonomie", None, "received", True, False)]
    assert why_moved(case) == [names]
    assert not reads(desk, oscar(desk), case)


def test_sent_back_where_two_units_closed_and_none_above_is_open(
    desk: Desk, case: Case, close: Callable[[str], None]
) -> None:
    """One part, which waits to be assigned."""
    unit = snapshot().unit("amethyste")
    with transaction():
        due = desk.handling(case).due_on
        cases.add_unit(
            desk.case(case.id), unit.id, unit.department_id, unit.name,
            due_on=due, actor=SYSTEM, now=desk.now,
        )  # fmt: skip
    hand_over(desk, case)
    for code in ("apa", "amethyste", "autonomie"):
        close(code)
    desk.act(service.send_back, case, "Erreur de touche.", by=oscar(desk))
    assert parts(case) == [("tri", None, "received", True, True)]
    assert len(why_moved(case)) == 2


def test_what_a_doctor_wrote_about_is_not_given_to_another(
    desk: Desk, case: Case, close: Callable[[str], None]
) -> None:
    with transaction():
        execute(update(Case).where(Case.id == case.id).values(is_medical=True))
    hand_over(desk, case)
    close("apa")
    before = stands(case)
    with pytest.raises(Conflict, match="médical"):
        desk.act(service.send_back, case, "Erreur de touche.", by=oscar(desk))
    assert stands(case) == before


def test_what_had_ended_stays_where_it_ended(
    desk: Desk, case: Case, close: Callable[[str], None]
) -> None:
    part = desk.handling(case)
    with transaction():
        cases.set_status(
            desk.case(case.id), part, Status.CLOSED, outcome="answered", actor=SYSTEM, now=desk.now
        )
    before = stands(case)
    hand_over(desk, case, by=desk.alice)
    close("apa")
    desk.act(service.send_back, case, "Erreur de touche.", by=oscar(desk))
    assert stands(case) == before
    assert why_moved(case) == []


def written_in_secret(desk: Desk, case: Case, how: str) -> None:
    if how == "unit":
        unit = snapshot().unit("amethyste")
        with transaction():
            row = desk.case(case.id)
            cases.add_unit(
                row, unit.id, unit.department_id, unit.name,
                due_on=desk.now.date(), actor=SYSTEM, now=desk.now,
            )  # fmt: skip
    elif how == "note":
        desk.act(work.note, case, "Elle est au refuge.", by=oscar(desk))
    else:
        desk.receive(desk.mail("Je suis chez ma sœur.", subject=f"Re: {case.reference}"))


@pytest.mark.parametrize("how", ["note", "mail", "unit"])
def test_what_was_written_in_secret_is_not_given_back(desk: Desk, case: Case, how: str) -> None:
    alert_id = hand_over(desk, case)
    desk.work()
    take(desk, alert_id, oscar(desk))
    written_in_secret(desk, case, how)
    before = stands(case)
    with pytest.raises(Conflict, match="ceux d'avant"):
        desk.act(service.send_back, case, "C'est réglé.", by=oscar(desk))
    assert stands(case) == before
    assert not reads(desk, desk.alice, case)


def test_one_who_said_that_she_deals_with_it_may_still_give_it_back(desk: Desk, case: Case) -> None:
    alert_id = hand_over(desk, case)
    desk.wait(minutes=20)
    take(desk, alert_id, oscar(desk))
    desk.act(service.send_back, case, "Erreur de touche.", by=oscar(desk))
    assert reads(desk, desk.alice, case)


def test_a_second_cry_rings_and_undoes_nothing(desk: Desk, case: Case) -> None:
    first = hand_over(desk, case)
    take(desk, first, oscar(desk))
    desk.act(work.note, case, "Je suis en route.", by=oscar(desk))
    address = on_duty(desk, login="olga")
    before = stands(case)
    second = hand_over(desk, case, by=olga(desk))
    assert second != first
    assert stands(case) == before
    desk.work()
    assert len(notices(address)) == 1
    take(desk, second, olga(desk))
    assert desk.handling(case).assignee_id == oscar(desk).user_id


def test_given_back_after_two_cries_it_stands_as_before_the_first(desk: Desk, case: Case) -> None:
    before = stands(case)
    first = hand_over(desk, case)
    take(desk, first, oscar(desk))
    second = hand_over(desk, case, by=oscar(desk))
    desk.act(service.send_back, case, "Erreur de touche.", by=oscar(desk))
    assert stands(case) == before
    assert alert(first).returned_at == alert(second).returned_at == desk.now
    assert mistake.handed(case.id) is None


def test_one_that_left_the_unit_on_duty_is_handed_over_again(desk: Desk, case: Case) -> None:
    first = hand_over(desk, case)
    take(desk, first, oscar(desk))
    with transaction():
        cases.set_level(desk.case(case.id), Level.NORMAL, actor=SYSTEM, now=desk.now)
    assert reads(desk, desk.user("nina", agent=UNIT), case)
    hand_over(desk, case, by=oscar(desk))
    assert desk.case(case.id).level == Level.NAMED
    assert desk.handling(case).assignee_id is None


def test_a_person_let_in_one_by_one_reads_no_more_and_a_refusal_stays(
    desk: Desk, case: Case
) -> None:
    with transaction():
        rows = [(desk.tom, "allow"), (olga(desk), "deny")]
        for who, effect in rows:
            session().add(CaseAccess(case_id=case.id, user_id=who.user_id, effect=effect))
    hand_over(desk, case)
    assert not reads(desk, desk.tom, case)
    assert not reads(desk, olga(desk), case)


def test_given_back_who_was_refused_meanwhile_stays_so(desk: Desk, case: Case) -> None:
    with transaction():
        session().add(CaseAccess(case_id=case.id, user_id=desk.tom.user_id, effect="allow"))
    hand_over(desk, case)
    with transaction():
        session().add(CaseAccess(case_id=case.id, user_id=desk.tom.user_id, effect="deny"))
    desk.act(service.send_back, case, "Erreur de touche.", by=oscar(desk))
    assert reads(desk, desk.alice, case)
    assert not reads(desk, desk.tom, case)


def test_handed_over_and_back_no_figure_changes(desk: Desk, case: Case) -> None:
    values = {"outcome": "answered", "expected": None, "why": ""}
    desk.act(work.move, case, "resolved", by=desk.alice, **values)
    desk.work()
    closed_at = desk.case(case.id).closed_at
    assert closed_at is not None
    hand_over(desk, case)
    assert desk.case(case.id).closed_at is None
    desk.wait(days=31)  # the day when it would have been closed passes meanwhile
    desk.act(service.send_back, case, "Erreur de touche.", by=oscar(desk))
    assert (desk.case(case.id).closed_at, desk.case(case.id).status) == (closed_at, "resolved")
    assert "case:reopened" not in desk.events(case)
    desk.work()
    assert desk.case(case.id).status == "closed"
    assert desk.case(case.id).closed_at == closed_at


def test_the_journal_names_who_cried(desk: Desk, case: Case) -> None:
    hand_over(desk, case)
    (row,) = desk.audit(case, "alert:raised")
    assert (row.actor, row.at) == ("alice", desk.now)
    assert isinstance(row, AuditRow)
    assert isinstance(row.at, datetime)
