"""What supervisors see of their queues: every number is the length of the list it leads to."""

import re
from datetime import UTC, date, datetime, timedelta
from html import escape, unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from grc.cases.models import Case, CaseAccess, Handling
from grc.cases.queries import by_reference
from grc.cases.service import set_level
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.clock import paris_date, start_of
from grc.core.db import session, transaction
from grc.jobs.keeper import catch_up
from grc.organisation.queries import snapshot
from grc.staff.models import User
from grc.supervision.statistics import checking
from grc.web import work
from grc.web.presenters import marks
from grc.web.presenters.charts import bars, nice, pairs
from grc.web.presenters.figures import COLUMNS
from tests.web.conftest import PEOPLE, Browser, Site
from tests.web.test_guard import statements
from tests.web.test_pages import many, references

NUMBER = re.compile(r'<a href="(/pilotage/liste\?[^"]+)">(\d+)(\sj)?</a>')
STATES = ("received", "in_progress", "waiting_citizen", "waiting_third")
PAGES = ("/pilotage", "/pilotage?par=territory", "/pilotage?par=type", "/pilotage?s=apa&par=type")


def enrich(site: Site, count: int = 54) -> None:
    """Copies of one case, of every age, state, owner, unit, territory and type there is."""
    many(site, count)

    def change() -> None:
        now = clock.now()
        with transaction():
            units = [snapshot().unit(code).id for code in ("apa", "amethyste", "tri")]
            for row in session().scalars(select(Handling).where(Handling.id >= 1000)):
                _vary(row, row.id - 1000, units, now)
                case = session().get_one(Case, row.case_id)
                case.contacts = row.id % 4 + 1
                case.territory = ("t14", None, "t02")[row.id % 3]
                case.request_type = ("apa", None, "aide-sociale-hebergement")[row.id % 3]
                case.level = row.level

    def count() -> None:
        catch_up(clock.now())
        checking.rebuild()

    site.ask(change)
    site.ask(count)


def _vary(row: Handling, n: int, units: list[int], now: datetime) -> None:
    today = paris_date(now)
    ends = n % 9 == 0
    row.unit_id = units[n % 3]
    row.status, row.is_open = ("closed", False) if ends else (STATES[n % 4], True)
    row.resolved_at = start_of(today - timedelta(days=n % 20)) if ends else None
    row.due_on = today + timedelta(days=n % 15 - 6)
    row.received_at = start_of(today - timedelta(days=n * 7 % 80))
    row.reopened_at = now if n % 6 == 1 else None
    row.level = "restricted" if n % 5 == 0 else "normal"


GROUPS = 4  # of three columns each


def length(browser: Browser, url: str | None) -> int:
    """How many rows a list has, all its pages together."""
    seen: list[str] = []
    while url:
        page = browser.get(unescape(url)).text
        seen += references(page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        url = older[1] if older else None
    assert len(seen) == len(set(seen))
    return len(seen)


def numbers(browser: Browser, page: str) -> dict[str, int]:
    """The numbers of a page, by the list behind each."""
    found = NUMBER.findall(browser.get(page).text)
    return {unescape(url): int(number) for url, number, days in found if not days}


def _plainly(_template: str, **page: Any) -> str:
    """A list without its frame: drawing two hundred of them is not what is looked at."""
    links = "".join(f'<a class="row-link" href="{row.url}">' for row in page["rows"])
    older = page["pages"]["older_url"]
    return links + (f'<a rel="next" href="{escape(older)}">' if older else "")


def test_every_number_is_the_length_of_the_list_behind_it(
    both: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrich(both)
    sonia = both.as_("sonia")
    told = {url: number for page in PAGES for url, number in numbers(sonia, page).items()}
    assert len(told) > 100
    longest = max(told, key=lambda url: told[url])
    assert told[longest] > 30  # more than one page
    assert length(sonia, longest) == told[longest]
    monkeypatch.setattr(work, "render", _plainly)
    assert {url: length(sonia, url) for url in told} == told


def test_the_oldest_is_the_first_of_its_list(site: Site) -> None:
    enrich(site)
    sonia = site.as_("sonia")
    page = sonia.get("/pilotage").text
    url, days = next((url, int(n)) for url, n, days in NUMBER.findall(page) if days)
    first = references(sonia.get(unescape(url)).text)[0]

    def received() -> int:
        found = by_reference(first)
        assert found is not None
        row = session().scalars(select(Handling).where(Handling.case_id == found.id)).one()
        return (paris_date(clock.now()) - paris_date(row.received_at)).days

    assert site.ask(received) == days


@pytest.mark.parametrize("login", [login for login in PEOPLE if login != "sonia"])
def test_only_supervisors_steer(site: Site, login: str) -> None:
    browser = site.as_(login)
    for url in ("/pilotage", "/pilotage/liste"):
        assert browser.get(url).status_code == 403


@pytest.mark.parametrize(
    "query", ["f=nonsense", "s=crip", "s=none", "a=1", "s=apa&a=1", "d=x", "f=in&d=2026-13-01"]
)
def test_an_address_of_nothing_of_hers_is_none(site: Site, query: str) -> None:
    assert site.as_("sonia").get(f"/pilotage/liste?{query}").status_code == 404
    assert site.as_("sonia").get("/pilotage?s=crip").status_code == 404


def _hide(site: Site, level: str, alone: str | None) -> None:
    """A case of crip, of that level; a named one is read by this person alone."""

    def change() -> None:
        with transaction():
            case = by_reference(site.cases["apa"])
            assert case is not None
            row = session().scalars(select(Handling).where(Handling.case_id == case.id)).one()
            if level != "named":
                row.unit_id = snapshot().unit("crip").id
                row.department_id = snapshot().unit("enfance").id
            set_level(case, level, actor=SYSTEM, now=clock.now())
            session().execute(delete(CaseAccess).where(CaseAccess.case_id == case.id))
            if alone:
                user = session().scalar(select(User.id).where(User.login == alone))
                session().add(CaseAccess(case_id=case.id, user_id=user, effect="allow"))

    site.ask(change)


@pytest.mark.parametrize(("level", "alone"), [("named", "alice"), ("restricted", None)])
def test_what_a_supervisor_may_not_read_is_counted_nowhere(
    site: Site, level: str, alone: str | None
) -> None:
    sonia = site.as_("sonia")
    before = {page: numbers(sonia, page) for page in PAGES}
    _hide(site, level, alone)
    after = {page: numbers(sonia, page) for page in PAGES}
    for page, told in before.items():
        assert all(after[page].get(url, 0) <= number for url, number in told.items())
        mine = "/pilotage/liste?f=open&s=apa" if "s=apa" in page else "/pilotage/liste?f=open"
        assert after[page][mine] == told[mine] - 1
    assert site.cases["apa"] not in sonia.get("/pilotage/liste?f=open").text


def test_a_page_of_figures_costs_few_statements_and_weighs_little(both: Site) -> None:
    enrich(both)
    sonia = both.as_("sonia")
    for page in ("/pilotage", "/pilotage?par=type"):
        sonia.get(page)
        with statements() as seen:
            answer = sonia.get(page)
        asked = [one for one in seen if not one.startswith(("BEGIN", "PRAGMA"))]
        assert len(asked) <= 12, "\n".join(asked)
        assert len(answer.data) < 60_000


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=30))
def test_bars_stay_in_their_picture_in_the_order_of_their_numbers(values: list[int]) -> None:
    drawn = bars(values)
    assert nice(max(values)) == drawn.top >= max(values)
    assert drawn.top % 2 == 0  # half of it is told beside the middle line
    assert drawn.top <= max(4, 2 * max(values))  # the highest bar is half of the picture or more
    for value, bar in zip(values, drawn.series[0], strict=True):
        assert 0 <= bar.y <= 100
        assert bar.y + bar.height == pytest.approx(100, abs=0.11)
        assert bar.height == pytest.approx(100 * value / drawn.top, abs=0.06)


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=30),
    st.integers(20, 400),
)
def test_pairs_of_bars_stand_side_by_side_in_the_middle_of_their_step(
    values: list[tuple[int, int]], step: int
) -> None:
    wide = step * 0.4
    left, right = pairs(values, step=step, width=wide).series
    for number, (one, other) in enumerate(zip(left, right, strict=True)):
        assert number * step <= one.x < one.x + wide <= other.x + 0.11
        assert other.x + wide <= (number + 1) * step + 0.11
        assert (one.x + other.x + wide) / 2 == pytest.approx((number + 0.5) * step, abs=0.2)


def test_the_columns_are_told_in_groups_and_what_is_late_stands_out(site: Site) -> None:
    enrich(site)
    page = site.as_("sonia").get("/pilotage").text
    assert page.count('scope="colgroup" colspan="3"') == GROUPS
    assert (len(COLUMNS) + 1) == 3 * GROUPS  # the age of the oldest stands among them
    late = re.findall(r'<td class="number"([^>]*)><a href="[^"]*f=late[^"]*">', page)
    assert late
    assert all('data-tone="late"' in told for told in late)
    assert not re.search(r'class="number is-zero" data-tone', page)


def test_the_team_begins_with_the_unit_that_has_most_and_tells_what_nobody_has(site: Site) -> None:
    enrich(site)
    sonia = site.as_("sonia")
    page = sonia.get("/pilotage/equipe").text
    told = {int(n) for n in re.findall(r'<span class="count">(\d+)</span>', page)}
    chosen = re.search(r'aria-current="page">[^<]*<span class="count">(\d+)</span>', page)
    assert not told or (chosen and int(chosen[1]) == max(told))
    free = re.search(r'<a href="(/pilotage/liste\?f=free[^"]*)">(\d+) demandes? sans agent', page)
    assert free
    assert length(sonia, free[1]) == int(free[2])


def test_what_waits_keeps_its_date_and_what_is_ended_is_no_longer_late(site: Site) -> None:
    def told(kind: str) -> str:
        with site.app.test_request_context():
            macros = site.app.jinja_env.get_template("_macros/case.html").module
            return re.sub(r"<[^>]+>", "", getattr(macros, "urgency")(kind, date(2026, 1, 5)))  # noqa: B009

    assert "en retard de" in told("late")
    assert "en retard de" in told("waiting")
    assert "en attente" in told("waiting")
    assert told("none") == "terminée"
    with site.app.test_request_context():
        tones = [
            marks.urgency(status, date(2026, 1, day), datetime(2026, 1, 5, 12, tzinfo=UTC))
            for status in ("waiting_third", "in_progress", "closed")
            for day in (4, 5, 9)
        ]
    assert tones == ["late", "waiting", "waiting", "late", "soon", "fine", *["none"] * 3]
