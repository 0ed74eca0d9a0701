"""Lists taken away: what may be seen and nothing else, written down, safe in a spreadsheet."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from grc.citizens.models import CitizenKey
from grc.core import clock
from grc.core.audit import AuditRow, Remark
from grc.core.db import add, amend, session, transaction
from grc.core.settings import settings
from grc.finding import exports, hits
from grc.finding.models import Export, ExportPart
from grc.jobs.tidying import tidy
from grc.staff.models import AccessLog, User
from grc.web.session import account_of
from grc.web.spreadsheet import cell
from grc.work import service as work
from tests.web.conftest import Browser, Site, mail, open_item
from tests.web.test_search import _case

NEW = "/fichiers/nouveau"
ALL = f"{NEW}?depuis=2020-01-01"


def table(answer: Any) -> list[list[Any]]:
    """The rows of a file, without its titles."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    if answer.mimetype == "text/csv":
        assert answer.data.startswith(b"\xef\xbb\xbf")
        text = answer.data.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text), delimiter=";"))[1:]
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    return book.get_sheet_by_index(0).to_python()[1:]


def references(rows: list[list[Any]]) -> set[str]:
    return {row[0] for row in rows}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_list_holds_what_its_reader_may_see(both: Site, form: str) -> None:
    named = both.cases["named"]
    for login, names in (
        ("sonia", {"apa", "other", "hostile", "lost", "named"}),
        ("alice", {"apa", "other", "hostile", "lost"}),
        ("bob", {"apa", "other", "hostile"}),
    ):
        answer = both.as_(login).post(ALL, format=form)
        rows = table(answer)
        assert references(rows) == {both.cases[name] for name in names}
        if login != "sonia":
            assert "Zénobie".encode() not in answer.data
            assert named.encode() not in answer.data
    assert table(both.as_("oscar").post(ALL, format=form)) == []


def test_dates_are_dates_and_nothing_is_a_formula(site: Site) -> None:
    def hostile() -> None:
        with transaction():
            amend(_case(site, "apa"), subject='=HYPERLINK("http://x";"y")')

    site.ask(hostile)
    workbook = table(site.as_("bob").post(ALL, format="xlsx"))
    row = next(row for row in workbook if row[0] == site.cases["apa"])
    assert row[1] == '=HYPERLINK("http://x";"y")'  # a text, not a formula
    assert row[6] == date(2026, 1, 12)
    text = table(site.as_("bob").post(ALL, format="csv"))
    row = next(row for row in text if row[0] == site.cases["apa"])
    assert row[1].startswith("'=")
    assert row[6] == "12/01/2026"
    assert [cell(one) for one in ("@x", " +1", "-1", "a", None, 3, date(2026, 2, 1))] == [
        "'@x", "' +1", "'-1", "a", "", "3", "01/02/2026",
    ]  # fmt: skip


def test_it_is_written_down_who_took_what(site: Site) -> None:
    site.as_("sonia").post("/fichiers/nouveau?q=Zénobie&service=apa", format="csv")
    row, said = site.ask(
        lambda: session()
        .execute(select(AuditRow, Remark.text).join(Remark, Remark.id == AuditRow.remark_id)
                 .where(AuditRow.event == "export:taken"))
        .one()
    )  # fmt: skip
    assert (row.actor, row.data) == ("sonia", {"format": "csv", "count": 1})
    assert said.startswith("« Zénobie »")
    assert "Zénobie" not in str(row.data)
    read = select(AccessLog.what, AccessLog.unit_id)
    (what, unit_id) = site.ask(lambda: session().execute(read).one())
    assert what == "export"
    assert unit_id is not None


def collected(browser: Browser, site: Site, url: str = ALL) -> str:
    """The address of a long list, once the workers have collected it."""
    answer = browser.post(url, format="csv")
    assert answer.status_code == 303, answer.text
    page = browser.get(answer.location)
    assert page.headers["Refresh"] == "2"
    site.work()
    return str(answer.location)


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is long here."""
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    monkeypatch.setattr(exports, "PART", 2)


@pytest.mark.usefixtures("long")
@pytest.mark.parametrize("url", [ALL, f"{NEW}?q=dossier", f"{NEW}?service=apa"])
def test_a_long_list_is_collected_in_parts_and_fetched(both: Site, url: str) -> None:
    alice = both.as_("alice")
    whole = references(table(_at_once(both, url)))
    where = collected(alice, both, url)
    page = alice.get(where)
    assert "Refresh" not in page.headers
    assert f"{len(whole)} demandes" in page.text
    assert references(table(alice.post(where))) == whole
    assert where in alice.get("/fichiers").text
    for login in ("bob", "sonia"):
        assert both.as_(login).get(where).status_code == 404
        assert both.as_(login).post(where).status_code == 404


def _at_once(site: Site, url: str) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exports, "AT_ONCE", 1000)
        return site.as_("alice").post(url, format="csv")


@pytest.mark.usefixtures("long")
def test_a_right_lost_meanwhile_takes_the_case_out(site: Site) -> None:
    from grc.cases.service import set_level
    from grc.core.actor import SYSTEM

    alice = site.as_("alice")
    where = collected(alice, site)

    def hide() -> None:
        from sqlalchemy import delete

        from grc.cases.models import CaseAccess

        with transaction():
            set_level(_case(site, "apa"), "named", actor=SYSTEM, now=clock.now())
            session().execute(delete(CaseAccess).where(CaseAccess.case_id == _case(site, "apa").id))

    site.ask(hide)
    rows = table(alice.post(where))
    assert site.cases["apa"] not in references(rows)
    assert len(rows) == 3


@pytest.mark.usefixtures("long")
def test_more_than_the_setting_allows_is_refused_and_nothing_is_kept(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with site.app.app_context():
        object.__setattr__(settings(), "export_rows", 3)
    alice = site.as_("alice")
    where = collected(alice, site)
    assert "Plus de 3 lignes" in alice.get(where).text
    assert alice.post(where).status_code == 303
    assert site.ask(lambda: session().scalars(select(ExportPart)).all()) == []


@pytest.mark.usefixtures("long")
def test_it_is_destroyed_after_a_day(both: Site) -> None:
    alice = both.as_("alice")
    where = collected(alice, both)

    def later() -> int:
        with transaction():
            amend(session().scalars(select(Export)).one(), at=clock.now() - 2 * exports.KEPT)
        return tidy(clock.now())

    assert both.ask(later) == 1
    assert alice.get(where).status_code == 404
    assert both.ask(lambda: session().scalars(select(ExportPart)).all()) == []


@pytest.mark.usefixtures("long")
def test_a_closed_account_collects_nothing(site: Site) -> None:
    from grc.staff.models import User

    answer = site.as_("alice").post(ALL, format="csv")

    def close() -> None:
        with transaction():
            amend(
                session().scalars(select(User).where(User.login == "alice")).one(), is_active=False
            )

    site.ask(close)
    site.work()
    assert answer.status_code == 303
    assert site.ask(lambda: session().scalars(select(Export.found)).one()) == 0


def test_refusals(site: Site) -> None:
    assert site.as_("root").post(ALL, format="csv").status_code == 403
    assert site.as_("bob").post("/fichiers/nouveau", format="csv").status_code == 422
    assert site.as_("bob").post(ALL, format="exe").status_code == 422
    assert site.as_("bob").get("/fichiers/nouveau?service=nowhere").status_code == 422
    assert f'action="{ALL}"' in site.as_("bob").get(ALL).text


def test_hits_of_several_kinds_are_all_collected(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two by a number of their people, two by a text: each few, together more than are
    looked at."""
    number = "CAF 7654321"

    def told() -> set[str]:
        citizen_id = _case(site, "apa").citizen_id
        again = open_item("apa", mail(message_id="encore@courriel.example"))
        sonia = session().scalars(select(User).where(User.login == "sonia")).one()
        with transaction():
            add(CitizenKey, citizen_id=citizen_id, kind="CAF", key="7654321")
            for name in ("other", "hostile"):
                work.note(_case(site, name), number, actor=account_of(sonia).actor, now=clock.now())
        return {again, *(site.cases[name] for name in ("apa", "other", "hostile"))}

    wanted = site.ask(told)
    sonia = site.as_("sonia")
    url = f"{NEW}?q={number}"
    assert references(table(sonia.post(url, format="csv"))) == wanted
    monkeypatch.setattr(hits, "DEPTH", 3)
    monkeypatch.setattr(exports, "PART", 50)
    page = sonia.get(f"/recherche?q={number}").text
    assert "récentes" in page
    where = collected(sonia, site, url)
    assert references(table(sonia.post(where))) == wanted
