"""The history of every field: before, after, who, when, why; for who reads the case, no other."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from grc.cases.earlier import received_earlier
from grc.cases.models import Case
from grc.cases.opening import NewFact, NewMessage
from grc.cases.persons import person_for, reached
from grc.cases.service import set_level
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.clock import paris_date
from grc.core.db import session, transaction
from grc.staff.models import User
from grc.staff.queries import actor_of
from grc.supervision import field_history
from grc.web.session import organisation_tree
from grc.work import people
from grc.work.people import Care
from tests.web.conftest import Site
from tests.web.test_calls import invent
from tests.web.test_guard import statements
from tests.web.test_people import case_of, reference, tell

_ROW = re.compile(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', re.S)
_CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.S)
Row = tuple[str, ...]  # field, before, after, when, who, why


def rows(page: str) -> list[Row]:
    """The table as it is read."""
    found = [[label, *_CELL.findall(rest)] for label, rest in _ROW.findall(page)]
    return [
        tuple(" ".join(unescape(re.sub("<[^>]*>", "", cell)).split()) for cell in row)
        for row in found
    ]


def done(site: Site, act: str, **fields: str) -> None:
    """Alice does something to the case."""
    url = site.url("apa", act)
    assert site.as_("alice").post(url, **fields).status_code == 303, act


def test_each_field_says_what_it_was_who_changed_it_and_why(both: Site) -> None:
    done(both, "prendre")
    done(both, "qualifier", request_type="reclamation")
    done(both, "etat", status="waiting_third", reason="on attend la caisse")
    done(both, "reaffecter", unit="amethyste", reason="carte de transport")
    url = both.url("apa", "champs")
    with statements() as seen:
        page = both.as_("alice").get(url)
    found = {(row[0], row[1], row[2], row[4], row[5]) for row in rows(page.text)}
    assert {
        ("Agent", "personne", "Alice", "Alice", ""),
        ("État", "Reçue", "En cours", "Alice", ""),
        ("État", "En cours", "En attente d’un tiers", "Alice", "on attend la caisse"),
        ("Agent", "Alice", "personne", "Alice", ""),
    } <= found, sorted(found)
    fields = {row[0] for row in found}
    assert {"Service", "Nature de demande", "Échéance", "Confidentialité"} <= fields
    assert any(row[4] == "carte de transport" for row in found if row[0] == "Service")
    assert len(page.data) < 60_000
    assert len(seen) <= 8, seen
    one = rows(both.as_("alice").get(f"{url}?champ=service").text)
    assert {row[0] for row in one} == {"Service"}
    assert len(one) == 1 + sum(row[0] == "Service" for row in found) - 1


def test_a_long_history_is_read_by_pages_in_as_few_questions(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(site, "prendre")
    for state in ("waiting_third", "in_progress") * 3:
        done(site, "etat", status=state, reason="")
    url, alice = site.url("apa", "champs?champ=etat"), site.as_("alice")
    whole = rows(alice.get(url).text)
    with statements() as many:
        alice.get(url)
    monkeypatch.setattr(field_history, "PAGE", 3)
    monkeypatch.setattr(field_history, "_ROWS", field_history._ROWS.limit(4))
    read = []
    while url:
        with statements() as few:
            page = alice.get(url).text
        assert len(few) == len(many)
        read += rows(page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        url = unescape(older[1]) if older else ""
    assert read == whole
    assert len(whole) >= 7


def test_an_earlier_message_changes_the_subject_and_the_day(site: Site) -> None:
    def earlier() -> None:
        with transaction():
            case = session().get_one(Case, 1)
            at = case.received_at - timedelta(days=3)
            fact = NewFact("received", paris_date(at), "email", at)
            message = NewMessage(
                channel="email", item_id=None, automatic="no", sender="x@courriel.example",
                recipients=(), subject="Premier objet", text="Bonjour", quoted_text="", html=None,
                warnings=(), sent_at=at, rfc_id=None, references=(),
            )  # fmt: skip
            received_earlier(case, fact, message, actor=SYSTEM, now=clock.now())

    site.ask(earlier)
    found = {row[0]: row for row in rows(site.as_("alice").get(site.url("apa", "champs")).text)}
    assert found["Objet"][2] == "Premier objet"
    assert found["Objet"][1] not in ("", "—")
    assert found["Date de réception"][1] != found["Date de réception"][2]


def test_of_a_named_case_nobody_else_reads_a_change(both: Site) -> None:
    url = both.url("named", "champs")
    none = both.as_("oscar").get("/demandes/D-2026-0099999-X/champs")
    for login in ("bob", "dora", "oscar", "rita"):
        answer = both.as_(login).get(url)
        assert answer.status_code == none.status_code == 404, login
        assert "Confidentialité" not in answer.text
    assert both.as_("root").get(url).status_code == 403
    found = rows(both.as_("sonia").get(url).text)
    assert any(
        row[0] == "Confidentialité" and row[2] == "réservée à une liste de personnes"
        for row in found
    ), found


def test_of_a_person_each_field_and_each_care_before_and_after(both: Site) -> None:
    ana = invent(both, "ana canari", "1950-01-01")
    page, alice = f"/usagers/{reference(both, ana)}", both.as_("alice")
    shown = alice.get(f"{page}/identite").text
    fields = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', shown))
    typed = {name: unescape(value) for name, value in fields.items() if name != "csrf_token"}
    typed |= {"birth_name": "Serin → Merle", "reason": "lu sur sa carte"}
    typed = {name: typed[name] for name in typed if name not in ("form_key", "language")}
    assert alice.post(f"{page}/identite", **typed).status_code == 303
    told = {
        "kind": "phone",
        "value": "06 99 11 22 33",
        "do_not_call": "y",
        "reason": "elle l’a dit",
    }
    assert alice.post(f"{page}/joindre", **told).status_code == 303
    found = {
        row[0]: (row[1], row[2], row[4], row[5]) for row in rows(alice.get(f"{page}/champs").text)
    }
    assert ("—", "Serin ➔ Merle", "Alice", "lu sur sa carte") in found.values(), found
    assert found["Coordonnée (téléphone)"][1:] == ("+33699112233", "Alice", "elle l’a dit")
    assert found["Précautions (téléphone)"][0] == "sans précaution"
    assert "ne pas appeler" in found["Précautions (téléphone)"][1]


def test_an_address_told_in_a_hidden_case_is_in_no_history(both: Site) -> None:
    ana, other = invent(both, "ana canari", "1950-01-01"), invent(both, "x y", "1960-01-01")
    hidden = case_of(both, other)
    tell(both, ana, "phone", "+33699887766", hidden)
    page = f"/usagers/{reference(both, ana)}"

    def change(name_it: bool) -> None:
        with transaction():
            if name_it:
                set_level(session().get_one(Case, hidden), "named", actor=SYSTEM, now=clock.now())
                return
            known = session().scalars(select(User).where(User.login == "alice")).one()
            actor = actor_of(known, organisation_tree())
            her = person_for(actor, page.rsplit("/", 1)[1], clock.now())
            (point,) = [one.point.id for one in reached(actor, her.ids, clock.now())]
            people.take_care(
                her, point, Care(do_not_write=True), why="CANARI", actor=actor, now=clock.now()
            )

    both.ask(lambda: change(False))
    assert "CANARI" in both.as_("dora").get(f"{page}/champs").text
    both.ask(lambda: change(True))
    seen = both.as_("dora").get(f"{page}/champs").text
    assert "CANARI" not in seen
    assert "99887766" not in seen
    assert both.as_("oscar").get(f"{page}/champs").status_code == 404
