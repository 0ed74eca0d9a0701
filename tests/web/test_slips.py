"""Paper slips: printed by site, typed in once at their true time, voided with a reason."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import Engine, event, func, select

from grc.app import create_app
from grc.cases.models import Case, CaseFact
from grc.cases.service import set_level
from grc.cli import cli
from grc.cli.program import Program
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.clock import PARIS, paris_date
from grc.core.db import session, transaction
from grc.core.settings import settings
from grc.intake.models import Item
from grc.organisation.queries import snapshot
from grc.slips import numbers, service
from grc.slips.models import PaperSlip
from grc.staff.service import add_user
from tests.web.conftest import Site

SITE, OTHER = "pole-social-14", "pole-social-12"
AGO = 3  # days since the contact


@contextmanager
def counted(_app: Flask) -> Iterator[list[str]]:
    """The statements that are run meanwhile."""
    found: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def desk(site: Site, login: str = "ines", unit: str = "sst-14") -> None:
    def make() -> None:
        with transaction():
            roles = [(snapshot().unit(unit).id, "counter")]
            add_user(login, login.title(), None, roles, actor=SYSTEM, now=clock.now())

    site.ask(make)


def printed(site: Site, count: int = 2) -> list[str]:
    """Slips of the site, printed ten days ago; their numbers."""

    def make() -> list[str]:
        place = next(one for one in snapshot().sites.values() if one.code == SITE)
        with transaction():
            service.issue(place, count, actor=SYSTEM, now=clock.now() - timedelta(days=10))
        rows = session().scalars(select(PaperSlip).order_by(PaperSlip.serial)).all()
        keys = settings().token_keys
        return [numbers.short(service.slip_of(row), keys) for row in rows]

    found: list[str] = site.ask(make)
    return found


def contact(day: date | None = None, hour: str = "9h15", **more: str) -> dict[str, str]:
    day = day or paris_date(clock.now()) - timedelta(days=AGO)
    told = {"subject": "Aide à domicile", "text": "Demande un dossier d’APA pour sa mère."}
    return {"canal": "counter", "slip_day": f"{day:%d/%m/%Y}", "slip_hour": hour} | told | more


def test_slips_are_printed_and_listed_with_their_age(site: Site) -> None:
    desk(site)
    ines = site.as_("ines")
    answer = ines.post(f"/fiches-papier/site/{SITE}", count="12")
    assert answer.status_code == 303
    page = ines.get(answer.location)
    assert "Fiches n° 1 à 12 prêtes à imprimer" in page.text
    assert page.text.count("/annuler") == 12
    assert "12 fiches non saisies" in ines.get("/fiches-papier").text
    pdf = ines.get(f"/fiches-papier/site/{SITE}/1-12.pdf")
    assert pdf.data.startswith(b"%PDF")
    assert ines.post(f"/fiches-papier/site/{SITE}", count="201").status_code == 422


def test_a_slip_is_a_contact_of_its_true_time(both: Site) -> None:
    desk(both)
    number, _ = printed(both)
    ines, day = both.as_("ines"), paris_date(clock.now()) - timedelta(days=AGO)
    found = ines.get(f"/fiches-papier?numero={number.lower()}")
    assert found.location.endswith(number)
    assert 'name="slip_hour"' in ines.get(found.location).text
    answer = ines.post(found.location, **contact(day, "14h30"))
    assert answer.status_code == 303
    at = datetime.combine(day, datetime.min.time(), PARIS).replace(hour=14, minute=30)

    def look() -> None:
        item = session().scalars(select(Item).order_by(Item.id.desc())).first()
        assert item is not None
        assert (item.source, item.locator, item.arrived_by) == (f"paper:{SITE}", number, "paper")
        assert item.arrived_at == at
        assert (clock.now() - item.stored_at) < timedelta(hours=1)
        facts = session().scalars(select(CaseFact).where(CaseFact.case_id == item.case_id))
        (received,) = [one for one in facts if one.kind == "received"]
        assert (received.at, received.on_date, received.source) == (at, day, "paper")
        case = session().get_one(Case, item.case_id)
        assert case.received_at == at  # what its deadlines are counted from

    both.ask(look)
    again = ines.get(found.location)
    assert "Fiche déjà saisie" in again.text
    assert "Ines" in again.text
    assert "1 fiche non saisie" in ines.get("/fiches-papier").text


def test_two_who_type_the_same_slip(site: Site) -> None:
    desk(site)
    number, _ = printed(site)
    assert site.as_("ines").post(f"/fiches-papier/{number}", **contact()).status_code == 303
    late = site.as_("alice").post(
        f"/fiches-papier/{number}", **contact(text="Un texte qui ne doit pas être perdu.")
    )
    assert late.status_code == 409
    assert "Un texte qui ne doit pas être perdu." in late.text
    assert (
        len(
            site.ask(lambda: session().scalars(select(Item.id).where(Item.locator == number)).all())
        )
        == 1
    )


def test_the_same_form_twice_is_one_contact(site: Site) -> None:
    desk(site)
    number, _ = printed(site)
    ines, told, key = site.as_("ines"), contact(), "6f0c1d1e-5a40-4f0a-8d62-0c53d1b3a111"
    first = ines.post(f"/fiches-papier/{number}", key=key, **told)
    assert ines.post(f"/fiches-papier/{number}", key=key, **told).location == first.location


@pytest.mark.parametrize(
    ("days", "hour", "why"),
    [
        (1, "9h", "Ce moment est à venir"),
        (-20, "9h", "La fiche n’était pas encore imprimée"),
        (-2, "25h", "Cette heure n’existe pas"),
        (-2, "", "Il manque une réponse ici"),
    ],
)
def test_a_moment_that_cannot_be_is_refused_and_nothing_is_lost(
    site: Site, days: int, hour: str, why: str
) -> None:
    desk(site)
    number, _ = printed(site)
    day = paris_date(clock.now()) + timedelta(days=days)
    answer = site.as_("ines").post(f"/fiches-papier/{number}", **contact(day, hour))
    assert answer.status_code == 422
    assert why in answer.text
    assert "Demande un dossier d’APA" in answer.text
    assert site.ask(lambda: session().scalar(select(PaperSlip.entered_at).limit(1))) is None


def test_a_number_we_did_not_print_is_refused(site: Site) -> None:
    number, other = printed(site)
    alice = site.as_("alice")
    forged = number[:-4] + other[-4:]
    for path in (f"/fiches-papier/{forged}", "/fiches-papier/F-999999-AAAA", "/fiches-papier/x"):
        assert alice.get(path).status_code == 404
        assert alice.post(path, **contact()).status_code == 404
    assert alice.get(f"/fiches-papier/{number}").status_code == 200
    assert (
        alice.get(f"/fiches-papier/{number}?fiche={SITE}.1.20260101.{'a' * 16}").status_code == 404
    )
    missed = alice.get("/fiches-papier?numero=F-000001-AAAA")
    assert missed.status_code == 404
    assert "F-000001-AAAA" in missed.text


def test_a_slip_is_voided_once_with_a_reason_by_its_site(site: Site) -> None:
    desk(site)
    desk(site, "paul", "sst-12")
    number, _ = printed(site)
    url = f"/fiches-papier/{number}/annuler"
    assert site.as_("paul").post(url, reason="Perdue").status_code == 403
    ines = site.as_("ines")
    assert ines.post(url, reason=" ").status_code == 422
    assert ines.post(url, reason="Tachée de café").status_code == 303
    assert ines.post(url, reason="Encore").status_code in (409, 422)
    page = ines.get(f"/fiches-papier/{number}").text
    assert "Fiche annulée" in page
    assert "Tachée de café" in page
    assert ines.post(f"/fiches-papier/{number}", **contact()).status_code == 409


def test_who_prints_what(site: Site) -> None:
    desk(site)
    printed(site)
    assert site.as_("ines").get(f"/fiches-papier/site/{OTHER}").status_code == 404
    assert site.as_("ines").post(f"/fiches-papier/site/{OTHER}", count="1").status_code == 404
    assert SITE not in site.as_("oscar").get("/fiches-papier").text
    assert site.as_("root").get("/fiches-papier").status_code == 403
    assert site.as_(None).get("/fiches-papier").status_code in (302, 401)


def test_a_slip_of_a_confidential_case_leads_outsiders_nowhere(site: Site) -> None:
    desk(site)
    number, _ = printed(site)
    site.as_("ines").post(f"/fiches-papier/{number}", **contact(subject="Secrète Zénaïde"))

    def hide() -> str:
        item = session().scalars(select(Item).where(Item.locator == number)).one()
        with transaction():
            case = session().get_one(Case, item.case_id)
            set_level(case, "named", actor=SYSTEM, now=clock.now())
        return case.reference

    reference = site.ask(hide)
    page = site.as_("oscar").get(f"/fiches-papier/{number}").text
    assert "Fiche déjà saisie" in page
    assert reference not in page
    assert "Zénaïde" not in page


def test_pages_ask_little_of_the_database(site: Site) -> None:
    desk(site)
    number, *_ = printed(site, 60)
    ines = site.as_("ines")
    for path, most in (
        ("/fiches-papier", 5),
        (f"/fiches-papier/site/{SITE}", 5),
        (f"/fiches-papier/{number}", 6),
    ):
        ines.get(path)
        with counted(site.app) as statements:
            assert len(ines.get(path).data) < 60_000
        assert len(statements) <= most, statements


def test_slips_from_the_command_line(site: Site, tmp_path: Path) -> None:
    made = site.app.extensions["grc.settings"]
    program = Program(lambda: made, create_app)
    out = tmp_path / "fiches.pdf"
    told = CliRunner().invoke(cli, ["slips", str(out), "--site", SITE, "--count", "3"], obj=program)
    assert told.exit_code == 0, told.output
    with pypdfium2.PdfDocument(out.read_bytes()) as sheets:
        assert len(sheets) == 3
    count = select(func.count()).select_from(PaperSlip)
    for given in (["--site", "nulle-part"], ["--site", SITE, "--count", "0"]):
        bad = CliRunner().invoke(cli, ["slips", str(out), *given], obj=program)
        assert bad.exit_code == 64
    nowhere = str(tmp_path / "absent" / "fiches.pdf")
    assert CliRunner().invoke(cli, ["slips", nowhere, "--site", SITE], obj=program).exit_code == 64
    assert site.ask(lambda: session().scalar(count)) == 3  # what is not printed is not numbered
