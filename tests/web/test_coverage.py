"""Coverage: the days that were counted, and what was recorded on them; nothing invented."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from grc.channels.exchange import UNNAMED
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.audit import AuditRow
from grc.core.clock import paris_date
from grc.core.db import add_all, session, transaction
from grc.core.errors import InvalidInput
from grc.coverage import queries, service
from grc.coverage.models import ChannelCount
from grc.coverage.queries import Coverage
from grc.coverage.service import Count
from grc.intake.calls import LINES
from grc.intake.models import Information, Received
from grc.organisation.queries import snapshot
from grc.staff.models import User
from tests.web.conftest import Site
from tests.web.test_guard import statements

MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)
MARCH = (date(2026, 3, 1), date(2026, 3, 31))


def of(name: str) -> Coverage:
    """The coverage of March of one way in."""
    (found,) = [one for one in queries.coverage(MARCH) if one.way.base == name]
    return found


def tell(on: date, measure: str, count: int, place: str = "") -> str:
    with transaction():
        return service.record(Count(on, measure, count, place), actor=SYSTEM, now=clock.now())


def record_calls(on: date, count: int, source: str = "apa") -> None:
    """What the ledger and the counter of informations hold of a day of calls."""
    with transaction():
        session().add(Received(channel="phone", source=source, on_date=on, count=count))
        user = session().scalars(select(User.id)).first()
        row = {"at": clock.now(), "on_date": on, "user_id": user, "channel": "phone"}
        add_all(Information, [{**row, "unit_id": snapshot().unit("apa").id}])


def test_only_days_that_were_counted_are_compared(both: Site) -> None:
    def story() -> None:
        record_calls(MONDAY, 3)
        record_calls(TUESDAY, 9)
        assert (of("answered").share, of("answered").recorded_in_all) == (None, 14)
        tell(MONDAY, "answered", 5, "ligne 1")
        tell(MONDAY, "answered", 3, "ligne 2")
        tell(MONDAY, "offered", 10)
        found = of("answered")
        assert (found.days, found.counted, found.recorded, found.share) == (1, 8, 4, 0.5)
        assert found.others == {"offered": 10, "abandoned": 0}

    both.ask(story)


def test_what_an_exchange_tells_by_itself_was_recorded_by_nobody(both: Site) -> None:
    def story() -> None:
        named = [source for channel, source in snapshot().mailboxes if channel == LINES]
        assert named
        record_calls(MONDAY, 2)
        for line in (*named, UNNAMED, "0199000000"):
            with transaction():
                session().add(Received(channel="phone", source=line, on_date=MONDAY, count=50))
        tell(MONDAY, "answered", 3)
        assert of("answered").recorded == 3

    both.ask(story)


def test_the_same_number_changes_nothing_and_another_is_told_in_the_journal(both: Site) -> None:
    def story() -> None:
        done = [tell(MONDAY, "letters", count) for count in (12, 12, 15)]
        assert done == ["created", "unchanged", "updated"]
        told = select(AuditRow.data).where(AuditRow.event == "coverage:counted")
        rows = session().scalars(told.order_by(AuditRow.id)).all()
        assert [(row["old"], row["count"]) for row in rows] == [("–", 12), (12, 15)]
        assert session().scalars(select(ChannelCount.count)).all() == [15]

    both.ask(story)


@pytest.mark.parametrize(
    ("count", "field"),
    [
        (Count(MONDAY, "smoke", 1), "measure"),
        (Count(paris_date(clock.now()) + timedelta(days=1), "letters", 1), "on"),
        (Count(MONDAY, "letters", -1), "count"),
        (Count(MONDAY, "letters", 10_000_001), "count"),
        (Count(MONDAY, "letters", 1, "x" * 81), "place"),
    ],
)
def test_what_cannot_be_is_refused(site: Site, count: Count, field: str) -> None:
    def story() -> None:
        with pytest.raises(InvalidInput) as refused, transaction():
            service.record(count, actor=SYSTEM, now=clock.now())
        assert refused.value.field == field

    site.ask(story)


def test_a_supervisor_types_the_numbers_of_a_day(site: Site) -> None:
    browser = site.as_("sonia")
    sent = browser.post("/couverture", on="2026-03-02", answered="8", letters="", visitors="0")
    assert sent.status_code == 303
    page = browser.get(sent.location).text
    assert "mars 2026" in page
    assert "8 appels décrochés" in page
    kept = site.ask(
        lambda: session().execute(select(ChannelCount.measure, ChannelCount.count)).all()
    )
    assert sorted(map(tuple, kept)) == [("answered", 8), ("visitors", 0)]
    known = browser.get("/couverture?jour=2026-03-02").text
    assert 'value="2026-03-02"' in known
    assert 'value="8"' in known


@pytest.mark.parametrize("typed", [{"on": "jamais"}, {"answered": "huit"}, {"answered": "-1"}])
def test_what_was_typed_comes_back_with_what_is_wrong(site: Site, typed: dict[str, str]) -> None:
    told = {"on": "2026-03-02", "letters": "41"} | typed
    back = site.as_("sonia").post("/couverture", **told)
    assert back.status_code == 422
    assert 'value="41"' in back.text
    assert "data-invalid" in back.text
    assert site.ask(lambda: session().scalar(select(func.count(ChannelCount.id)))) == 0


def test_only_who_answers_for_a_service_sees_it(site: Site) -> None:
    assert site.as_("sonia").get("/couverture").status_code == 200
    for login in ("alice", "rita"):
        assert site.as_(login).get("/couverture").status_code == 403


@pytest.mark.parametrize("month", ["2026-13", "abc", "9999-12", ""])
def test_no_such_month_is_the_present_one(site: Site, month: str) -> None:
    assert site.as_("sonia").get(f"/couverture?mois={month}").status_code == 200


def test_a_page_asks_the_same_however_much_was_counted(both: Site) -> None:
    browser = both.as_("sonia")
    browser.get("/couverture?mois=2026-03")
    with statements() as few:
        browser.get("/couverture?mois=2026-03")
    both.ask(lambda: [tell(MONDAY, "letters", 3, f"site {number}") for number in range(30)])
    with statements() as many:
        browser.get("/couverture?mois=2026-03")
    assert len(many) == len(few) <= 12
