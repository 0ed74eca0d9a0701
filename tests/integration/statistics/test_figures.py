"""The figures of twelve cases, each number worked out by hand; and that they stay true."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from grc.cases.models import CaseAccess
from grc.core.actor import Actor
from grc.core.db import end_read, execute, session, transaction
from grc.jobs.keeper import seal_journal
from grc.organisation.queries import snapshot
from grc.supervision.statistics import checking, folding
from grc.supervision.statistics.facts import Measure
from grc.supervision.statistics.measures import Numbers
from grc.supervision.statistics.models import DayFigure, Figure
from grc.supervision.statistics.periods import Days, Grain
from grc.supervision.statistics.queries import By, Question, figures
from tests.integration.conftest import Grc
from tests.integration.statistics import telling
from tests.integration.statistics.lives import Lives, live, whatever_happened
from tests.integration.statistics.telling import at
from tests.rig.plans import plans

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
SPRING = Days(date(2026, 3, 1), date(2026, 5, 31))
OUTSIDE = Actor("nobody", is_script=True, is_listed=False)


def tell_twelve() -> str:
    """Ten requests (one named, one a duplicate among the twelve); returns the code of a site.

    Days count from Monday 2 March; day 30 is 1 April.
    """
    told = [
        telling.opened("apa", 0, kind="apa", commune="92002", territory="sst-11"),
        telling.opened("apa", 0, kind="apa", commune="92002", channel="phone"),
        telling.opened("apa", 1, kind="apa", channel="phone"),
        telling.opened("apa", 2),
        telling.opened("amethyste", 3, channel="phone"),
        telling.opened("amethyste", 4),
        telling.opened("amethyste", 7),
        telling.opened("amethyste", 7, commune="92019"),
        telling.opened("apa", 8),
        telling.opened("apa", 30),
        telling.opened("apa", 5),  # a duplicate of the first
        telling.opened("apa", 6, level="named"),  # in no sum
    ]
    telling.contacted(told[0], 2, "phone")
    telling.contacted(told[0], 31)
    telling.answered(told[0], 3)
    telling.closed(told[0], 40)  # 3 contacts of its own, 1 of its duplicate; 40 days
    telling.answered(told[1], 1)
    telling.closed(told[1], 1)  # at once; 1 day
    telling.closed(told[2], 1)  # at once; 0 days
    telling.answered(told[3], 12)
    telling.closed(told[3], 12)  # at once; 10 days
    telling.closed(told[4], 5)  # 2 days, then reopened and closed again: 7 days
    telling.moved(told[4], "in_progress", 6)
    telling.closed(told[4], 10)
    telling.rerouted(told[5], "apa", 8)
    telling.rerouted(told[5], "amethyste", 9)  # twice, on day 9
    telling.rerouted(told[6], "apa", 9)  # once: it is counted for apa now
    telling.promised(told[7], 10, 9, "amethyste")  # kept
    telling.promised(told[7], 12, 13, "amethyste")  # late
    telling.promised(told[8], 35, None)  # never done
    telling.duplicate(told[10], told[0], 5)
    telling.closed(told[11], 8)
    site = telling.visited(told[1], 0)
    telling.count()
    return site


def read(by: By = By.PERIOD, **how: object) -> dict[object, Numbers]:
    told = {"days": SPRING, "by": by, "is_outside": True, **how}
    return dict(figures(Question(**told), OUTSIDE, at(100)).rows)  # type: ignore[arg-type]


def of(row: Numbers) -> dict[str, int]:
    return {str(name): number for name, number in sorted(row.counts.items()) if number}


def test_twelve_cases_worked_out_by_hand(app: Flask) -> None:
    site = tell_twelve()
    rows = read()
    march = {"contact": 11, "opened": 9, "answered": 3, "handled": 4, "at_once": 3}
    march |= {"of_handled": 4, "twice": 1, "reopened": 1, "due": 2, "kept": 1}
    assert of(rows[MARCH]) == march
    april = {"contact": 2, "opened": 1, "handled": 1, "of_handled": 4, "due": 1}
    assert of(rows[APRIL]) == april
    assert of(rows[date(2026, 5, 1)]) == {}

    whole = figures(Question(SPRING, is_outside=True), OUTSIDE, at(100)).total
    assert (whole.at_once, whole.contacts_each, whole.on_time) == (3 / 5, 8 / 5, 1 / 3)
    # answered after 3, 1 and 10 days; handled after 40, 1, 0, 10 and 7
    assert [whole.delay(Measure.ANSWERED, share) for share in (50, 90)] == [3, 10]
    assert [whole.delay(Measure.HANDLED, share) for share in (50, 90)] == [7, 40]

    by_channel = read(By.CHANNEL)
    assert of(by_channel["phone"]) | {"contact": 4, "opened": 3, "handled": 3} == of(
        by_channel["phone"]
    )
    assert by_channel["email"].of(Measure.CONTACT) == 9
    units = read(By.UNIT)
    apa, amethyste = (snapshot().unit(code).id for code in ("apa", "amethyste"))
    assert (units[apa].of(Measure.OPENED), units[amethyste].of(Measure.OPENED)) == (7, 3)
    assert (units[apa].of(Measure.DUE), units[amethyste].of(Measure.DUE)) == (1, 2)
    assert {key: row.of(Measure.OPENED) for key, row in read(By.SITE).items()} == {site: 1, "": 9}
    cantons = {key: row.of(Measure.OPENED) for key, row in read(By.CANTON).items()}
    assert cantons == {"Antony": 2, "Châtenay-Malabry": 1, "": 7}
    assert read(By.TERRITORY)["sst-11"].of(Measure.HANDLED_CONTACTS) == 4
    assert read(By.TYPE)["apa"].of(Measure.AT_ONCE) == 2
    assert of(read(By.TYPE, units=frozenset({amethyste}))[""])["opened"] == 3


def test_days_weeks_and_broken_months_say_the_same(app: Flask) -> None:
    tell_twelve()
    days = Days(date(2026, 3, 3), date(2026, 4, 2))
    told = [
        figures(Question(days, By.PERIOD, grain, is_outside=True), OUTSIDE, at(100)).total
        for grain in Grain
    ]
    told.append(figures(Question(days, By.UNIT, is_outside=True), OUTSIDE, at(100)).total)
    assert all(of(one) == of(told[0]) for one in told)
    assert told[0].of(Measure.OPENED) == 8  # all but the two of the 2nd
    with transaction():  # whole weeks are sums of their own, kept with the month they begin in
        week = (DayFigure.span == "week", DayFigure.on_date == date(2026, 3, 30))
        assert execute(delete(DayFigure).where(*week)).rowcount == 4  # apa and all, two measures
    april = (date(2026, 4, 1), date(2026, 4, 30))
    assert len(list(checking.compare(april))) == 4
    checking.rebuild(april)
    assert list(checking.compare()) == []


def test_what_is_counted_is_what_a_rebuild_finds(app: Flask) -> None:
    tell_twelve()
    assert list(checking.compare()) == []
    before = session().execute(select(DayFigure)).all()
    assert checking.rebuild() == 0
    end_read()
    assert list(checking.compare()) == []
    assert len(session().execute(select(DayFigure)).all()) <= len(before)


def test_what_is_wrong_is_named_and_put_right(app: Flask) -> None:
    tell_twelve()
    with transaction():
        cell = (DayFigure.axis == "all", DayFigure.span == "day", DayFigure.measure == "opened")
        first = DayFigure.on_date == telling.MONDAY
        execute(update(DayFigure).where(*cell, first).values(count=7))
        execute(
            update(Figure).where(Figure.case_id == 1, Figure.measure == "handled").values(bucket=3)
        )
    wrong = [(one.case_id, one.kept, one.right) for one in checking.compare() if one.case_id]
    assert sorted(wrong) == [(1, 0, 1), (1, 1, 0)]
    sums = [one for one in checking.compare() if one.case_id is None]
    assert any("all" in one.cell and (one.kept, one.right) == (7, 2) for one in sums)
    assert checking.rebuild() == 1
    assert list(checking.compare()) == []


def test_a_death_before_the_commit_counts_nothing_and_the_next_time_counts_all(app: Flask) -> None:
    tell_twelve()
    telling.closed(telling.opened("apa", 20), 22)
    seal_journal(0)
    sums = select(DayFigure.count).order_by(DayFigure.on_date, DayFigure.axis)
    before = session().scalars(sums).all()
    with pytest.raises(ZeroDivisionError), transaction():
        folding.fold(at(50)) / 0
    assert session().scalars(sums).all() == before
    assert telling.count() > 0
    assert telling.count() == 0
    assert list(checking.compare()) == []


def test_a_named_case_is_in_no_sum_and_is_counted_for_whom_it_names(
    app: Flask, make_user: Callable[..., Actor]
) -> None:
    sonia, paul = make_user("sonia", supervisor="apa"), make_user("paul", supervisor="apa")
    case_id = telling.opened("apa", 0)
    telling.opened("apa", 1)
    telling.levelled(case_id, "named", 1)
    telling.count()
    with transaction():
        session().execute(delete(CaseAccess).where(CaseAccess.user_id == paul.user_id))

    def opened(actor: Actor, by: By, *, is_outside: bool = False) -> int:
        apa = frozenset({snapshot().unit("apa").id})
        asked = Question(SPRING, by, units=apa, is_outside=is_outside)
        return figures(asked, actor, at(100)).total.of(Measure.OPENED)

    for by in By:
        assert (opened(sonia, by), opened(paul, by)) == (2, 1)
        assert opened(sonia, by, is_outside=True) == 1
    telling.levelled(case_id, "normal", 2)
    telling.count()
    assert opened(paul, By.PERIOD) == opened(sonia, By.PERIOD, is_outside=True) == 2


def test_writing_again_does_not_make_the_first_answer_later(app: Flask) -> None:
    case_id = telling.opened("apa", 0)
    first = telling.answered(case_id, 2)
    telling.answered(case_id, 9)
    telling.count()
    assert _answers() == {2: 1}
    telling.taken_back(case_id, first, 10)
    telling.count()
    assert _answers() == {9: 1}
    assert list(checking.compare()) == []


def _answers() -> dict[int, int]:
    """How many cases had their first answer after how many days."""
    query = select(Figure.bucket, Figure.count).where(Figure.measure == Measure.ANSWERED)
    return {bucket: count for bucket, count in session().execute(query)}  # noqa: C416


@whatever_happened
def test_whatever_happens_counting_little_by_little_is_counting_at_the_end(
    app: Flask, lives: Lives
) -> None:
    live(lives)
    telling.count()
    assert list(checking.compare()) == []


def test_the_command_compares_says_what_is_wrong_and_puts_it_right(app: Flask, grc: Grc) -> None:
    tell_twelve()
    assert grc("stats", "compare").code == 0
    with transaction():
        cell = (DayFigure.axis == "channel", DayFigure.span == "month", DayFigure.value == "phone")
        execute(update(DayFigure).where(*cell, DayFigure.measure == "contact").values(count=99))
    told = grc("stats", "compare", "--json")
    (first, *_) = told.json["differences"]
    assert (told.code, first["case"], first["kept"], first["right"]) == (65, "-", 99, 4)
    assert "channel" in first["cell"]
    assert grc("stats", "compare", "--from", "2026-05-01").code == 0
    assert grc("stats", "rebuild", "--from", "2026-03-01", "--to", "2026-03-31").code == 0
    assert grc("stats", "compare").code == 0


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("by", [By.TYPE, By.PERIOD, By.CANTON])
def test_broken_months_are_read_from_their_own_ranges(by: By) -> None:
    """Not the whole axis, which grows with the years."""
    days = Days(date(2026, 2, 9), date(2026, 9, 20))
    with plans() as seen:
        figures(Question(days, by), OUTSIDE, at(0))
    end_read()
    ranges = [one for one in seen if "SEARCH day_figure" in one or "Index Cond" in one]
    assert len([one for one in ranges if "on_date" in one]) == 3, seen
