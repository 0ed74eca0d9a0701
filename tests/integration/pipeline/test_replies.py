"""A reply leaves after ten seconds, through a real server, unless it is taken back."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from grc.core.db import session
from grc.core.errors import Conflict, InvalidInput
from grc.outbox import transport
from grc.outbox.models import Outgoing
from grc.work import drafts
from grc.work import service as work
from grc.work.models import Task
from tests.integration.pipeline.desk import Desk
from tests.rig.smtp import Mood, Received, SmtpServer


@pytest.fixture
def server(desk: Desk, smtp_server: SmtpServer) -> Iterator[SmtpServer]:
    """The mail server that this desk hands its mail to."""
    before = desk.app.extensions["grc.transport"]
    told = replace(desk.app.extensions["grc.settings"], smtp_url=smtp_server.url)
    desk.app.extensions["grc.transport"] = transport.from_settings(told)
    yield smtp_server
    desk.app.extensions["grc.transport"] = before


def replies(server: SmtpServer, desk: Desk) -> list[Received]:
    """What the server took for this test's citizen, acknowledgements apart."""
    mine = (kept for kept in server.kept if kept.recipients == (desk.address(),))
    return [kept for kept in mine if kept.message["Auto-Submitted"] is None]


def draft(desk: Desk, case_id: int) -> str | None:
    found = drafts.mine(case_id, desk.alice.user_id)
    return found[0].text if found else None


def row(outgoing: Outgoing) -> Outgoing:
    return session().get_one(Outgoing, outgoing.id, populate_existing=True)


def test_a_reply_leaves_after_ten_seconds(desk: Desk, server: SmtpServer) -> None:
    case = desk.open(message_id=desk.mid("q"), subject="Mon secret")
    outgoing = desk.reply(case, "Votre dossier d'APA est accordé.")
    desk.wait(seconds=9)
    assert replies(server, desk) == []
    desk.wait(seconds=1)
    (kept,) = replies(server, desk)
    sent = kept.message
    assert kept.recipients == (desk.address(),)
    assert sent["Message-ID"] == f"<{outgoing.rfc_id}>"
    assert sent["Subject"] == f"Votre demande {case.reference}"
    assert f"<{desk.mid('q')}>" in sent["References"]
    assert sent["In-Reply-To"]
    assert sent["Reply-To"].startswith("reponse+")
    assert sent["Auto-Submitted"] is None
    assert "accordé" in sent.get_content()
    assert (row(outgoing).status, desk.handling(case).answered_at is not None) == ("sent", True)
    assert "message:sent" in desk.events(case)


def test_the_citizen_answers_what_the_server_delivered(desk: Desk, server: SmtpServer) -> None:
    case = desk.open()
    desk.reply(case)
    desk.wait(seconds=10)
    reply_to = replies(server, desk)[0].message["Reply-To"]
    assert desk.receive(desk.mail("Merci de préciser.", to=reply_to)).case_id == case.id


def test_an_acknowledgement_says_that_a_robot_wrote(desk: Desk, server: SmtpServer) -> None:
    desk.open()
    (kept,) = (kept for kept in server.kept if kept.recipients == (desk.address(),))
    assert kept.message["Auto-Submitted"] == "auto-replied"


def test_a_reply_taken_back_never_leaves_and_its_text_is_a_draft(
    desk: Desk, server: SmtpServer
) -> None:
    case = desk.open()
    outgoing = desk.reply(case, "Trop vite.", then="resolved", outcome="answered")
    desk.act(drafts.save, case, "Et j'ajoute…", by=desk.alice)
    desk.act(work.cancel_reply, case, outgoing.id, by=desk.alice)
    desk.wait(minutes=5)
    assert replies(server, desk) == []
    assert draft(desk, case.id) == "Trop vite.\n\nEt j'ajoute…"
    assert row(outgoing).status == "cancelled"
    handling = desk.handling(case)
    assert (handling.status, handling.answered_at) == ("in_progress", None)
    desk.wait(days=31)
    assert desk.case(case.id).status == "in_progress"


def test_too_late_to_take_back(desk: Desk, server: SmtpServer) -> None:
    case = desk.open()
    outgoing = desk.reply(case)
    desk.wait(seconds=10)
    with pytest.raises(Conflict, match="Déjà parti"):
        desk.act(work.cancel_reply, case, outgoing.id, by=desk.alice)
    assert row(outgoing).status == "sent"


def test_a_reply_of_another_case_is_not_taken_back_from_here(desk: Desk) -> None:
    case, other = desk.open(), desk.open("Autre dossier d'APA.")
    outgoing = desk.reply(other)
    with pytest.raises(InvalidInput):
        desk.act(work.cancel_reply, case, outgoing.id, by=desk.alice)


def test_a_passing_refusal_is_tried_again_later(desk: Desk, server: SmtpServer) -> None:
    case = desk.open()
    outgoing = desk.reply(case)
    server.mood = Mood.REFUSE
    desk.wait(seconds=10)
    step = desk.step("send", outgoing.id)
    assert step is not None
    assert (row(outgoing).status, step.attempts, step.last_error) == ("planned", 1, "451")
    server.mood = Mood.ACCEPT
    desk.wait(seconds=59)
    assert replies(server, desk) == []
    desk.wait(seconds=1)
    assert len(replies(server, desk)) == 1
    assert row(outgoing).status == "sent"


def test_a_final_refusal_becomes_a_task(desk: Desk, server: SmtpServer) -> None:
    case = desk.open()
    server.mood = Mood.REJECT
    outgoing = desk.reply(case)
    desk.wait(seconds=10)
    server.mood = Mood.ACCEPT
    desk.wait(days=6)
    assert (row(outgoing).status, replies(server, desk)) == ("failed", [])
    (task,) = session().query(Task).filter_by(case_id=case.id)
    assert task.kind == "send_failed"
    (failed,) = desk.audit(case, "message:failed")
    assert failed.data == {"error": "550"}


def test_a_server_that_stays_down_becomes_a_task_after_five_days(desk: Desk) -> None:
    case = desk.open()
    outgoing = desk.reply(case)
    desk.app.extensions["grc.transport"], before = (
        transport.SmtpTransport("smtp://127.0.0.1:1"),
        desk.app.extensions["grc.transport"],
    )
    try:
        for _ in range(25):
            desk.wait(hours=8)
    finally:
        desk.app.extensions["grc.transport"] = before
    assert row(outgoing).status == "failed"
    assert [task.kind for task in session().query(Task).filter_by(case_id=case.id)] == [
        "send_failed"
    ]


def test_nothing_injects_a_header(desk: Desk, server: SmtpServer) -> None:
    case = desk.open(subject="=?utf-8?q?Objet=0D=0ABcc:_pirate@example.org?=")
    desk.reply(case, "Bonjour\r\nBcc: pirate@example.org\r\n.\r\nMAIL FROM:<x@y>")
    desk.wait(seconds=10)
    (kept,) = replies(server, desk)
    assert kept.recipients == (desk.address(),)
    assert kept.message["Bcc"] is None


@pytest.mark.parametrize(
    "recipient",
    ["a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", "", "a", "é@b.example"],
)
def test_only_one_plain_address_is_ever_written_to(desk: Desk, recipient: str) -> None:
    case = desk.open()
    outgoing = desk.reply(case)
    with pytest.raises(transport.DeliveryError) as refused:
        transport.build(
            sender="x@y.example",
            reply_to="x@y.example",
            recipient=recipient,
            subject="s",
            text="t",
            rfc_id=outgoing.rfc_id,
            references=(),
            date=desk.now,
            automatic=False,
        )
    assert refused.value.permanent


def test_an_empty_reply_and_a_case_without_address_are_refused(desk: Desk) -> None:
    case = desk.open()
    with pytest.raises(InvalidInput):
        desk.reply(case, "  \n ")
    raw = b"\n".join(line for line in desk.mail().split(b"\n") if not line.startswith(b"From:"))
    with pytest.raises(InvalidInput, match="adresse"):
        desk.reply(desk.case(desk.receive(raw)), "Bonjour")
