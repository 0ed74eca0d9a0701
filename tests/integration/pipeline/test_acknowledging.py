"""The acknowledgement of registration: once, neutral, and only where it can harm nobody."""

from datetime import timedelta

import pytest

from grc.cases.models import Case
from grc.citizens.models import CitizenContact
from grc.core.db import session, transaction
from grc.routing import service as routing
from tests.integration.pipeline.desk import Desk

UNKNOWN = "Le xylophone du zygomatique est mauve."


def withheld(desk: Desk, case: Case) -> list[str]:
    """Why no acknowledgement left, each time it did not."""
    return [row.data["why"]["msgid"] for row in desk.audit(case, "case:ack-withheld")]


def test_one_acknowledgement_leaves_with_the_reference_and_nothing_else(desk: Desk) -> None:
    case = desk.open("Je souhaite un dossier d'APA. CANARI", subject="CANARI du sujet")
    (outgoing,) = desk.sent(case, "acknowledgement")
    message = desk.messages(case)[-1]
    assert outgoing.status == "sent"
    assert outgoing.recipient == desk.address()
    assert message.subject == f"Votre demande {case.reference}"
    assert case.reference in message.text
    assert "CANARI" not in message.text
    assert "APA" not in message.text
    assert "case:acknowledged" in desk.events(case)


def test_an_answer_is_not_acknowledged(desk: Desk) -> None:
    case = desk.open(message_id=desk.mid("q"))
    desk.receive(desk.mail("Encore moi.", references=desk.mid("q")))
    desk.wait(hours=30)
    assert len(desk.sent(case, "acknowledgement")) == 1


def test_a_sender_gets_ten_a_day_over_all_cases_and_it_shows(desk: Desk) -> None:
    made = [desk.open(f"Dossier d'APA numéro {n}.") for n in range(12)]
    assert sum(len(desk.sent(case)) for case in made) == 10
    assert withheld(desk, made[-1]) == ["déjà dix accusés à cette adresse depuis 24 heures"]
    desk.wait(hours=25)
    assert len(desk.sent(desk.open("Dossier d'APA du lendemain."))) == 1


def test_an_import_writes_to_nobody(desk: Desk) -> None:
    item = desk.receive(desk.mail(), acknowledge=False)
    desk.wait(hours=2)
    assert desk.sent(desk.case(item)) == []
    assert len(withheld(desk, desk.case(item))) == 1


def test_old_mail_is_not_acknowledged(desk: Desk) -> None:
    case = desk.open(date=desk.now - timedelta(hours=49))
    assert desk.sent(case) == []
    assert withheld(desk, case) == ["reçue depuis plus de 48 heures"]


def test_mail_of_yesterday_is(desk: Desk) -> None:
    assert len(desk.sent(desk.open(date=desk.now - timedelta(hours=47)))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Mon mari me frappe, j'ai peur de mon mari.",
        "Je signale un enfant en danger : enfant frappé par ses parents.",
    ],
)
def test_a_sensitive_request_is_never_acknowledged(desk: Desk, text: str) -> None:
    case = desk.open(text)
    desk.wait(hours=1)
    assert case.level != "normal"
    assert desk.sent(case) == []


def test_a_mailbox_may_forbid_it(desk: Desk) -> None:
    assert desk.sent(desk.case(desk.receive(desk.mail(), source="ase"))) == []


def test_who_asked_not_to_be_written_to_is_not(desk: Desk) -> None:
    case = desk.open()
    with transaction():
        session().query(CitizenContact).filter_by(citizen_id=case.citizen_id).update(
            {"do_not_write": True}
        )
    again = desk.open("Autre demande d'APA.")
    assert desk.sent(again) == []
    assert withheld(desk, again) == ["l'usager a demandé de ne pas lui écrire"]


def test_one_of_our_own_mailboxes_is_not_answered(desk: Desk) -> None:
    case = desk.open(sender="contact@exemple-departement.fr")
    assert desk.sent(case) == []


def test_what_nobody_has_sorted_is_acknowledged_when_a_person_has(desk: Desk) -> None:
    case = desk.open(UNKNOWN)
    assert desk.sent(case) == []
    assert withheld(desk, case) == ["à affecter d'abord"]
    desk.act(routing.confirm, case, level="normal", expected=None, by=desk.tom)
    desk.wait(seconds=1)
    assert len(desk.sent(case, "acknowledgement")) == 1


def test_what_a_person_keeps_secret_is_not(desk: Desk) -> None:
    case = desk.open(UNKNOWN)
    desk.act(routing.confirm, case, level="restricted", expected=None, by=desk.tom)
    desk.wait(seconds=1)
    assert desk.sent(case) == []


def test_rerouting_an_acknowledged_case_writes_nothing_more(desk: Desk) -> None:
    case = desk.open()
    desk.act(routing.reroute, case, "handicap", "erreur", expected=None, by=desk.alice)
    desk.wait(hours=30)
    assert len(desk.sent(case)) == 1
