"""What the citizen writes moves the case, unless it says nothing but thanks."""

from dataclasses import replace

import pytest

from grc.cases.models import Case
from grc.work import service as work
from tests.integration.pipeline.desk import Desk


def ended(desk: Desk, status: str = "closed") -> Case:
    case = desk.open(message_id=desk.mid("q"))
    desk.act(work.take, case, by=desk.alice)
    desk.act(work.move, case, status, why="", outcome="answered", expected=None, by=desk.alice)
    return desk.case(case.id)


@pytest.mark.parametrize("status", ["resolved", "closed"])
def test_thanks_do_not_reopen(desk: Desk, status: str) -> None:
    case = ended(desk, status)
    item = desk.receive(
        desk.mail("Merci beaucoup pour votre aide !\nMarie Durand", references=desk.mid("q"))
    )
    assert item.case_id == case.id
    assert desk.case(case.id).status == status
    assert desk.case(case.id).unread


@pytest.mark.parametrize("status", ["resolved", "closed"])
@pytest.mark.parametrize(
    "text", ["Merci, mais quand serai-je payée ?", "Merci de me rappeler", "Il manque une pièce."]
)
def test_a_question_reopens_with_the_agent_who_had_it(desk: Desk, status: str, text: str) -> None:
    case = ended(desk, status)
    desk.receive(desk.mail(text, references=desk.mid("q")))
    handling = desk.handling(case)
    assert (handling.status, handling.is_open) == ("in_progress", True)
    assert handling.assignee_id == desk.alice.user_id
    assert (handling.outcome, handling.closed_at, handling.resolved_at) == (None, None, None)
    assert desk.case(case.id).closed_at is None
    assert "case:reopened" in desk.events(case)


def test_after_sixty_days_a_new_linked_case_is_opened(desk: Desk) -> None:
    case = ended(desk)
    desk.wait(days=61)
    item = desk.receive(desk.mail("Bonjour, autre question ?", references=desk.mid("q")))
    assert item.outcome == "opened"
    assert desk.links(desk.case(item)) == {(case.id, "follows")}
    assert desk.case(case.id).status == "closed"


def test_within_sixty_days_it_is_the_same_case(desk: Desk) -> None:
    case = ended(desk)
    desk.wait(days=59)
    assert desk.receive(desk.mail("Suite ?", references=desk.mid("q"))).case_id == case.id


def test_how_long_a_closed_case_may_be_reopened_is_a_setting(desk: Desk) -> None:
    ended(desk)
    desk.wait(days=30)
    told = desk.app.extensions["grc.settings"]
    desk.app.extensions["grc.settings"] = replace(told, reopen_days=29)
    try:
        item = desk.receive(desk.mail("Suite ?", references=desk.mid("q")))
    finally:
        desk.app.extensions["grc.settings"] = told
    assert item.outcome == "opened"


def test_the_answer_waited_for_puts_the_case_in_progress_again(desk: Desk) -> None:
    case = desk.open(message_id=desk.mid("q"))
    desk.act(work.take, case, by=desk.alice)
    desk.reply(case, "Il manque une pièce.", then="waiting_citizen")
    assert desk.case(case.id).status == "waiting_citizen"
    desk.receive(desk.mail("La voici.", references=desk.mid("q")))
    assert desk.handling(case).status == "in_progress"
    assert desk.case(case.id).status == "in_progress"


def test_waiting_for_a_third_party_goes_on(desk: Desk) -> None:
    case = desk.open(message_id=desk.mid("q"))
    desk.act(work.move, case, "waiting_third", why="", outcome=None, expected=None, by=desk.alice)
    desk.receive(desk.mail("Où en est-on ?", references=desk.mid("q")))
    assert desk.handling(case).status == "waiting_third"
    assert desk.case(case.id).unread


def test_resolved_closes_after_thirty_days(desk: Desk) -> None:
    case = ended(desk, "resolved")
    desk.wait(days=29)
    assert desk.case(case.id).status == "resolved"
    desk.wait(days=1)
    assert desk.handling(case).status == "closed"
    assert desk.handling(case).outcome == "answered"


def test_resolved_reopened_and_resolved_again_closes_thirty_days_after_the_second(
    desk: Desk,
) -> None:
    case = ended(desk, "resolved")
    desk.wait(days=20)
    desk.receive(desk.mail("Et ma seconde question ?", references=desk.mid("q")))
    desk.act(work.move, case, "resolved", why="", outcome="granted", expected=None, by=desk.alice)
    desk.wait(days=15)
    assert desk.case(case.id).status == "resolved"
    desk.wait(days=15)
    assert (desk.handling(case).status, desk.handling(case).outcome) == ("closed", "granted")
