"""The page of statistics: what it says, to whom, and what it costs."""

import re
from datetime import date, timedelta
from io import BytesIO
from itertools import product

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update

from grc.cases.models import Case
from grc.core import clock
from grc.core.db import add_all, execute, session, transaction
from grc.jobs.keeper import catch_up
from grc.organisation.models import LoadedData, Unit
from grc.organisation.queries import snapshot
from grc.staff.models import User, UserRole
from grc.supervision.statistics.facts import Measure
from grc.supervision.statistics.folding import EVERY
from grc.supervision.statistics.models import DayFigure
from tests.web.conftest import Site
from tests.web.test_guard import statements

FIRST, DAY = date(2024, 1, 1), timedelta(days=1)  # a Monday
BY = ("periode", "canal", "site", "territoire", "canton", "nature", "service")


def count(site: Site) -> None:
    site.ask(lambda: catch_up(clock.now()))


def supervise(site: Site, login: str, *units: str) -> None:
    """Make somebody a supervisor of nothing but these units."""

    def change() -> None:
        with transaction():
            user = session().scalars(select(User).where(User.login == login)).one()
            for unit in units:
                row = UserRole(user_id=user.id, unit_id=snapshot().unit(unit).id, role="supervisor")
                session().add(row)

    site.ask(change)


EVER = "du=2000-01-01&au=2100-01-01&pas=annee"


def figure(text: str, label: str) -> str:
    """The number of a tile."""
    return text.split(f"<dt>{label}</dt><dd>")[1].split("</dd>")[0]


@pytest.mark.parametrize("by", BY)
def test_each_table_opens_and_its_file_has_the_same_lines(both: Site, by: str) -> None:
    count(both)
    browser = both.as_("sonia")
    page = browser.get(f"/statistiques?par={by}&{EVER}")
    assert page.status_code == 200
    assert len(page.data) < 60_000
    rows = browser.get(f"/statistiques/fichier?par={by}&{EVER}").text.splitlines()
    assert page.text.count('<th scope="row">') == len(rows) - 1


@pytest.mark.parametrize(
    ("days", "lines"),
    [
        ("du=2024-01-01&au=2024-02-29&pas=jour", 60),
        ("du=2024-01-01&au=2024-12-31&pas=semaine", 53),
    ],
)
@pytest.mark.parametrize("outside", ["", "&publie=1"])
def test_a_long_table_comes_in_pages_that_leave_out_no_line_and_weigh_little(
    site: Site, days: str, lines: int, outside: str
) -> None:
    begins = [("day", n) for n in range(60)] + [("week", 7 * n) for n in range(53)]
    cells = product(begins, Measure, (1, 90, 400))
    figures = [
        {"axis": "all", "unit_id": EVERY, "span": span, "on_date": FIRST + n * DAY, "value": "",
         "measure": measure, "bucket": bucket, "count": 123_456}
        for (span, n), measure, bucket in cells
    ]  # fmt: skip

    def fill() -> None:
        with transaction():
            add_all(DayFigure, figures)

    site.ask(fill)
    browser = site.as_("sonia")
    address, told = f"/statistiques?{days}{outside}", []
    while address:
        page = browser.get(address)
        assert len(page.data) < 60_000
        told = re.findall(r'<th scope="row">([^<]+\d)</th>', page.text) + told
        earlier = re.search(r'rel="prev" href="([^"]+)"', page.text)
        address = earlier[1].replace("&amp;", "&") if earlier else ""
    rows = browser.get(f"/statistiques/fichier?{days}{outside}").text.splitlines()
    assert [row.split(";")[0].strip('"') for row in rows[1:-1]] == list(dict.fromkeys(told))
    assert len(rows) == lines + 2


def test_figures_are_of_the_units_one_answers_for_and_named_ones_of_whom_they_name(
    site: Site,
) -> None:
    count(site)
    supervise(site, "oscar", "crip")
    supervise(site, "bob", "apa")
    assert figure(site.as_("oscar").get(f"/statistiques?{EVER}").text, "Demandes") == "0"
    assert figure(site.as_("bob").get(f"/statistiques?{EVER}").text, "Demandes") == "3"
    sonia = site.as_("sonia")
    mine = figure(sonia.get(f"/statistiques?{EVER}").text, "Demandes")
    public = figure(sonia.get(f"/statistiques?{EVER}&publie=1").text, "Demandes")
    assert (mine, public) == ("5", "*")
    asked = f"/statistiques?{EVER}&service="
    assert figure(site.as_("oscar").get(asked + "apa").text, "Demandes") == "0"


def test_only_who_answers_for_a_service_sees_them(site: Site) -> None:
    for address in ("/statistiques", "/statistiques/fichier"):
        assert site.as_("sonia").get(address).status_code == 200
        for login in ("alice", "rita", "oscar", "root"):
            assert site.as_(login).get(address).status_code == 403


@pytest.mark.parametrize(
    "asked",
    ["du=abc", "du=2026-05-01&au=2026-01-01", "par=tout&pas=heure", "service=zzz", "au=9999-12-31"],
)
def test_an_address_that_asks_for_nonsense_is_put_right(site: Site, asked: str) -> None:
    assert site.as_("sonia").get(f"/statistiques?{asked}").status_code == 200


def test_a_page_asks_the_same_however_many_cases_there_are(both: Site) -> None:
    browser = both.as_("sonia")
    browser.get("/statistiques?par=canal")
    with statements() as few:
        browser.get("/statistiques?par=canal")
    count(both)
    with statements() as many:
        browser.get("/statistiques?par=canal")
    assert len(many) == len(few) <= 8


def test_what_a_citizen_or_a_title_says_is_in_no_figure(site: Site) -> None:
    count(site)
    subjects = site.ask(
        lambda: [one[:30] for one in session().scalars(select(Case.subject)) if one]
    )
    for by in BY:
        text = site.as_("sonia").get(f"/statistiques?par={by}&{EVER}").text
        assert not [one for one in subjects if one and one in text]


def test_a_file_is_a_table_of_numbers_and_a_name_that_calculates_is_a_text(site: Site) -> None:
    site.ask(_rename)
    count(site)
    browser = site.as_("sonia")
    address = f"/statistiques/fichier?par=service&{EVER}"
    row = next(one for one in browser.get(address).text.splitlines() if "HYPERLINK" in one)
    assert row.startswith("\"'=HYPERLINK(")
    book = CalamineWorkbook.from_filelike(BytesIO(browser.get(f"{address}&format=xlsx").data))
    rows = book.get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows if str(row[0]).startswith("=HYPERLINK")] == [4.0]


def _rename() -> None:
    with transaction():
        execute(update(Unit).where(Unit.code == "apa").values(name='=HYPERLINK("x")'))
        execute(update(LoadedData).values(version=LoadedData.version + 1))
