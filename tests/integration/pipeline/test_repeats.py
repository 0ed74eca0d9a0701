"""The same person writes again: offered as one more contact on what is open, never guessed."""

from datetime import timedelta

from grc.intake.repeats import MOST
from grc.supervision import conversation
from grc.work import service as work
from tests.integration.pipeline.desk import Desk


def test_a_new_message_of_the_same_person_is_offered_as_a_contact(desk: Desk) -> None:
    first = desk.open()
    again = desk.case(desk.receive(desk.mail("Où en est mon dossier ?")))
    assert again.id != first.id
    assert desk.links(again) == {(first.id, "repeat")}


def test_an_agent_says_it_is_the_same_request(desk: Desk) -> None:
    first = desk.open()
    again = desk.case(desk.receive(desk.mail("Où en est mon dossier d'APA ?")))
    for _ in range(2):
        desk.act(work.link_duplicate, again, desk.case(first.id), expected=None, by=desk.alice)
    assert desk.case(again.id).status == "closed"
    kept = desk.case(first.id)
    assert (kept.contacts, kept.unread) == (2, True)
    assert desk.events(kept).count("case:contact-added") == 1


def test_what_has_ended_and_what_is_old_is_not_offered(desk: Desk) -> None:
    ended = desk.open()
    desk.act(work.move, ended, "closed", why="", outcome="answered", expected=None, by=desk.alice)
    assert desk.links(desk.open("Autre chose")) == set()
    desk.wait(days=91)
    assert desk.links(desk.open("Bien plus tard")) == set()


def test_an_address_that_writes_for_many_people_is_left_alone(desk: Desk) -> None:
    cases = [desk.open(f"Demande {number}") for number in range(MOST + 2)]
    assert [len(desk.links(case)) for case in cases] == [0, 1, 2, 3, 0]


def test_somebody_else_is_not_offered(desk: Desk) -> None:
    desk.open()
    other = desk.receive(desk.mail("Bonjour", sender=f"Paul <{desk.address('paul')}>"))
    assert desk.links(desk.case(other)) == set()


def test_a_request_dates_from_its_first_message_whatever_came_first(desk: Desk) -> None:
    start = desk.now - timedelta(days=9)
    dates = [start + timedelta(days=day) for day in range(3)]
    first, second, third = (desk.mid(name) for name in "abc")
    mails = [
        desk.mail("Je demande l'APA.", message_id=first, subject="APA", date=dates[0]),
        desk.mail(
            "J'ajoute…", message_id=second, references=first, subject="Re: APA", date=dates[1]
        ),
        desk.mail("Alors ?", message_id=third, references=second, subject="Re: APA", date=dates[2]),
    ]
    items = [desk.receive(raw) for raw in reversed(mails)]
    case = desk.case(items[0])
    assert {item.case_id for item in items} == {case.id}
    assert case.received_at == dates[0].replace(microsecond=0)
    assert case.subject == "APA"
    received = [fact for fact in desk.facts(case) if fact.kind == "received"]
    assert [fact.on_date for fact in received] == [dates[i].date() for i in (2, 1, 0)]
    assert [fact.replaces_id for fact in received[1:]] == [fact.id for fact in received[:-1]]
    running = [one for one in desk.deadlines(case) if one.met_at is None]
    assert len(running) == 1
    assert running[0].reasons[0]["params"] == {"on": dates[0].date().isoformat()}
    assert {row.due_on for row in desk.handlings(case)} == {running[0].due_on}
    texts = [message.text for message in conversation.messages(case.id)]
    assert texts == ["Je demande l'APA.", "J'ajoute…", "Alors ?"]
