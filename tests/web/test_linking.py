"""Cases that have to do with each other: what is undone is as before, what is secret stays so."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from grc.cases.models import (
    Case,
    CaseAccess,
    CaseLink,
    Deadline,
    Handling,
    Message,
    MessageShare,
    case_reference,
)
from grc.cases.queries import by_reference
from grc.cases.service import set_level
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.clock import paris_date
from grc.core.db import add, session, transaction
from tests.web.conftest import Browser, Site


def links(site: Site) -> set[tuple[str, str, str]]:
    def read() -> set[tuple[str, str, str]]:
        known = {case.id: case.reference for case in session().scalars(select(Case))}
        rows = session().scalars(select(CaseLink))
        return {(known[row.case_id], row.kind, known[row.other_id]) for row in rows}

    found: set[tuple[str, str, str]] = site.ask(read)
    return found


def split(site: Site, browser: Browser, name: str = "apa", number: int = 1) -> str:
    """Open a case from a message of another, the first; its reference."""
    url = site.url(name, f"messages/{number}/separer")
    form = browser.get(url).text
    version = re.search(r'name="version" value="(\d+)"', form)
    assert version
    answer = browser.post(url, subject="Carte Améthyste", version=version[1])
    assert answer.status_code == 303, answer.text

    def newest() -> str:
        case = session().scalars(select(Case).order_by(Case.id.desc()).limit(1)).one()
        return case_reference(case.id, case.opened_at)

    found: str = site.ask(newest)
    return found


def test_a_message_split_is_read_from_both_and_moves_nowhere(both: Site) -> None:
    def messages() -> list[tuple[int, int]]:
        return [tuple(row) for row in session().execute(select(Message.id, Message.case_id))]

    alice, before = both.as_("alice"), both.ask(messages)
    assert "Autre demande dans ce message" in alice.get(both.url("apa")).text
    new = split(both, alice)
    both.work()
    assert both.ask(messages) == before
    page, old = alice.get(f"/demandes/{new}").text, alice.get(both.url("apa")).text
    for seen in (page, old):
        assert "pour ma mère à Antony" in seen
    assert "ouverte à partir d’un message de" in page
    assert "a donné" in old
    assert "Affectée à" in page or "À affecter" in page
    assert alice.get(f"/demandes/{new}/pieces/1").data == b"certificat"
    assert alice.get(f"/demandes/{new}/messages/1/original").status_code == 200
    assert both.ask(lambda: len(session().scalars(select(MessageShare)).all())) == 1


def test_a_split_is_undone_while_nothing_else_came(both: Site) -> None:
    alice = both.as_("alice")
    new = split(both, alice)
    both.work()
    sonia = both.as_("sonia")
    assert "Rejoindre" in sonia.get(f"/demandes/{new}").text
    assert sonia.post(f"/demandes/{new}/rejoindre").status_code == 303
    page = sonia.get(f"/demandes/{new}").text
    assert "Clôturée" in page
    assert "Rejoindre" not in page
    refused = alice.post(both.url("apa", "rejoindre"))
    assert refused.status_code == 409


def test_what_is_split_from_a_secret_stays_as_secret(both: Site) -> None:
    """Not even the triage, where the rules would have sent it for a moment."""
    sonia = both.as_("sonia")
    new = split(both, sonia, "named")
    both.work()
    assert sonia.get(f"/demandes/{new}").status_code == 200
    for login in ("alice", "bob", "dora", "oscar"):
        browser = both.as_(login)
        assert browser.get(f"/demandes/{new}").status_code == 404, login
        assert "Zénobie" not in browser.get("/file").text

    def rights() -> list[tuple[str, int]]:
        rows = session().execute(select(CaseAccess.effect, CaseAccess.user_id))
        return [tuple(row) for row in rows]

    found = both.ask(rights)
    assert len(found) == 2 * len(set(found))


@pytest.mark.parametrize("kind", ["related", "child_of", "parent_of"])
def test_cases_are_linked_and_unlinked(both: Site, kind: str) -> None:
    alice, before = both.as_("alice"), links(both)
    url, other = both.url("apa", "lier"), both.cases["other"]
    assert alice.post(url, other=other, kind=kind).status_code == 303
    page = alice.get(both.url("apa")).text
    words = {"related": "en rapport", "child_of": "partie de", "parent_of": "comprend"}
    assert words[kind] in page
    assert len(links(both) - before) == 1
    if kind != "related":  # parts never go round in a circle
        again = alice.post(both.url("other", "lier"), other=both.cases["apa"], kind=kind)
        assert again.status_code == 422
    told = "related" if kind == "related" else "child_of"
    assert alice.post(both.url("apa", "delier"), other=other, kind=told).status_code == 303
    assert links(both) == before
    late = alice.post(both.url("apa", "delier"), other=other, kind=told)
    assert late.status_code == 409


def test_a_link_to_a_secret_case_is_neither_made_nor_shown(both: Site) -> None:
    alice, secret = both.as_("alice"), both.cases["named"]
    refused = alice.post(both.url("apa", "lier"), other=secret, kind="related")
    missing = alice.post(both.url("apa", "lier"), other="D-2026-0000999-0", kind="related")
    assert (refused.status_code, missing.status_code) == (422, 422)
    assert links(both) == set()
    alice.post(both.url("apa", "lier"), other=both.cases["other"], kind="related")

    def hide() -> None:
        with transaction():
            query = select(Case).where(Case.subject != "")
            other = next(
                one for one in session().scalars(query) if one.reference == both.cases["other"]
            )
            set_level(other, "named", actor=SYSTEM, now=clock.now())

    both.ask(hide)
    page = both.as_("dora").get(both.url("apa")).text
    assert both.cases["other"] not in page
    assert "en rapport" not in page or "une autre demande" in page


def test_one_more_unit_has_its_own_date_and_can_go_while_it_has_done_nothing(both: Site) -> None:
    alice = both.as_("alice")
    answer = alice.post(both.url("apa", "service"), unit="amethyste", due_on="2031-05-06")
    assert answer.status_code == 303
    rows = both.ask(
        lambda: [(row.due_on, row.status) for row in session().scalars(select(Handling))]
    )
    assert (date(2031, 5, 6), "received") in rows
    assert "6 mai 2031" in alice.get(both.url("apa")).text
    assert (
        alice.post(both.url("apa", "service"), unit="amethyste", due_on="2031-05-06").status_code
        == 422
    )
    assert both.as_("dora").post(both.url("apa", "prendre")).status_code == 303
    assert alice.post(both.url("apa", "service/retirer"), unit="amethyste").status_code == 409
    assert both.as_("dora").post(both.url("apa", "rendre")).status_code == 303
    assert alice.post(both.url("apa", "service/retirer"), unit="amethyste").status_code == 303
    assert "6 mai 2031" not in alice.get(both.url("apa")).text
    assert alice.post(both.url("apa", "service/retirer"), unit="apa").status_code == 409


@pytest.mark.parametrize(("name", "login"), [("apa", "alice"), ("named", "sonia")])
def test_what_is_split_from_a_later_message_is_not_born_late(
    both: Site, name: str, login: str
) -> None:
    """The days of a new request begin when its message came, whoever routes it."""

    def told_later() -> int:
        with transaction():
            case = by_reference(both.cases[name])
            assert case
            add(
                Message,
                case_id=case.id,
                direction="in",
                channel="email",
                automatic="no",
                sender="marie.durand@courriel.example",
                recipients=[],
                subject="Autre chose",
                text="Et ma carte ?",
                quoted_text="",
                sent_at=clock.now(),
                recorded_at=clock.now(),
            )
            return len(session().scalars(select(Message).where(Message.case_id == case.id)).all())

    def dates() -> tuple[date, date, list[date]]:
        case = by_reference(new)
        assert case
        part = session().scalars(select(Handling).where(Handling.case_id == case.id)).one()
        running = (Deadline.case_id == case.id, Deadline.met_at.is_(None))
        due = session().scalars(select(Deadline.due_on).where(*running)).all()
        return paris_date(part.received_at), part.due_on, list(due)

    new = split(both, both.as_(login), name, both.ask(told_later))
    today = paris_date(clock.now())
    received, due_on, _none = both.ask(dates)
    assert received == today < due_on
    both.work()
    received, due_on, running = both.ask(dates)
    assert received == today < due_on
    assert running == [due_on]
