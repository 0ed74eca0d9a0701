"""The same message by another road has the same fingerprint; another message never has."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from grc.channels.protocol import Fact, Request, Sender
from grc.intake.fingerprint import fingerprint

ONE = Request(
    sender=Sender("Marie", "marie@courriel.example"),
    subject="APA",
    text="Bonjour",
    quoted_text="> hier",
    message_id="m1@courriel.example",
    sent_at=datetime(2026, 3, 2, tzinfo=UTC),
)
BLOBS = ["aa", "bb"]


def test_the_road_does_not_count() -> None:
    received = Fact("received", "received_header", at=datetime(2026, 3, 3, tzinfo=UTC))
    shouting = Sender("M. D.", "MARIE@courriel.example")
    other_road = replace(ONE, facts=(received,), recipients=("x@y.example",), sender=shouting)
    assert fingerprint(other_road, BLOBS) == fingerprint(ONE, reversed(BLOBS))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Bonsoir"},
        {"quoted_text": ""},
        {"subject": "RSA"},
        {"message_id": "m2@courriel.example"},
        {"sender": Sender("Marie", "autre@courriel.example")},
        {"sent_at": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_anything_a_reader_would_see_counts(change: dict[str, object]) -> None:
    assert fingerprint(replace(ONE, **change), BLOBS) != fingerprint(ONE, BLOBS)  # type: ignore[arg-type]


def test_the_attachments_count() -> None:
    assert fingerprint(ONE, BLOBS) != fingerprint(ONE, BLOBS[:1])


def test_without_message_id_there_is_none() -> None:
    assert fingerprint(replace(ONE, message_id=None), BLOBS) is None
