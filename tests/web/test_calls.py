"""The call screen: who is it, what is under way, what is noted; nothing she may not know."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from grc.cases import callers
from grc.cases.models import Case, Handling, Message, Party
from grc.cases.tokens import sign_person
from grc.citizens.models import Citizen, CitizenKey
from grc.core import clock
from grc.core.db import add, add_all, db, session, transaction
from grc.intake import information
from grc.intake.models import Information, Item
from grc.organisation.queries import snapshot
from grc.staff.models import User
from grc.staff.queries import actor_of
from grc.work.models import Task
from tests.web.conftest import Site

URL = "/contact/phone"
KEY = "5e8c1f1e-8d53-4b4a-9f0e-2a3c6c8b4d12"


def look(site: Site, typed: str, login: str = "alice") -> str:
    page = site.as_(login).get(URL, query_string={"q": typed})
    assert page.status_code == 200
    return page.text


def latest(site: Site, model: type) -> Any:
    return site.ask(lambda: session().scalars(select(model).order_by(model.id.desc())).first())


def test_information_only_is_one_form_sent_empty(both: Site) -> None:
    alice = both.as_("alice")
    for _ in range(2):  # the same form twice is one
        answer = alice.post(URL, key=KEY, q="", retour="/file?unit=apa")
        assert (answer.status_code, answer.location) == (303, "/file?unit=apa")
    assert "Information comptée" in alice.get("/file").text
    row = latest(both, Information)
    assert (row.channel, row.theme) == ("phone", None)
    today = row.on_date
    (one,) = both.ask(lambda: list(information.counts([row.unit_id], today, today)))
    assert (one.number, one.channel) == (1, "phone")
    before = both.ask(lambda: session().scalar(select(func.count()).select_from(Item)))
    alice.post(URL, q="0612345678", act="information", theme="apa")
    assert latest(both, Information).theme == "apa"
    assert both.ask(lambda: session().scalar(select(func.count()).select_from(Item))) == before


def test_a_known_person_is_found_with_what_she_has_under_way(both: Site) -> None:
    answer = both.as_("alice").post(URL, q="Marie Durand", retour="/file")
    assert answer.location == "/contact/phone?q=Marie+Durand&retour=/file"
    for typed in ("DURAND marie", "durand mar", "marie.durand@courriel.example"):
        page = look(both, typed)
        assert both.cases["apa"] in page, typed


def invent(site: Site, name: str, born: str, *, level: str = "normal", commune: str = "") -> int:
    """A person with one case of apa; the id."""

    def made() -> int:
        now, unit, day = clock.now(), snapshot().unit("apa"), date.fromisoformat(born)
        with transaction():
            citizen = add(
                Citizen,
                name=name,
                birth_date=day,
                language="fr",
                created_at=now,
            )
            keys = [("name", word) for word in name.lower().split()] + [("birth", born)]
            keys.append(("caf", f"{citizen:07}A"))
            rows = [{"citizen_id": citizen, "kind": kind, "key": key} for kind, key in keys]
            add_all(CitizenKey, rows)
            case = add(
                Case, opened_at=now, received_at=now, channel="phone", source="apa",
                nature="information", subject="Inventée", status="received", level=level,
                commune=commune or None, citizen_id=citizen, citizen_match="matched",
            )  # fmt: skip
            add(
                Handling, case_id=case, unit_id=unit.id, department_id=unit.department_id,
                level=level, status="received", due_on=now.date(), received_at=now,
            )  # fmt: skip
            add(Party, case_id=case, citizen_id=citizen, role="applicant", is_correspondent=True)
        return citizen

    found: int = site.ask(made)
    return found


@pytest.mark.parametrize(
    "typed", ["12/03/1948", "12 mars 1948", "12031948", "12.3.48", "Zephyrin Hélène 12/03/1948"]
)
def test_homonyms_are_told_apart_by_birth_and_commune(site: Site, typed: str) -> None:
    invent(site, "helene zephyrin", "1948-03-12", commune="92002")
    invent(site, "helene zephyrin", "1975-01-02")
    page = look(site, "Hélène ZEPHYRIN")
    assert "2 personnes" in page
    assert ("12/03/1948" in page, "02/01/1975" in page, "Antony" in page) == (True, True, True)
    page = look(site, typed)
    assert "1 personne <" in page
    assert "02/01/1975" not in page


def test_a_number_of_another_administration_finds(both: Site) -> None:
    citizen = invent(both, "ludovic quercy", "1960-05-06")
    for typed in (f"{citizen:07}A", f"CAF {citizen:07}A", f" {citizen:07} A"):
        assert "ludovic quercy" in look(both, typed), typed


def test_who_is_known_by_secret_cases_only_does_not_exist(both: Site) -> None:
    secret = invent(both, "zenobie cachee", "1990-09-09", level="named")
    token = both.ask(lambda: sign_person(secret, ("t" * 40,)))
    for typed in ("cachee", "09/09/1990", f"{secret:07}A", "zenobie@courriel.example", "zenobie",
                  both.cases["named"]):  # fmt: skip
        page = look(both, typed)
        assert "Aucun usager trouvé" in page, typed
        assert "cachee" not in page.replace(f'value="{typed}"', "").replace("q=cachee", "")
    assert (
        "cachee" not in both.as_("alice").get("/saisie/phone", query_string={"usager": token}).text
    )
    assert both.cases["named"] in look(both, "zenobie@courriel.example", "sonia")
    assert both.as_("alice").get(f"{URL}/{both.cases['named']}").status_code == 404
    assert both.as_("oscar").get(f"{URL}/{both.cases['apa']}").status_code == 404


def test_a_number_told_in_a_secret_case_only_finds_nobody(site: Site) -> None:
    """She has a case everybody reads; the number is in the one that is hidden."""
    fields = {"name": "Odette Tellier", "subject": "Suite", "text": "Rappeler."}
    site.as_("alice").post("/saisie/phone", number="0639981299", **fields)
    case = latest(site, Case)
    person = case.citizen_id
    token = site.ask(lambda: sign_person(person, ("t" * 40,)))
    site.as_("alice").post("/saisie/phone", usager=token, subject="Autre", text="Sans numéro.")
    assert "Odette Tellier" in look(site, "06 39 98 12 99")

    def hide() -> None:
        with transaction():
            session().execute(update(Case).where(Case.id == case.id).values(level="named"))

    site.ask(hide)
    assert "Odette Tellier" in look(site, "tellier")
    assert "Aucun usager trouvé" in look(site, "06 39 98 12 99")


def test_a_further_contact_goes_into_the_case_and_asks_to_be_called_back(both: Site) -> None:
    alice, where = both.as_("alice"), f"{URL}/{both.cases['apa']}"
    assert "2ᵉ contact" in alice.get(where).text
    before = latest(both, Case).id
    told = {"text": "Elle insiste.", "name": "Marie Durand", "number": "0611223344"}
    told |= {"call_back": "on", "identity": "questions", "retour": "/file"}
    answer = alice.post(where, key=KEY, **told)
    receipt = alice.get(answer.location).text
    assert "2ᵉ contact</h1>" in receipt
    assert 'href="/file" autofocus' in receipt
    assert latest(both, Case).id == before
    message, task, item = latest(both, Message), latest(both, Task), latest(both, Item)
    assert message.text == "Identité vérifiée par des questions.\n\nElle insiste."
    assert (message.channel, item.outcome) == ("phone", "appended")
    assert (task.kind, task.detail) == ("call_back", "Marie Durand, +33611223344")
    assert "Rappeler l’usager" in alice.get(both.url("apa")).text
    assert "Il reste 1 chose" in alice.post(where, text="").text


def test_a_forged_choice_is_no_choice(site: Site) -> None:
    """What only the core fills in cannot be typed."""
    before = latest(site, Message).case_id
    fields = {"subject": "Suite", "text": "Rappeler.", "name": "Paul Renard"}
    site.as_("alice").post("/saisie/phone", case="1-" + "a" * 26, citizen="1-" + "a" * 26, **fields)
    case = latest(site, Case)
    assert (case.id > before, case.citizen_match) == (True, "matched")
    assert site.ask(lambda: session().get(Citizen, case.citizen_id).name) == "Paul Renard"


def test_on_behalf_of_somebody(both: Site) -> None:
    person = invent(both, "yvonne kerveil", "1948-03-12")
    token = both.ask(lambda: sign_person(person, ("t" * 40,)))
    asked = {"usager": token, "name": "Anne Kerveil", "capacity": "representative",
             "identity": "document", "subject": "Facture", "text": "Elle conteste."}  # fmt: skip
    both.as_("alice").post("/saisie/phone", **asked)
    case = latest(both, Case)
    assert (case.citizen_id, case.citizen_match) == (person, "matched")
    query = select(Party).where(Party.case_id == case.id).order_by(Party.id)
    caller, concerned = both.ask(lambda: session().scalars(query).all())
    assert (caller.role, caller.name, caller.is_correspondent) == (
        "representative", "Anne Kerveil", True
    )  # fmt: skip
    assert (concerned.role, concerned.citizen_id) == ("beneficiary", person)
    assert latest(both, Message).text.startswith(
        "Appelle pour : yvonne kerveil\nIdentité vérifiée par une pièce.\n\n"
    )
    assert "Anne Kerveil" in look(both, "anne kerveil")


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_as_few_questions_for_many_people_as_for_one(both: Site) -> None:
    def asked(typed: str) -> tuple[int, int]:
        tree = {unit.id: (unit.parent_id, unit.department_id) for unit in snapshot().units}
        user = session().scalars(select(User).where(User.login == "alice")).one()
        actor = actor_of(user, tree)
        with statements() as seen:
            found = callers.look_up(actor, typed, clock.now())
        return len(seen), len(found.people)

    def look_up(typed: str) -> tuple[int, int]:
        result: tuple[int, int] = both.ask(lambda: asked(typed))
        return result

    invent(both, "solange unique", "1950-01-01")
    for number in range(12):
        invent(both, "solange multiple", "1951-01-01")
        invent(both, "solange isolee" if number < 4 else "solange multipla", "1952-01-01")
    one, four, many = map(look_up, ("solange unique", "solange isolee", "solange multiple"))
    assert (one[1], four[1], many[1]) == (1, 4, 12)
    assert many[0] <= 8
    assert one[0] == four[0] <= 17
    assert look_up("06 11 22 33 99")[0] <= 8


def test_an_address_elsewhere_is_nowhere_to_return_to(site: Site) -> None:
    for bad in ("//evil.example/", "https://evil.example/", "/\\evil.example", "x" * 600):
        answer = site.as_("alice").post(URL, q="", retour=bad)
        assert answer.location == "/", bad


def test_who_works_on_no_case_has_no_such_page(site: Site) -> None:
    assert site.as_("root").get(URL).status_code == 403
    assert site.as_("alice").get("/contact/email").status_code == 404


def test_a_name_spelled_nearly_so_is_shown_below(both: Site) -> None:
    """In the stead of nobody, and beside those of this very name; nobody she may not know."""
    invent(both, "noemie vauquelin", "1950-01-01")
    assert "Personne de ce nom exactement" in look(both, "noemia vauquelin")
    invent(both, "noemie vauquelain", "1950-01-01")
    invent(both, "noemie vauquelun", "1991-02-03")
    invent(both, "noemie vauquelen", "1950-01-01", level="named")
    for page in (look(both, "noemie vauquelin"), people(both, "noemie vauquelin")):
        exact, _, near = page.partition("Orthographe proche</h2>")
        assert ">noemie vauquelin<" in exact
        assert ("vauquelain<" in near, "vauquelun<" in near) == (True, True)
        assert ">noemie vauquelin<" not in near
        assert "vauquelen" not in page
    born = people(both, "noemie vauquelon 01/01/1950")
    assert ("vauquelain<" in born, "vauquelun<" in born) == (True, False)
    for _ in range(5):
        invent(both, "noemie vauquelin", "1960-01-01")
    assert "vauquelain" not in look(both, "noemie vauquelin")


def people(site: Site, typed: str) -> str:
    page: str = site.as_("alice").get("/usagers", query_string={"q": typed}).text
    return page
