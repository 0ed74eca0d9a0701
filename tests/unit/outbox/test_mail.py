"""What leaves: one recipient, neutral, threaded, and nothing anybody can inject."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.outbox.transport import DeliveryError, build, error_code

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def made(**given: object) -> EmailMessage:
    values: dict[str, object] = {
        "sender": "Département <contact@exemple.fr>",
        "reply_to": "reponse+x@exemple.fr",
        "recipient": "marie@courriel.example",
        "subject": "Votre demande D-2026-0000001-X",
        "text": "Bonjour",
        "rfc_id": "grc.x.1@exemple.fr",
        "references": (),
        "date": NOW,
        "automatic": False,
    }
    return build(**values | given)  # type: ignore[arg-type]


def as_delivered(message: EmailMessage) -> EmailMessage:
    raw = message.as_bytes(policy=SMTP)
    return message_from_bytes(raw, policy=default)


def test_the_headers_a_citizen_s_program_needs() -> None:
    sent = as_delivered(made(references=("a@b", "c@d")))
    assert sent["From"].addresses[0].display_name == "Département"
    assert (sent["To"], sent["Message-ID"]) == ("marie@courriel.example", "<grc.x.1@exemple.fr>")
    assert (sent["In-Reply-To"], sent["References"]) == ("<c@d>", "<a@b> <c@d>")
    assert sent["Auto-Submitted"] is None


def test_a_robot_says_so() -> None:
    sent = made(automatic=True)
    assert sent["Auto-Submitted"] == "auto-replied"
    assert sent["X-Auto-Response-Suppress"] == "All"


@given(st.lists(st.text(max_size=300)), st.text(max_size=400))
def test_identifiers_and_text_from_outside_inject_nothing(references: list[str], text: str) -> None:
    wanted = {"from", "to", "reply-to", "subject", "date", "message-id", "mime-version"}
    wanted |= {"content-type", "content-transfer-encoding", "in-reply-to", "references"}
    text = text.encode("utf-8", "replace").decode()
    sent = as_delivered(made(references=references, text=f"{text}\r\nBcc: x@y.example"))
    assert {name.lower() for name in sent} <= wanted
    assert len(sent["To"].addresses) == 1


@given(st.text(max_size=60))
def test_a_recipient_is_one_address_or_refused(recipient: str) -> None:
    try:
        sent = as_delivered(made(recipient=recipient))
    except DeliveryError:
        return
    assert len(sent["To"].addresses) == 1
    assert sent["Bcc"] is None


@pytest.mark.parametrize("subject", ["x\r\nBcc: a@b.example", "x\nBcc: a@b.example"])
def test_a_subject_is_one_line(subject: str) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        made(subject=subject)


def test_an_accented_domain_is_spelled_for_the_wire() -> None:
    assert made(recipient="a@mairie-évry.example")["To"] == "a@xn--mairie-vry-h7a.example"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("550 5.1.1 <marie@courriel.example>: unknown", "550 5.1.1"),
        ("451 try later marie@courriel.example", "451"),
        ("ConnectionRefusedError", "ConnectionRefusedError"),
        ("<marie@courriel.example>", "?"),
        ("", "?"),
    ],
)
def test_what_a_server_says_is_kept_without_names(said: str, kept: str) -> None:
    assert error_code(said) == kept


@given(st.integers(min_value=400, max_value=599), st.text(max_size=80))
def test_a_code_names_nobody(code: int, said: str) -> None:
    assert re.fullmatch(r"\d{3}( \d\.\d{1,3}\.\d{1,3})?", error_code(f"{code} {said}"))
