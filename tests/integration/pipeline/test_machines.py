"""Robots are heard, never answered, and reopen nothing; a bounce finds its message."""

import pytest
from sqlalchemy import select

from grc.core.audit import AuditRow
from grc.core.db import session
from grc.work import service as work
from grc.work.models import Task
from tests.integration.pipeline.desk import Desk

ROBOTS = [
    {"Auto_Submitted": "auto-replied"},
    {"X_Auto_Response_Suppress": "All"},
    {"Precedence": "bulk"},
    {"List_Id": "<nouvelles.example>"},
    {"Return_Path": "<>"},
]


def tasks(desk: Desk, case_id: int) -> list[Task]:
    return list(session().scalars(select(Task).filter_by(case_id=case_id)))


def test_a_bounce_marks_the_message_and_tells_the_unit(desk: Desk) -> None:
    case = desk.open()
    outgoing = desk.reply(case)
    desk.wait(seconds=11)
    item = desk.receive(desk.bounce(outgoing))
    assert (item.outcome, item.applied_kind, item.applied_id) == ("applied", "bounce", outgoing.id)
    assert desk.sent(case, "reply")[0].status == "bounced"
    (task,) = tasks(desk, case.id)
    assert (task.kind, task.unit_id) == ("bounced", desk.handling(case).unit_id)
    assert {"item:applied", "message:bounced", "task:planned"} <= set(desk.events(case))
    assert len(desk.messages(case)) == 3  # the question, its acknowledgement, the reply


def test_two_bounces_of_one_message_are_one_task(desk: Desk) -> None:
    case = desk.open()
    outgoing = desk.reply(case)
    desk.wait(seconds=11)
    assert desk.receive(desk.bounce(outgoing)).outcome == "applied"
    assert desk.receive(desk.bounce(outgoing, status="5.2.2")).outcome == "applied"
    assert len(tasks(desk, case.id)) == 1


def test_a_bounce_faster_than_our_note_of_sending_is_not_forgotten(desk: Desk) -> None:
    case = desk.open()
    outgoing = desk.reply(case)
    desk.receive(desk.bounce(outgoing))
    desk.wait(seconds=11)
    assert desk.sent(case, "reply")[0].status == "bounced"


def test_a_delay_is_only_noted(desk: Desk) -> None:
    case = desk.open()
    outgoing = desk.reply(case)
    desk.wait(seconds=11)
    assert desk.receive(desk.bounce(outgoing, status="4.4.1")).outcome == "applied"
    assert desk.sent(case, "reply")[0].status == "sent"
    assert tasks(desk, case.id) == []
    assert "message:delayed" in desk.events(case)


def test_a_bounce_of_nothing_of_ours_waits_for_a_person(desk: Desk) -> None:
    item = desk.receive(desk.bounce("invented@elsewhere.example"))
    assert (item.outcome, item.reason) == ("quarantined", "unknown_bounce")
    assert item.unit_id is not None


@pytest.mark.parametrize("headers", ROBOTS, ids=lambda headers: next(iter(headers)))
def test_what_a_robot_writes_makes_a_case_nobody_answers(
    desk: Desk, headers: dict[str, str]
) -> None:
    case = desk.case(desk.receive(desk.mail(**headers)))
    desk.wait(hours=1)
    assert desk.sent(case) == []
    assert desk.party(case).citizen_id is None
    assert case.citizen_match == "none"
    assert case.match_reasons
    (why,) = (row.data["why"]["msgid"] for row in desk.audit(case, "case:ack-withheld"))
    assert why == "message automatique ou de liste"


@pytest.mark.parametrize("headers", ROBOTS, ids=lambda headers: next(iter(headers)))
def test_a_robot_reopens_nothing_and_is_no_contact(desk: Desk, headers: dict[str, str]) -> None:
    case = desk.open(message_id=desk.mid("q"))
    desk.act(work.move, case, "resolved", why="", outcome="answered", expected=None, by=desk.alice)
    item = desk.receive(desk.mail("Je suis absent.", references=desk.mid("q"), **headers))
    case = desk.case(case.id)
    assert (item.outcome, item.case_id) == ("appended", case.id)
    assert (case.status, case.contacts, case.unread) == ("resolved", 1, False)
    assert "message:automatic" in desk.events(case)


def test_two_robots_answering_each_other_stop_by_themselves(desk: Desk) -> None:
    """F47: their robot forgets every header and answers from a fresh thread each time."""
    robot = desk.address("robot")
    acknowledgements = []
    for _ in range(25):
        case = desk.open("Je reviendrai lundi.", sender=robot)
        acknowledgements += desk.sent(case, "acknowledgement")
        desk.wait(minutes=5)
    assert len(acknowledgements) <= 10


def test_no_sentence_of_the_journal_shows_a_code(desk: Desk) -> None:
    case = desk.open()
    desk.receive(desk.bounce(desk.reply(case)))
    desk.receive(desk.bounce("invented@elsewhere.example"))
    shown = session().scalars(
        select(AuditRow).where(AuditRow.event.in_(("item:applied", "task:planned")))
    )
    kinds = [row.data["kind"]["msgid"] for row in shown]
    assert kinds
    assert not any("_" in kind for kind in kinds)
