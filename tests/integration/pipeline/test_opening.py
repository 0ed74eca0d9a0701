"""A first message opens one case, routed, with the reasons; until then only triage sees it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from grc.cases.listing import readable_level
from grc.cases.models import Case, CaseFact
from grc.cases.queries import visible_to
from grc.core.actor import Actor
from grc.core.db import session, transaction
from grc.organisation.queries import snapshot
from grc.routing import service as routing
from grc.routing.models import RoutingDecision
from tests.integration.pipeline.desk import Desk

VIOLENCE = "Mon mari me frappe, j'ai peur de mon mari. Aidez-moi."


def test_a_first_message_opens_a_case_routed_with_its_reasons(desk: Desk) -> None:
    case = desk.open("Bonjour,\n\nJe souhaite un dossier d'APA pour ma mère à Nanterre.")
    decision = session().scalars(select(RoutingDecision).filter_by(case_id=case.id)).one()
    assert desk.unit(case) == "apa"
    assert case.level == "normal"
    assert case.request_type == "apa"
    assert decision.rule_code
    assert decision.rule_version >= 1
    assert decision.reasons
    assert decision.rejected
    assert desk.events(case)[:2] == ["case:opened", "case:routed"]


def may_know(actor: Actor, case: Case, desk: Desk) -> bool:
    found = select(Case.id).where(Case.id == case.id, visible_to(actor, desk.now))
    return session().scalar(found) is not None


def test_until_routed_only_triage_may_know_of_a_case(desk: Desk) -> None:
    case = desk.case(desk.understand(desk.mail()))
    handling = desk.handling(case)
    assert (case.level, handling.level, handling.to_route) == ("restricted", "restricted", True)
    assert may_know(desk.tom, case, desk)
    assert not may_know(desk.alice, case, desk)
    desk.work()
    assert may_know(desk.alice, desk.case(case.id), desk)


def test_what_no_rule_knows_waits_for_a_person(desk: Desk) -> None:
    case = desk.open("Le xylophone du zygomatique est mauve.")
    handling = desk.handling(case)
    assert (handling.to_route, handling.level, desk.unit(case)) == (True, "restricted", "tri")
    desk.wait(days=3)
    assert desk.handling(case).to_route
    with transaction():
        routing.confirm(
            desk.case(case.id), level="normal", expected=None, actor=desk.tom, now=desk.now
        )
    handling = desk.handling(case)
    assert (handling.to_route, handling.level, case.level) == (False, "normal", "normal")
    assert "case:level-set" in desk.events(case)


def test_a_named_case_is_read_by_the_people_of_its_unit_and_nobody_else(desk: Desk) -> None:
    vera = desk.user("vera", agent="violences")
    case = desk.open(VIOLENCE)
    assert case.level == "named"
    assert may_know(vera, case, desk)
    assert not may_know(desk.alice, case, desk)
    assert not may_know(desk.tom, case, desk)


def test_a_secret_nobody_could_read_stays_with_its_unit(desk: Desk) -> None:
    case = desk.open()
    with transaction():
        level = readable_level("named", case.id, {snapshot().unit("crip").id})
    assert level == "restricted"


def test_a_date_in_the_future_is_not_believed(desk: Desk) -> None:
    case = desk.open(date=desk.now + timedelta(days=400))
    assert case.received_at == desk.now


def test_reception_is_what_our_server_stamped(desk: Desk) -> None:
    stamp = "from mx by mail.exemple-departement.fr; Fri, 27 Feb 2026 16:00:00 +0100"
    raw = b"Received: " + stamp.encode() + b"\n" + desk.mail()
    case = desk.case(desk.receive(raw))
    assert case.received_at == datetime(2026, 2, 27, 15, tzinfo=UTC)
    facts = session().scalars(select(CaseFact).filter_by(case_id=case.id)).all()
    assert {(fact.kind, fact.source) for fact in facts} >= {
        ("received", "received_header"),
        ("sent", "date_header"),
    }


def test_a_subject_longer_than_a_column_opens_a_case(desk: Desk) -> None:
    case = desk.open(subject="Objet " + "interminable " * 60)
    assert len(case.subject) == 500
