"""Who wrote? Known, new, or proposed with the reason; never guessed."""

from grc.citizens import service as citizens
from grc.citizens.models import Citizen
from grc.core.db import session, transaction
from grc.work import service as work
from tests.integration.pipeline.desk import Desk


def reasons(desk: Desk, case_id: int) -> str:
    return " ".join(reason["msgid"] for reason in desk.case(case_id).match_reasons)


def test_a_new_address_is_a_new_citizen(desk: Desk) -> None:
    case = desk.open()
    assert case.citizen_match == "matched"
    assert session().get_one(Citizen, case.citizen_id).name == "Marie Durand"
    assert "première fois" in reasons(desk, case.id)


def test_a_known_address_is_the_same_citizen(desk: Desk) -> None:
    first, second = desk.open(), desk.open("Autre demande d'APA.")
    assert first.citizen_id == second.citizen_id
    assert "déjà connu" in reasons(desk, second.id)


def test_capitals_and_accents_change_nobody(desk: Desk) -> None:
    first = desk.open()
    shouted = f"DURAND Márie <{desk.address().upper()}>"
    assert desk.open("Autre dossier d'APA.", sender=shouted).citizen_id == first.citizen_id


def test_another_name_at_the_same_address_is_proposed(desk: Desk) -> None:
    desk.open()
    other = desk.open("Pour moi.", sender=f"Karim Benali <{desk.address()}>")
    assert (other.citizen_match, other.citizen_id) == ("proposed", None)
    assert "mais le nom donné est" in reasons(desk, other.id)


def test_a_shared_address_is_proposed(desk: Desk) -> None:
    first = desk.open()
    point = desk.party(first).contact_point_id
    assert point is not None
    with transaction():
        other = citizens.create("Paul Durand", [], origin="agent", now=desk.now)
        citizens.attach(other, point, origin="agent")
    case = desk.open("Nous voulons un dossier d'APA.")
    assert (case.citizen_match, case.citizen_id) == ("proposed", None)
    assert "partagé par" in reasons(desk, case.id)


def test_a_person_settles_a_proposal(desk: Desk) -> None:
    first = desk.open()
    other = desk.open("Dossier d'APA pour moi.", sender=f"Karim Benali <{desk.address()}>")
    desk.act(work.set_citizen, other, None, expected=None, by=desk.alice)
    other = desk.case(other.id)
    assert other.citizen_match == "matched"
    assert other.citizen_id not in (None, first.citizen_id)
    assert session().get_one(Citizen, other.citizen_id).name == "Karim Benali"
    assert desk.party(other).citizen_id == other.citizen_id
    assert "case:citizen-set" in desk.events(other)


def test_an_administration_is_a_professional_and_nobody_s_citizen(desk: Desk) -> None:
    domain = desk.partners()[0]
    case = desk.open(sender=f"Service <agent.{desk.number}@{domain}>")
    party = desk.party(case)
    assert (party.role, party.citizen_id, case.citizen_id) == ("professional", None, None)
    assert party.organisation
    assert case.citizen_match == "none"


def test_no_sender_is_no_citizen(desk: Desk) -> None:
    raw = b"\n".join(line for line in desk.mail().split(b"\n") if not line.startswith(b"From:"))
    case = desk.case(desk.receive(raw))
    assert (case.citizen_id, case.citizen_match) == (None, "none")
    assert desk.party(case).contact_point_id is None
    assert desk.sent(case) == []


def test_a_commune_named_once_gives_the_territory(desk: Desk) -> None:
    case = desk.open("J'habite Gennevilliers et je demande un dossier d'APA.")
    assert (case.commune, case.territory is not None) == ("92036", True)


def test_two_communes_give_none(desk: Desk) -> None:
    case = desk.open("J'ai habité Gennevilliers puis Sceaux, dossier d'APA.")
    assert case.commune is None
    assert case.territory is None
