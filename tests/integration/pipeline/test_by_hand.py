"""What people do with a case, one use-case at a time, all of it audited."""

import pytest

from grc.cases.models import Case
from grc.core.actor import Actor
from grc.core.audit import Remark
from grc.core.db import session
from grc.core.errors import Conflict, Forbidden, InvalidInput
from grc.organisation.queries import snapshot
from grc.recovery import service as recovery
from grc.recovery.models import RecoveryAction
from grc.routing import service as routing
from grc.routing.models import RoutingDecision
from grc.work import service as work
from tests.integration.pipeline.desk import Desk


def reroute(desk: Desk, case: Case, unit: str, *, by: Actor, **given: object) -> None:
    given.setdefault("expected", None)
    desk.act(routing.reroute, case, unit, "Erreur d'aiguillage.", by=by, **given)


def test_rerouting_keeps_who_and_why(desk: Desk) -> None:
    case = desk.open()
    reroute(desk, case, "handicap", by=desk.alice)
    last = session().query(RoutingDecision).filter_by(case_id=case.id).all()[-1]
    assert desk.unit(case) == "handicap"
    assert last.actor == "alice"
    assert session().get_one(Remark, last.remark_id).text == "Erreur d'aiguillage."
    (row,) = desk.audit(case, "case:rerouted")
    assert row.remark_id == last.remark_id
    assert "Erreur" not in str(row.data)


def test_rerouting_wants_a_reason_and_a_known_unit(desk: Desk) -> None:
    case = desk.open()
    for unit, why in (("handicap", "  "), ("nulle-part", "Parce que.")):
        with pytest.raises(InvalidInput):
            desk.act(routing.reroute, case, unit, why, expected=None, by=desk.alice)
    assert desk.unit(case) == "apa"


def test_rerouting_gives_the_case_up_to_the_other_unit(desk: Desk) -> None:
    case = desk.open()
    desk.act(work.take, case, by=desk.alice)
    reroute(desk, case, "handicap", by=desk.alice)
    handling = desk.handling(case)
    assert (handling.assignee_id, handling.status) == (None, "received")
    assert desk.case(case.id).status == "received"


def test_rerouting_into_a_unit_concerned_joins_its_part(desk: Desk) -> None:
    raw = desk.mail()
    case = desk.case(desk.receive(raw))
    desk.receive(raw, source="handicap")
    assert len(desk.handlings(case)) == 2
    reroute(desk, case, "handicap", by=desk.alice)
    assert desk.unit(case) == "handicap"


def test_rerouting_into_a_unit_that_had_ended_its_part_opens_it_again(desk: Desk) -> None:
    hugo = desk.user("hugo", agent="handicap")
    raw = desk.mail()
    case = desk.case(desk.receive(raw))
    desk.receive(raw, source="handicap")
    desk.act(work.move, case, "closed", why="", outcome="answered", expected=None, by=hugo)
    reroute(desk, case, "handicap", by=desk.alice)
    handling = desk.handling(case)
    assert (handling.status, handling.is_open, handling.outcome) == ("received", True, None)
    assert desk.case(case.id).status == "received"


def test_naming_a_more_secret_nature_hides_the_case_and_never_the_reverse(desk: Desk) -> None:
    case = desk.open()
    desk.act(routing.qualify, case, "information-preoccupante", expected=None, by=desk.alice)
    assert desk.case(case.id).level == "restricted"
    assert desk.handling(case).level == "restricted"
    desk.act(routing.qualify, case, "apa", expected=None, by=desk.alice)
    assert desk.case(case.id).level == "restricted"
    assert [row.data["new"]["msgid"] for row in desk.audit(case, "case:level-set")] == [
        "restreinte au service"
    ]


def test_a_named_case_rerouted_is_read_where_it_goes(desk: Desk) -> None:
    vera = desk.user("vera", agent="violences")
    case = desk.open("Demande d'APA.")
    reroute(desk, case, "violences", by=desk.alice, request_type="violences")
    assert desk.case(case.id).level == "named"
    desk.act(work.take, case, by=vera)
    with pytest.raises(Forbidden):
        desk.act(work.note, case, "?", by=desk.alice)


def test_a_stale_version_overwrites_nothing(desk: Desk) -> None:
    case = desk.open()
    seen = desk.handling(case).version
    desk.act(work.take, case, by=desk.bob)
    for use_case, given in (
        (work.move, {"status": "closed", "why": "", "outcome": "refused"}),
        (work.reply, {"text": "Trop tard."}),
        (work.assign, {"assignee_id": desk.alice.user_id}),
        (routing.reroute, {"unit_code": "handicap", "why": "Erreur."}),
    ):
        with pytest.raises(Conflict):
            desk.act(use_case, case, expected=seen, by=desk.sonia, **given)
    handling = desk.handling(case)
    assert (handling.assignee_id, handling.status) == (desk.bob.user_id, "in_progress")
    assert desk.sent(case, "reply") == []


def test_taking_twice_is_once_and_taking_another_s_names_who_has_it(desk: Desk) -> None:
    case = desk.open()
    desk.act(work.take, case, by=desk.alice)
    desk.act(work.take, case, by=desk.alice)
    with pytest.raises(Conflict, match="Alice"):
        desk.act(work.take, case, by=desk.bob)
    assert desk.events(case).count("case:taken") == 1
    assert desk.handling(case).taken_at == desk.now


def test_who_may_not_write_may_do_nothing(desk: Desk) -> None:
    case = desk.open()
    for act in (
        lambda: desk.act(work.take, case, by=desk.tom),
        lambda: desk.act(work.note, case, "x", by=desk.tom),
        lambda: desk.act(work.assign, case, desk.bob.user_id, expected=None, by=desk.alice),
        lambda: reroute(desk, case, "tri", by=desk.tom),
        lambda: desk.act(recovery.promise, case, "call_back", by=desk.tom),
    ):
        with pytest.raises(Forbidden):
            act()


def test_assigning_and_releasing(desk: Desk) -> None:
    case = desk.open()
    desk.act(work.assign, case, desk.bob.user_id, expected=None, by=desk.sonia)
    assert desk.handling(case).assignee_id == desk.bob.user_id
    with pytest.raises(Forbidden):
        desk.act(work.release, case, by=desk.alice)
    desk.act(work.release, case, by=desk.bob)
    handling = desk.handling(case)
    assert (handling.assignee_id, handling.status) == (None, "received")


def test_a_case_is_entrusted_to_people_of_its_unit_only(desk: Desk) -> None:
    case = desk.open()
    for stranger in (desk.tom.user_id, 999_999):
        with pytest.raises(InvalidInput):
            desk.act(work.assign, case, stranger, expected=None, by=desk.sonia)


def test_a_duplicate_is_closed_and_linked_and_may_be_reopened(desk: Desk) -> None:
    first, second = desk.open(), desk.open("Dossier d'APA, encore.")
    with_other = desk.case(first.id)
    desk.act(work.link_duplicate, second, with_other, expected=None, by=desk.alice)
    assert (desk.handling(second).outcome, desk.case(second.id).status) == ("duplicate", "closed")
    assert (first.id, "duplicate_of") in desk.links(second)
    desk.act(
        work.move, second, "in_progress", why="Non.", outcome=None, expected=None, by=desk.alice
    )
    assert desk.handling(second).outcome is None


def test_two_cases_are_not_each_other_s_duplicate(desk: Desk) -> None:
    first, second = desk.open(), desk.open("Dossier d'APA, encore.")
    desk.act(work.link_duplicate, second, desk.case(first.id), expected=None, by=desk.alice)
    for one, other in ((first, second), (first, first)):
        with pytest.raises(InvalidInput):
            desk.act(work.link_duplicate, one, desk.case(other.id), expected=None, by=desk.alice)
    assert desk.case(first.id).status == "received"


def test_a_case_one_may_not_read_is_no_duplicate(desk: Desk) -> None:
    hidden = desk.open("Mon mari me frappe, j'ai peur de mon mari.")
    case = desk.open()
    with pytest.raises(Forbidden):
        desk.act(work.link_duplicate, case, hidden, expected=None, by=desk.alice)


def test_a_recovery_action_is_promised_then_done_once(desk: Desk) -> None:
    case = desk.open()
    action_id = desk.act(recovery.promise, case, "call_back", why="Appel manqué.", by=desk.alice)
    action = session().get_one(RecoveryAction, action_id)
    assert (action.promised_on.isoformat(), action.owner_id) == ("2026-03-03", desk.alice.user_id)
    assert action.unit_id == snapshot().unit("apa").id
    for _ in range(2):
        desk.act(recovery.finish, case, action_id, "succeeded", by=desk.alice)
    assert desk.events(case).count("action:done") == 1
    with pytest.raises(InvalidInput):
        desk.act(recovery.finish, case, action_id, "magic", by=desk.alice)
    with pytest.raises(InvalidInput):
        desk.act(recovery.finish, desk.open("APA bis."), action_id, "failed", by=desk.alice)
