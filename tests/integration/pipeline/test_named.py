"""Who is on the list of a named case, and that the list is never empty."""

import pytest
from sqlalchemy import select

from grc.cases import service as cases
from grc.cases.models import Case, CaseAccess
from grc.cases.queries import visible_to
from grc.core.actor import SYSTEM, Actor
from grc.core.audit import remark
from grc.core.db import add_all, session, transaction
from grc.core.errors import Forbidden, InvalidInput
from grc.intake.models import Item
from grc.organisation.queries import snapshot
from grc.routing import service as routing
from grc.work import service as work
from tests.integration.pipeline.desk import Desk

VIOLENCE = "Mon mari me frappe, j'ai peur de mon mari. Aidez-moi."
NOBODY_S = "crip"  # no test gives this unit an agent


def vera(desk: Desk) -> Actor:
    """An agent of the unit to which such cases go."""
    return desk.user("vera", agent="violences")


@pytest.fixture(autouse=True)
def _with_vera(desk: Desk) -> None:
    vera(desk)


def reads(desk: Desk, who: Actor, case: Case) -> bool:
    """May this person know of the case, by both ways of asking?"""
    found = select(Case.id).where(Case.id == case.id, visible_to(who, desk.now))
    return session().scalar(found) is not None


def give(desk: Desk, case: Case, who: Actor, effect: str) -> None:
    """Decide for one person, with a remark, as an administrator does."""
    with transaction():
        kept = remark("Décidé pour une personne.", now=desk.now)
        row = session().get(CaseAccess, (case.id, who.user_id))
        if row is not None:
            row.effect, row.remark_id = effect, kept
            return
        values = {"case_id": case.id, "user_id": who.user_id, "effect": effect, "remark_id": kept}
        add_all(CaseAccess, [values])


def name(desk: Desk, case: Case) -> None:
    with transaction():
        cases.set_level(desk.case(case.id), "named", actor=SYSTEM, now=desk.now)


def reroute(desk: Desk, case: Case, unit: str, *, by: Actor) -> None:
    desk.act(routing.reroute, case, unit, "Erreur d'aiguillage.", expected=None, by=by)


def in_two_mailboxes(desk: Desk, *, copy_first: bool) -> Case:
    """A case of violence whose message also came to the mailbox of the APA unit."""
    raw = desk.mail(VIOLENCE)
    item: Item = desk.understand(raw)
    if copy_first:
        desk.understand(raw, source="apa")
    desk.work()
    if not copy_first:
        desk.receive(raw, source="apa")
    case = desk.case(item)
    assert len(desk.handlings(case)) == 2
    return case


@pytest.mark.parametrize("copy_first", [True, False])
def test_every_unit_concerned_reads_it_and_keeps_the_secret(desk: Desk, copy_first: bool) -> None:
    """Whichever comes first, the copy or the routing: an open part that nobody of its unit
    can see would be a lost request."""
    case = in_two_mailboxes(desk, copy_first=copy_first)
    assert {row.level for row in desk.handlings(case)} == {case.level} == {"named"}
    assert reads(desk, vera(desk), case)
    assert reads(desk, desk.alice, case)
    assert not reads(desk, desk.tom, case)
    assert not reads(desk, desk.user("hugo", agent="handicap"), case)


def test_a_unit_that_joins_brings_its_people_and_changes_nothing_else(desk: Desk) -> None:
    """The list is of people: who joined the first unit since is not on it."""
    raw = desk.mail(VIOLENCE)
    case = desk.case(desk.receive(raw))
    late = desk.user(f"late{desk.number}", agent="violences")
    desk.receive(raw, source="apa")
    assert reads(desk, desk.alice, case)
    assert not reads(desk, late, case)
    assert "case:listed" in desk.events(case)


def test_a_unit_without_people_adds_nobody_and_hides_nothing(desk: Desk) -> None:
    raw = desk.mail(VIOLENCE)
    case = desk.case(desk.receive(raw))
    desk.receive(raw, source=NOBODY_S)
    assert {row.level for row in desk.handlings(case)} == {"named"}
    assert reads(desk, vera(desk), case)


def test_rerouted_it_is_read_by_the_people_of_the_new_unit_only(desk: Desk) -> None:
    case = desk.open(VIOLENCE)
    hugo = desk.user("hugo", agent="handicap")
    kept, refused = desk.bob, desk.user("rose", agent="handicap")
    give(desk, case, kept, "allow")
    give(desk, case, refused, "deny")
    reroute(desk, case, "handicap", by=vera(desk))
    assert desk.case(case.id).level == "named"
    assert reads(desk, hugo, case)
    assert not reads(desk, vera(desk), case)
    assert reads(desk, kept, case)
    assert not reads(desk, refused, case)
    with pytest.raises(Forbidden):
        desk.act(work.note, case, "?", by=vera(desk))


def test_rerouted_where_nobody_is_it_is_the_unit_s_and_no_longer_the_former_one_s(
    desk: Desk,
) -> None:
    case = desk.open(VIOLENCE)
    reroute(desk, case, NOBODY_S, by=vera(desk))
    assert (desk.case(case.id).level, desk.handling(case).level) == ("restricted", "restricted")
    assert not reads(desk, vera(desk), case)
    assert "case:level-set" in desk.events(case)
    above = desk.user("above.crip", supervisor=top(NOBODY_S))
    assert reads(desk, above, case)
    reroute(desk, case, "violences", by=above)
    assert desk.case(case.id).level == "named"
    assert reads(desk, vera(desk), case)
    assert not reads(desk, above, case)


def top(code: str) -> str:
    """The department of a unit."""
    unit = snapshot().unit(code)
    return snapshot().unit_by_id(unit.department_id).code


def test_people_who_are_refused_are_nobody(desk: Desk) -> None:
    """A list on which everybody is refused would hide the case from all."""
    case = desk.open()
    lone = desk.user(f"lone{desk.number}", agent="rh")
    give(desk, case, lone, "deny")
    reroute(desk, case, "rh", by=desk.alice)
    name(desk, case)
    assert desk.case(case.id).level == "restricted"


def test_becoming_named_lists_the_people_of_every_unit_and_who_it_is_entrusted_to(
    desk: Desk,
) -> None:
    hugo, above = desk.user("hugo", agent="handicap"), desk.user("above", supervisor="autonomie")
    raw = desk.mail()
    case = desk.case(desk.receive(raw))
    desk.receive(raw, source="handicap")
    desk.act(work.take, case, by=above)
    desk.act(routing.qualify, case, "violences", expected=None, by=desk.alice)
    assert desk.case(case.id).level == "named"
    for who in (desk.alice, hugo, above):
        assert reads(desk, who, case)
    assert not reads(desk, vera(desk), case)


def test_what_is_done_with_a_named_case_never_lengthens_its_list(desk: Desk) -> None:
    case = desk.open(VIOLENCE)
    late = desk.user(f"late{desk.number}", agent="violences")
    for kind in ("apa", "violences"):
        desk.act(routing.qualify, case, kind, expected=None, by=vera(desk))
        assert desk.case(case.id).level == "named"
        assert not reads(desk, late, case)


def test_it_is_not_entrusted_to_a_colleague_who_may_not_read_it(desk: Desk) -> None:
    """Nobody could take it back from a person who does not see it."""
    case = desk.open(VIOLENCE)
    late = desk.user(f"late{desk.number}", agent="violences")
    above = desk.user("above.violences", supervisor="solidarites")
    give(desk, case, above, "allow")
    with pytest.raises(InvalidInput, match="ne peut pas lire"):
        desk.act(work.assign, case, late.user_id, expected=None, by=above)
    give(desk, case, late, "allow")
    desk.act(work.assign, case, late.user_id, expected=None, by=above)
    assert desk.handling(case).assignee_id == late.user_id


def to_route(desk: Desk) -> Case:
    """A case that no rule knew, qualified since."""
    case = desk.open("Le xylophone du zygomatique est mauve.")
    assert desk.handling(case).to_route
    return case


@pytest.mark.parametrize(
    ("kind", "least"), [("information-preoccupante", "restricted"), ("violences", "named")]
)
def test_confirming_the_unit_goes_not_below_the_nature_s_level(
    desk: Desk, kind: str, least: str
) -> None:
    case = to_route(desk)
    desk.act(routing.qualify, case, kind, expected=None, by=desk.tom)
    desk.act(routing.confirm, case, level="normal", expected=None, by=desk.tom)
    assert (desk.case(case.id).level, desk.handling(case).level) == (least, least)
    assert not desk.handling(case).to_route


@pytest.mark.parametrize(
    ("kind", "least"),
    [("information-preoccupante", "restricted"), ("violences", "named"), ("apa", "normal")],
)
def test_rerouting_goes_not_below_the_nature_s_level(desk: Desk, kind: str, least: str) -> None:
    case = to_route(desk)
    desk.act(
        routing.reroute, case, "apa", "Pour l'APA.", expected=None, by=desk.tom, request_type=kind
    )
    assert (desk.case(case.id).level, desk.handling(case).level) == (least, least)


def test_what_was_named_while_it_waited_stays_named(desk: Desk) -> None:
    """Qualified as violence, then as something milder: a person had a reason to hide it."""
    for finish in (
        lambda case: reroute(desk, case, "apa", by=desk.tom),
        lambda case: desk.act(routing.confirm, case, level="normal", expected=None, by=desk.tom),
    ):
        case = to_route(desk)
        for kind in ("violences", "apa"):
            desk.act(routing.qualify, case, kind, expected=None, by=desk.tom)
        finish(case)
        assert desk.case(case.id).level == "named"
