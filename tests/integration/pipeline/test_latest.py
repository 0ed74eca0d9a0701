"""The end of a long conversation is what the whole of it ends with."""

from sqlalchemy import select

from grc.cases.models import Case, Message, MessageShare
from grc.core.db import session, transaction
from grc.supervision import conversation
from tests.integration.pipeline.desk import Desk


def test_the_latest_messages_are_the_last_of_all_shared_ones_included(desk: Desk) -> None:
    first = _thread(desk, "a", 3)
    case = _thread(desk, "b", 3)
    with transaction():  # as when it is opened from the first
        for message in session().scalars(select(Message.id).where(Message.case_id == first.id)):
            session().add(MessageShare(case_id=case.id, message_id=message))
    whole = {one.number: one for one in conversation.messages(case.id)}
    received = [one for one in whole.values() if one.direction == "in"]
    assert len(received) == 6
    assert all(one.attachments for one in received)
    for most in range(1, len(whole) + 2):
        latest = {one.number: one for one in conversation.messages(case.id, most)}
        assert latest == {number: whole[number] for number in sorted(whole)[-most:]}, most


def _thread(desk: Desk, name: str, number: int) -> Case:
    """A case of so many messages, each with a file."""
    mids = [desk.mid(f"{name}{one}") for one in range(number)]
    for place, mid in enumerate(mids):
        files = {f"{name}{place}.txt": name.encode() * (place + 1)}
        before = mids[place - 1] if place else None
        raw = desk.mail(
            f"Message {name} {place}", message_id=mid, references=before, files=files,
            subject=f"APA {name}", sender=f"{name} <{desk.address(name)}>",
        )  # fmt: skip
        item = desk.receive(raw)
    return desk.case(item)
