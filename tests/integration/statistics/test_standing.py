"""The figures of queues read from their sums are those of the queues themselves, at any moment."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from grc.cases.models import CaseAccess
from grc.core.actor import Actor
from grc.core.db import end_read, execute, session, transaction
from grc.organisation.queries import snapshot
from grc.supervision.standing import reading
from grc.supervision.standing.models import Standing, StandingSum
from grc.supervision.statistics import checking
from grc.work import figures
from grc.work.figures import Figure, Scope
from tests.integration.conftest import Grc
from tests.integration.statistics import telling
from tests.integration.statistics.lives import Lives, live, whatever_happened
from tests.integration.statistics.telling import at

AXES = ("unit", "territory", "type")


def scope() -> Scope:
    return Scope(frozenset(snapshot().unit(code).id for code in ("apa", "amethyste")))


def agree(actor: Actor, day: int) -> None:
    """The sums, whatever was not counted yet put right, say what the queues say."""
    flow = figures.flow(scope(), actor, at(day))
    for by in AXES:
        lines = figures.table(scope(), by, actor, at(day))
        assert reading.read(scope(), by, actor, at(day)) == reading.Shown(lines, flow)
    end_read()


@pytest.fixture
def sonia(app: Flask, make_user: Callable[..., Actor]) -> Actor:
    """Somebody who supervises one of two units and works in the other, and is on lists."""
    return make_user("sonia", supervisor="apa", agent="amethyste")


@whatever_happened
def test_whatever_happened_sums_and_queues_agree(sonia: Actor, lives: Lives) -> None:
    live(lives)
    agree(sonia, 12)
    telling.count()
    agree(sonia, 95)  # other days, without anything being counted again
    assert list(checking.compare()) == []


def test_what_was_counted_is_not_asked_of_the_queues(
    sonia: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And before anything was counted, or after too much was done since, it is."""
    asked: list[str] = []
    of_queues = figures.table

    def listening(*which: object) -> object:
        asked.append(str(which[1]))
        return of_queues(*which)  # type: ignore[arg-type]

    monkeypatch.setattr(figures, "table", listening)
    cases = [telling.opened("apa", day) for day in range(3)]
    reading.read(scope(), "unit", sonia, at(5))
    assert asked == ["unit"]
    telling.count()
    found = reading.read(scope(), "unit", sonia, at(5)).lines
    assert asked == ["unit"]
    assert [one.numbers[Figure.OPEN] for one in found.values()] == [3]
    monkeypatch.setattr(reading, "MOST", 1)
    for case_id in cases:
        telling.closed(case_id, 6)
    assert reading.read(scope(), "unit", sonia, at(6)).lines == {}
    assert asked == ["unit", "unit"]


def test_the_oldest_that_has_just_ended_is_the_oldest_no_more(sonia: Actor) -> None:
    first, second = telling.opened("apa", 0, kind="apa"), telling.opened("apa", 9)
    telling.opened("amethyste", 40)
    telling.count()
    telling.closed(first, 41)
    agree(sonia, 41)
    found = reading.read(scope(), "unit", sonia, at(41)).lines
    assert {one.oldest for one in found.values()} == {at(9).date(), at(40).date()}
    telling.rerouted(second, "amethyste", 42)
    agree(sonia, 42)


def test_named_cases_and_refused_ones_are_counted_as_they_are_listed(
    sonia: Actor, make_user: Callable[..., Actor]
) -> None:
    paul = make_user("paul", supervisor="apa")
    named, refused = telling.opened("apa", 0), telling.opened("apa", 1)
    telling.levelled(named, "named", 1)
    with transaction():
        session().execute(delete(CaseAccess).where(CaseAccess.user_id == paul.user_id))
        session().add(CaseAccess(case_id=refused, user_id=sonia.user_id, effect="deny"))
    telling.count()
    apa = snapshot().unit("apa").id
    for actor, cases in ((sonia, {named}), (paul, {refused})):
        agree(actor, 8)
        counted = reading.read(Scope(frozenset({apa})), "unit", actor, at(8)).lines[apa]
        assert counted.numbers[Figure.OPEN] == len(cases)
    units = session().scalars(select(Standing.unit_id).where(Standing.is_named).distinct()).all()
    assert units == [apa]  # known, and in no sum
    total = select(StandingSum.count).where(
        StandingSum.axis == "unit", StandingSum.kind == Figure.OPEN.value
    )
    assert session().scalars(total).all() == [1]


@pytest.mark.usefixtures("app")
def test_a_wrong_sum_is_named_and_put_right(grc: Grc) -> None:
    telling.opened("apa", 0)
    telling.count()
    with transaction():
        which = StandingSum.axis == "unit", StandingSum.kind == "due", StandingSum.span == "day"
        execute(update(StandingSum).where(*which).values(count=7))
        execute(delete(Standing).where(Standing.kind == "in"))
    told = grc("stats", "compare", "--json")
    assert told.code == 65
    wrong = {(one["case"] == "-", one["kept"], one["right"]) for one in told.json["differences"]}
    assert {(True, 7, 1), (False, 0, 1), (True, 1, 0)} <= wrong
    assert grc("stats", "rebuild").code == 0
    assert grc("stats", "compare").code == 0
