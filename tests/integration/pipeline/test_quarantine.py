"""What cannot be understood waits for a person, and is never in the way."""

import pytest

from grc.cases import search
from grc.core import blobs
from grc.core.db import session, transaction
from grc.core.errors import InvalidInput, NotFound
from grc.intake import quarantine, service
from grc.intake.models import Item
from grc.organisation.queries import snapshot
from tests.integration.pipeline.desk import Desk


def aside(desk: Desk, raw: bytes = b"", **given: object) -> Item:
    """An item in quarantine; unique bytes, for each test its own."""
    item = desk.receive(raw or f"rien de lisible {desk.mid('x')}".encode(), **given)
    assert item.outcome == "quarantined"
    return item


def by_hand(desk: Desk, item: Item, **given: str) -> int:
    told = {"subject": "Une demande", "text": "Lue à l'écran.", "name": "Marie Durand"}
    told |= {"email": desk.address()} | given
    with transaction():
        return quarantine.open_by_hand(desk.item(item.id), **told, actor=desk.tom, now=desk.now)


def test_what_is_no_message_waits_with_its_reason_and_its_owner(desk: Desk) -> None:
    item = aside(desk)
    assert item.reason == "not_a_message"
    assert item.unit_id == snapshot().unit("tri").id
    assert item in quarantine.waiting(desk.tom)
    assert item not in quarantine.waiting(desk.alice)
    assert blobs.store().check(item.sha256)


def test_the_unit_of_the_mailbox_owns_what_cannot_be_read_there(desk: Desk) -> None:
    assert aside(desk, source="apa").unit_id == snapshot().unit("apa").id


def test_a_mistyped_mailbox_is_shown_and_its_mail_waits(desk: Desk) -> None:
    """A case would escape the rules of the mailbox that was meant: no unit, no answer."""
    raw = desk.mail("Mon mari me frappe.")
    item = aside(desk, raw, source="violence")
    assert (item.reason, item.unit_id) == ("unknown_source", snapshot().unit("tri").id)
    assert item.explanation is not None
    assert item.explanation.params == {"source": "violence"}
    kept = desk.receive(raw, source="contact")
    assert kept.outcome in ("opened", "duplicate")


def test_an_empty_item_is_a_row_too(desk: Desk) -> None:
    assert aside(desk, b" \n").reason == "empty"


def test_a_channel_that_is_not_installed_waits(desk: Desk) -> None:
    item = desk.receive(desk.mail(), channel="pigeon")
    desk.wait(hours=1)
    item = desk.item(item.id)
    assert (item.outcome, item.reason) == ("quarantined", "unknown_channel")


def test_trying_again_gives_the_same_answer_and_loses_nothing(desk: Desk) -> None:
    item = aside(desk)
    with transaction():
        service.retry(desk.item(item.id), actor=desk.tom, now=desk.now)
    assert desk.item(item.id).outcome == "waiting"
    desk.work()
    assert desk.item(item.id).outcome == "quarantined"


def test_opening_by_hand_makes_a_case_with_the_raw_bytes(desk: Desk) -> None:
    item = aside(desk)
    case = desk.case(by_hand(desk, item))
    desk.work()
    (message, *_) = desk.messages(case)
    assert (desk.item(item.id).outcome, desk.item(item.id).case_id) == ("opened", case.id)
    assert message.text == "Lue à l'écran."
    assert desk.party(case).name == "Marie Durand"
    assert "case:routed" in desk.events(case) or "case:to-route" in desk.events(case)
    with pytest.raises(InvalidInput):
        by_hand(desk, item)


@pytest.mark.parametrize(
    "wrong", [{"subject": " "}, {"email": "pas une adresse"}, {"email": "a@b.fr, c@d.fr"}]
)
def test_opening_by_hand_refuses_nonsense(desk: Desk, wrong: dict[str, str]) -> None:
    item = aside(desk)
    with pytest.raises(InvalidInput):
        by_hand(desk, item, **wrong)
    assert desk.item(item.id).outcome == "quarantined"


def test_discarding_wants_a_reason_and_keeps_the_bytes(desk: Desk) -> None:
    item = aside(desk)
    with pytest.raises(InvalidInput), transaction():
        service.discard(desk.item(item.id), " ", actor=desk.tom, now=desk.now)
    with transaction():
        service.discard(desk.item(item.id), "Publicité.", actor=desk.tom, now=desk.now)
    item = desk.item(item.id)
    assert item.outcome == "discarded"
    assert item.remark_id is not None
    assert blobs.store().check(item.sha256)
    with pytest.raises(InvalidInput), transaction():
        service.retry(desk.item(item.id), actor=desk.tom, now=desk.now)


def test_another_unit_s_item_does_not_exist(desk: Desk) -> None:
    item = aside(desk)
    with pytest.raises(NotFound):
        quarantine.item_for(desk.alice, item.id)
    for act in (service.retry, quarantine.open_by_hand):
        given = {"subject": "x", "text": "", "name": "", "email": ""}
        with pytest.raises(NotFound), transaction():
            act(
                session().get_one(Item, item.id),
                **(given if act is quarantine.open_by_hand else {}),
                actor=desk.alice,
                now=desk.now,
            )


def test_a_poison_item_stops_nobody(desk: Desk) -> None:
    poison = desk.store(f"poison {desk.mid('x')}".encode())
    good = desk.store(desk.mail())
    desk.work()
    assert desk.item(poison).outcome == "quarantined"
    assert desk.item(good).outcome == "opened"


def test_bytes_that_vanished_are_given_up_in_the_open(desk: Desk) -> None:
    item_id = desk.store(desk.mail())
    blobs.store().path(desk.item(item_id).sha256).unlink()
    for _ in range(4):
        desk.wait(minutes=20)
    item = desk.item(item_id)
    assert (item.outcome, item.reason) == ("quarantined", "internal_error")
    step = desk.step("understand", item_id)
    assert step is not None
    assert (step.attempts, step.failed_at is not None) == (3, True)


def test_more_words_than_an_index_holds_stop_nobody(desk: Desk) -> None:
    """PostgreSQL refuses a tsvector of a mebibyte; half a million ideographs make more."""
    word = "语言文字学" * 11
    text = " ".join(f"{chr(0x4E00 + n % 256)}{chr(0x4E00 + n // 256)}{word}" for n in range(8300))
    case = desk.open()
    with transaction():
        search.index(case.id, "note", 1, text)
