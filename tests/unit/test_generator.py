"""Invented mail: the same for a seed, varied, in time order, and readable by a mail program."""

import email
import email.policy
import time
from collections import Counter
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from grc.demo.mailgen import SPAN, Mail, mails, messages
from grc.demo.people import TOWNS
from grc.demo.topics import TOPICS
from grc.routing.folder import read_folder

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
SENT = list(mails(3000, 1, start=START))


def parsed(mail: Mail) -> EmailMessage:
    message = email.message_from_bytes(mail.raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_same_seed_gives_the_same_bytes() -> None:
    again = [(mail.locator, mail.raw) for mail in SENT[:200]]
    fresh = list(messages(3000, 1, start=START))[:200]
    assert fresh == again
    assert [raw for _, raw in messages(200, 2, start=START)] != [raw for _, raw in again]


def test_locators_are_unique_and_dates_grow() -> None:
    assert len({mail.locator for mail in SENT}) == len(SENT)
    dates = [mail.received_at for mail in SENT]
    assert dates == sorted(dates)
    assert dates[0] >= START
    assert dates[-1] <= START + SPAN


def test_every_kind_is_there_in_its_share() -> None:
    kinds = Counter(mail.kind for mail in SENT)
    assert set(kinds) == {
        *("request", "reply", "copy", "auto_reply", "bulk", "awkward", "garbage"),
    }
    assert 0.07 < kinds["reply"] / len(SENT) < 0.13
    with_files = [mail for mail in SENT if mail.files]
    assert 0.11 < len(with_files) / len(SENT) < 0.19


def test_topics_boxes_and_communes_are_those_of_the_demo() -> None:
    demo = read_folder(Path(__file__).parents[2] / "demo")
    boxes = {box.source for box in demo.organisation.mailboxes}
    assert {topic.code for topic in TOPICS} <= {item.code for item in demo.request_types}
    assert {mail.box for mail in SENT} <= boxes
    communes = {(c.insee, c.name, p) for c in demo.organisation.communes for p in c.postcodes}
    assert {(town.insee, town.name, town.postcode) for town in TOWNS} <= communes
    assert len(TOWNS) == 36


def test_a_mail_program_reads_what_was_written() -> None:
    charsets, kinds = Counter[str](), Counter[str]()
    for mail in [m for m in SENT if m.kind == "request"][:400]:
        message = parsed(mail)
        assert message["Subject"] == mail.subject.strip()
        assert message["Message-ID"] == f"<{mail.message_id}>"
        assert mail.person is not None
        assert mail.person.email in str(message["From"])
        body = message.get_body(("plain", "html"))
        assert body is not None
        assert mail.person.last.split()[-1].lower() in body.get_content().lower()
        assert [a.get_filename() for a in message.iter_attachments()] == [
            file.name for file in mail.files
        ]
        kinds[message.get_content_type()] += 1
        charsets[str(body.get_content_charset())] += 1
    assert {"text/plain", "text/html", "multipart/alternative", "multipart/mixed"} <= set(kinds)
    assert {"utf-8", "iso-8859-1", "windows-1252"} <= set(charsets)


def test_replies_and_copies_point_to_earlier_mail() -> None:
    known: dict[str, Mail] = {}
    for mail in SENT:
        if mail.kind == "reply" and mail.reply_to:
            earlier = known[mail.reply_to]
            assert earlier.person == mail.person
            assert parsed(mail)["In-Reply-To"] == f"<{mail.reply_to}>"
            assert "a écrit :" in mail.text
        if mail.kind == "copy" and mail.message_id:
            original = known[mail.message_id]
            assert (original.raw, original.box != mail.box) == (mail.raw, True)
        known.setdefault(mail.message_id, mail)


def test_machines_say_that_they_are_machines() -> None:
    for mail in SENT:
        if mail.kind == "auto_reply":
            assert parsed(mail)["Auto-Submitted"] == "auto-replied"
        if mail.kind == "bulk":
            assert parsed(mail)["List-Id"]


def test_thousands_are_written_in_a_second() -> None:
    start = time.perf_counter()
    assert sum(1 for _ in messages(1500, 9, start=START)) == 1500
    assert time.perf_counter() - start < 1.5  # a third of the goal: a shared machine may be busy
