"""Received twice is one case; no service loses sight of what it was sent."""

from grc.channels.protocol import Request, Sender
from grc.core.db import session
from grc.intake.models import Item
from grc.intake.reconcile import reconcile
from grc.organisation.queries import snapshot
from tests.integration.pipeline.desk import Desk


def test_storing_the_same_item_twice_is_storing_it_once(desk: Desk) -> None:
    raw = desk.mail()
    first = desk.store(raw, locator=desk.mid("place"))
    desk.work()
    assert desk.store(raw, locator=desk.mid("place")) == first
    assert desk.work() == 0


def test_the_same_bytes_elsewhere_are_a_duplicate(desk: Desk) -> None:
    raw = desk.mail()
    first = desk.receive(raw)
    again = desk.receive(raw)
    assert (again.outcome, again.duplicate_of, again.case_id) == (
        "duplicate",
        first.id,
        first.case_id,
    )
    case = desk.case(first)
    assert case.contacts == 1
    assert len(desk.handlings(case)) == 1


def test_the_second_mailbox_makes_its_unit_concerned(desk: Desk) -> None:
    raw = desk.mail()
    case = desk.case(desk.receive(raw))
    copy = desk.receive(raw, source="handicap")
    assert copy.outcome == "duplicate"
    units = {snapshot().unit_by_id(row.unit_id).code for row in desk.handlings(case)}
    assert units == {"apa", "handicap"}
    assert "case:unit-added" in desk.events(case)


def test_the_sorting_unit_is_not_concerned_by_a_copy(desk: Desk) -> None:
    raw = desk.mail()
    case = desk.case(desk.receive(raw, source="handicap"))
    desk.receive(raw, source="contact")
    assert len(desk.handlings(case)) == 1


def test_the_same_message_by_two_aliases_is_a_duplicate(desk: Desk) -> None:
    raw = desk.mail()
    routes = [
        b"Received: from a by b; Mon, 2 Mar 2026 09:00:00 +0000\n",
        b"Received: from c by d; Mon, 2 Mar 2026 09:00:07 +0000\nX-Alias: 2\n",
    ]
    first, second = (desk.receive(route + raw) for route in routes)
    assert first.sha256 != second.sha256
    assert (second.outcome, second.duplicate_of) == ("duplicate", first.id)
    assert second.case_id == first.case_id


def test_two_messages_without_message_id_and_other_bytes_are_two_cases(desk: Desk) -> None:
    first, second = (
        desk.receive(desk.mail(text, message_id=None)) for text in ("Un dossier.", "Un autre.")
    )
    assert {first.outcome, second.outcome} == {"opened"}


def test_a_copy_of_a_bounce_is_not_applied_twice(desk: Desk) -> None:
    outgoing = desk.reply(desk.open())
    raw = desk.bounce(outgoing)
    assert desk.receive(raw).outcome == "applied"
    assert desk.receive(raw).outcome == "duplicate"


def three(tag: str) -> tuple[Request, ...]:
    """What a table with three lines would give."""
    return tuple(
        Request(
            Sender(name=f"Personne {n}", email=f"{tag}.{n}@courriel.example"), subject=f"Ligne {n}"
        )
        for n in range(3)
    )


def test_an_item_with_several_requests_is_split_into_as_many_cases(desk: Desk) -> None:
    parent = desk.receive_as(three(desk.mid("t")), desk.mail("tableau"))
    children = session().query(Item).filter_by(parent_id=parent.id).order_by(Item.id).all()
    assert (parent.outcome, parent.applied_id) == ("split", 3)
    assert [child.outcome for child in children] == ["opened"] * 3
    assert len({child.case_id for child in children}) == 3
    assert len({child.locator_hash for child in children}) == 3


def test_a_copy_of_a_split_item_is_a_duplicate_that_concerns_its_unit_everywhere(
    desk: Desk,
) -> None:
    raw = desk.mail("tableau")
    parent = desk.receive_as(three(desk.mid("t")), raw)
    copy = desk.receive_as(three(desk.mid("t")), raw, source="handicap")
    assert (copy.outcome, copy.duplicate_of) == ("duplicate", parent.id)
    children = session().query(Item).filter_by(parent_id=parent.id).all()
    unit = snapshot().unit("handicap").id
    for child in children:
        assert unit in {row.unit_id for row in desk.handlings(desk.case(child))}


def test_everything_of_this_folder_is_accounted_for(desk: Desk) -> None:
    desk.receive_as(three(desk.mid("t")), desk.mail("tableau"))
    desk.receive(desk.mail())
    reports = reconcile()
    assert reports
    assert all(report.gap == 0 for report in reports), reports
