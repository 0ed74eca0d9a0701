"""A person who has a named case contacts another service: its units are told, once, and nobody
there sees anything else than without it."""

import re
from typing import Any

import pytest
from sqlalchemy import func, select, update

from grc.cases.models import CaseLink, Handling
from grc.cases.queries import by_reference
from grc.core import clock
from grc.core.audit import AuditRow
from grc.core.db import session, transaction
from grc.organisation.queries import snapshot
from grc.work import elsewhere
from grc.work.models import Task
from tests.integration.conftest import mail
from tests.web.conftest import Site, open_item

FROM = "Zénobie Secrète <zenobie@courriel.example>"


def write(site: Site, number: int, sender: str = FROM, references: str = "") -> str:
    """A mail to another service; the reference of its case."""
    raw = mail(
        "Bonjour, je demande un dossier.", sender=sender, subject="Carte Améthyste",
        message_id=f"autre{number}@courriel.example",
    )  # fmt: skip
    found: str = site.ask(lambda: open_item("amethyste", raw))
    return found


@pytest.fixture
def kept(both: Site) -> Site:
    """The named case is of a unit that the mails of this test do not reach."""

    def move() -> None:
        case = by_reference(both.cases["named"])
        assert case
        unit = snapshot().unit("violences")
        with transaction():
            rows = update(Handling).where(Handling.case_id == case.id)
            where = {"unit_id": unit.id, "department_id": unit.department_id}
            session().execute(rows.values(**where).execution_options(synchronize_session=False))

    both.ask(move)
    return both


def tasks(site: Site) -> list[Any]:
    query = select(Task.case_id, Task.unit_id, Task.detail).where(Task.kind == elsewhere.KIND)
    found: list[Any] = site.ask(lambda: session().execute(query.order_by(Task.id)).all())
    return found


def test_the_units_of_the_named_case_are_told_once(kept: Site) -> None:
    reference = write(kept, 1)
    (told,) = tasks(kept)
    named = kept.ask(lambda: by_reference(kept.cases["named"]))
    assert told.case_id == named.id
    assert told.unit_id == kept.ask(lambda: snapshot().unit("violences").id)
    assert re.match(r"Courriel, le \d{2}/\d{2}/\d{4}, .+", told.detail)
    assert "Améthyste" not in told.detail.split(", ")[0]

    def again() -> None:
        case = by_reference(reference)
        assert case
        with transaction():
            elsewhere.tell(case.id, clock.now())

    kept.ask(again)
    assert len(tasks(kept)) == 1
    page = kept.as_("sonia").get(kept.url("named")).text
    assert "contact signalé hors de cette demande" in page


def test_nothing_of_it_is_on_the_case_of_the_other_service(kept: Site) -> None:
    """Neither an event, nor a link, nor another word than for somebody who has no such case."""
    hers = write(kept, 1)
    other = write(kept, 2, sender="Nadia Neuve <nadia@courriel.example>")

    def around(reference: str) -> tuple[list[str], int]:
        case = by_reference(reference)
        assert case
        events = select(AuditRow.event).where(AuditRow.case_id == case.id).order_by(AuditRow.id)
        links = select(func.count()).where(
            (CaseLink.case_id == case.id) | (CaseLink.other_id == case.id)
        )
        return list(session().scalars(events)), session().scalar(links) or 0

    assert kept.ask(lambda: around(hers)) == kept.ask(lambda: around(other))
    dora = kept.as_("dora")
    for reference in (hers, other):
        page = dora.get(f"/demandes/{reference}").text
        assert kept.cases["named"] not in page
        assert "signalé hors" not in page
        assert "secrète de Z" not in page


def test_another_person_tells_nobody(kept: Site) -> None:
    write(kept, 1, sender="Nadia Neuve <nadia@courriel.example>")
    assert tasks(kept) == []
