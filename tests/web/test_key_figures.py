"""The key figures of a year: who sees them, how they are kept, what the paper says."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from grc.core import clock
from grc.core.audit import AuditRow
from grc.core.db import session, transaction
from grc.organisation.queries import snapshot
from grc.staff.models import User
from grc.supervision.statistics import year
from grc.web.session import account_of
from tests.web.conftest import Site, mail, open_item
from tests.web.test_guard import statements
from tests.web.test_statistics import count, supervise

YEAR = clock.paris_date(clock.now()).year
PAGE = f"/statistiques/annee/{YEAR}"
AT = datetime(2026, 6, 30, 10, tzinfo=UTC)


@pytest.fixture
def wide(site: Site) -> Site:
    """Dora answers for every unit, and so reads what is of the whole département."""
    tops = site.ask(lambda: [one.code for one in snapshot().units if one.kind == "department"])
    supervise(site, "dora", *tops)
    count(site)
    return site


def test_only_who_answers_for_all_units_sees_the_figures_of_all(wide: Site) -> None:
    assert wide.as_("dora").get(PAGE).status_code == 200
    for login in ("sonia", "alice", "root"):
        for address in (PAGE, f"{PAGE}/pdf"):
            assert wide.as_(login).get(address).status_code == 403
        assert wide.as_(login).post(f"{PAGE}/arreter").status_code == 403
    assert PAGE in wide.as_("dora").get("/statistiques").text
    assert PAGE not in wide.as_("sonia").get("/statistiques").text


def test_a_year_that_is_closed_stays_as_it_was_with_who_and_when(wide: Site) -> None:
    dora = wide.as_("dora")
    sent = [dora.post(f"{PAGE}/arreter", key="0" * 8 + "-0000-4000-8000-" + "0" * 12) for _ in "12"]
    assert {one.location for one in sent} == {f"{PAGE}?edition=1"}
    before = dora.get(f"{PAGE}?edition=1").text
    assert "Dora" in before
    supervise(wide, "bob", "apa")
    raw = mail(sender="Zoé <zoe@courriel.example>", message_id="neuf@courriel.example")
    wide.ask(lambda: open_item("apa", raw))
    count(wide)
    after = dora.get(PAGE).text
    cell = f'data-label="{YEAR}">'
    assert after.split(cell)[1:] == before.split(cell)[1:]
    live = dora.get(f"{PAGE}?edition=0").text
    assert live.split(cell)[1:] != before.split(cell)[1:]
    assert dora.post(f"{PAGE}/arreter").location == f"{PAGE}?edition=2"
    told = wide.ask(
        lambda: (
            session().scalars(select(AuditRow).where(AuditRow.event == "statistics:frozen")).all()
        )
    )
    assert [(row.actor, row.data["edition"]) for row in told] == [("dora", 1), ("dora", 2)]


@pytest.mark.parametrize("road", ["page", "use-case"])
def test_closing_a_year_counts_what_was_not_counted_yet(wide: Site, road: str) -> None:
    """The keeper may have been down: sums of yesterday would be kept beside actions of today."""
    raw = mail(sender="Zoé <zoe@courriel.example>", message_id="neuf@courriel.example")
    wide.ask(lambda: open_item("apa", raw))
    late = wide.ask(lambda: year.present(YEAR, clock.now()).told)

    def close() -> None:
        dora = session().scalars(select(User).where(User.login == "dora")).one()
        with transaction():
            year.freeze(YEAR, actor=account_of(dora).actor, now=clock.now())

    if road == "page":
        wide.as_("dora").post(f"{PAGE}/arreter")
    else:
        wide.ask(close)
    told = wide.ask(lambda: year.editions(YEAR)[0].told)
    assert told["this"]["whole"]["opened"] == late["this"]["whole"]["opened"] + 1
    assert told["counted_at"] > late["counted_at"]


def test_the_paper_is_for_all_and_tells_no_small_number(wide: Site) -> None:
    import pypdfium2

    made = wide.as_("dora").get(f"{PAGE}/pdf")
    assert made.mimetype == "application/pdf"
    assert b"pdfaid" in made.data
    assert b"pdfuaid" in made.data
    with pypdfium2.PdfDocument(made.data) as found:
        words = " ".join(page.get_textpage().get_text_range() for page in found)
    assert f"Chiffres-clés GRC {YEAR}" in words
    words = " ".join(words.split())
    assert "Contacts * –" in words  # four cases: too few; nothing was kept the year before
    nothing = words.partition("Aucun droit n'a été suivi.")[2] or words.partition("suivi.")[2]
    assert nothing
    assert not nothing.lstrip().startswith("*")  # the star is explained where there is one


@pytest.mark.parametrize("number", [1999, YEAR + 1, 99999])
def test_no_such_year(wide: Site, number: int) -> None:
    assert wide.as_("dora").get(f"/statistiques/annee/{number}").status_code == 404


def test_a_page_of_a_year_asks_the_same_however_much_there_is(wide: Site) -> None:
    dora = wide.as_("dora")
    dora.get(PAGE)
    with statements() as seen:
        dora.get(PAGE)
    assert len(seen) <= 30


def test_the_same_days_of_the_year_before_stand_beside(wide: Site) -> None:
    def told() -> tuple[str, str]:
        found = year.present(2026, AT).told
        return found["until"], found["until_before"]

    assert wide.ask(told) == ("2026-06-30", "2025-06-30")
    leap = datetime(2028, 2, 29, 10, tzinfo=UTC)
    assert wide.ask(lambda: year.present(2028, leap).told["until_before"]) == "2027-02-28"
