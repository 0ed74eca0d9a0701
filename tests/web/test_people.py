"""The page of a person: what she is, and nothing an agent may not know; merging and back."""

import re
from typing import Any

from sqlalchemy import select

from grc.cases.models import Case, Message, Party
from grc.cases.persons import person_reference
from grc.cases.service import set_level
from grc.citizens.models import Citizen, CitizenContact, CitizenKey, ContactPoint
from grc.citizens.service import recognise
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.db import add, session, transaction
from tests.web.conftest import Site
from tests.web.test_calls import invent, look, statements

TABLES = (Citizen, CitizenContact, CitizenKey, ContactPoint, Case, Message, Party)


def reference(site: Site, citizen_id: int) -> str:
    found: str = site.ask(lambda: person_reference(session().get_one(Citizen, citizen_id)))
    return found


def everything(site: Site) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that a merge might touch."""

    def read() -> dict[str, list[tuple[Any, ...]]]:
        return {
            model.__tablename__: sorted(
                map(tuple, session().execute(select(model.__table__))), key=str
            )
            for model in TABLES
        }

    rows: dict[str, list[tuple[Any, ...]]] = site.ask(read)
    return rows


def tell(site: Site, citizen_id: int, kind: str, value: str, case_id: int | None = None) -> None:
    """That somebody can be reached there; told in a case, when one is given."""

    def told() -> None:
        with transaction():
            point = session().scalar(
                select(ContactPoint.id).where(
                    ContactPoint.kind == kind, ContactPoint.value == value
                )
            ) or add(ContactPoint, kind=kind, value=value, created_at=clock.now())
            session().add(
                CitizenContact(citizen_id=citizen_id, contact_point_id=point, origin="email")
            )
            if case_id:
                add(
                    Party, case_id=case_id, citizen_id=citizen_id, contact_point_id=point,
                    role="applicant", is_correspondent=False,
                )  # fmt: skip

    site.ask(told)


def case_of(site: Site, citizen_id: int) -> int:
    query = select(Party.case_id).where(Party.citizen_id == citizen_id).order_by(Party.id.desc())
    found: int = site.ask(lambda: session().scalar(query))
    return found


def test_the_case_leads_to_her_page_and_the_page_to_her_cases(both: Site) -> None:
    alice = both.as_("alice")
    page = alice.get(both.url("apa")).text
    url = re.search(r'href="(/usagers/U-[^"]+)"', page)
    assert url
    page = alice.get(url[1]).text
    assert both.cases["apa"] in page
    assert "marie.durand@courriel.example" in page
    assert "par un courriel" in page
    assert re.search(r"ourriel[^<]*<span class=.figures.>1<", page), page


def test_who_is_known_by_cases_of_others_does_not_exist(both: Site) -> None:
    secret = invent(both, "zenobie cachee", "1990-09-09", level="named")
    there = reference(both, secret)
    missing = both.as_("alice").get("/usagers/U-2026-0999999-Z")
    for act in ("", "/identite", "/joindre", "/reunir", "/separer"):
        answer = both.as_("alice").get(f"/usagers/{there}{act}")
        assert answer.status_code == missing.status_code == 404
        assert "enobie" not in answer.text
    assert both.as_("root").get(f"/usagers/{there}").status_code == 403


def test_a_secret_case_its_address_and_its_contacts_are_not_on_the_page(both: Site) -> None:
    ana = invent(both, "ana canari", "1950-01-01")
    open_page = f"/usagers/{reference(both, ana)}"
    other = invent(both, "autre", "1950-01-02")
    hidden = case_of(both, other)
    tell(both, ana, "phone", "+33699887766", hidden)

    def name_it() -> None:
        with transaction():
            set_level(session().get_one(Case, hidden), "named", actor=SYSTEM, now=clock.now())

    seen = both.as_("alice").get(open_page).text
    assert "06 99 88 77 66" in seen
    both.ask(name_it)
    dora = both.as_("dora").get(open_page).text  # of the same department, on no list
    assert "06 99 88" not in dora
    assert "1 demande<" in dora


def fields(**values: str) -> dict[str, str]:
    return {"reason": "lu sur sa carte"} | values


def as_shown(page: str) -> dict[str, str]:
    """The hidden field that says what the page of her identity showed."""
    tag = re.search(r'<input[^>]*name="shown"[^>]*>', page)
    assert tag
    value = re.search(r'value="([^"]*)"', tag[0])
    assert value
    return {"shown": value[1]}


def test_a_stale_page_puts_no_old_identity_back(both: Site) -> None:
    url = f"/usagers/{reference(both, invent(both, 'ana dias', '1950-01-01'))}"
    alice, bob = both.as_("alice"), both.as_("bob")
    seen = as_shown(alice.get(f"{url}/identite").text)
    old = fields(name="ana dias", birth_date="1950-01-01", language="fr")
    assert bob.post(f"{url}/identite", **old | {"name": "Ana Diaz"} | seen).status_code == 303
    late = alice.post(f"{url}/identite", **old | {"birth_name": "Kowalska"} | seen)
    assert late.status_code == 409
    assert "Cette fiche a changé entre-temps" in late.text
    assert "Kowalska" in late.text  # what was typed
    page = alice.get(url).text
    assert "Ana Diaz" in page
    assert "Kowalska" not in page
    # The page that came back holds both: sent again as it is, nothing of either is lost.
    assert 'value="Ana Diaz"' in late.text
    again = old | {"name": "Ana Diaz", "birth_name": "Kowalska"} | as_shown(late.text)
    assert alice.post(f"{url}/identite", **again).status_code == 303
    page = alice.get(url).text
    assert "Ana Diaz" in page
    assert "Kowalska" in page


def test_a_field_both_changed_is_shown_side_by_side(site: Site) -> None:
    url = f"/usagers/{reference(site, invent(site, 'ana dias', '1950-01-01'))}"
    alice, bob = site.as_("alice"), site.as_("bob")
    seen = as_shown(alice.get(f"{url}/identite").text)
    old = fields(name="ana dias", birth_date="1950-01-01", language="fr")
    bob.post(f"{url}/identite", **old | {"name": "Ana Diaz"} | seen)
    late = alice.post(f"{url}/identite", **old | {"name": "Anna Dias"} | seen).text
    table = late.partition("<tbody>")[2].partition("</tbody>")[0]
    assert re.search(r"Anna Dias</td><td>Ana Diaz", table)
    assert 'value="Anna Dias"' in late
    forged = alice.post(f"{url}/identite", **old | {"shown": "forged"})
    assert forged.status_code == 409


def test_identity_is_corrected_with_a_reason_and_the_old_words_stay(both: Site) -> None:
    ana = invent(both, "ana dias", "1950-01-01")
    url = f"/usagers/{reference(both, ana)}"
    alice = both.as_("alice")
    typed = fields(name="Ana Diaz", birth_name="Kowalska", birth_date="1951-02-03", language="pt")
    typed |= as_shown(alice.get(f"{url}/identite").text)
    assert alice.post(f"{url}/identite", **typed | {"reason": ""}).status_code == 422
    assert alice.post(f"{url}/identite", **typed).status_code == 303
    page = alice.get(url).text
    for words in ("Ana Diaz", "Kowalska", "03/02/1951", "portugais", "ana dias → Ana Diaz"):
        assert words in page, words
    assert "Ana Diaz" in look(both, "kowalska 03/02/1951")
    assert "Orthographe proche" in look(both, "dias")  # what she is called no more


def test_a_contact_point_is_added_and_its_care_changed(both: Site) -> None:
    ana = invent(both, "ana diaz", "1950-01-01")
    url = f"/usagers/{reference(both, ana)}"
    alice = both.as_("alice")
    wrong = alice.post(f"{url}/joindre", **fields(kind="phone", value="12", safe=""))
    assert wrong.status_code == 422
    assert 'value="12"' in wrong.text
    alice.post(f"{url}/joindre", **fields(kind="phone", value="06 12 34 56 99", safe="no"))
    page = alice.get(url).text
    assert "pas sûr" in page
    assert "Ana Diaz".lower() in look(both, "0612345699").lower()
    care = re.search(rf'href="({url}/joindre/[^"]+)"', page)
    assert care
    alice.post(care[1], **fields(safe="yes", do_not_call="y", leave_no_message="y"))
    page = alice.get(url).text
    for words in ("ne pas appeler", "ne pas laisser de message"):
        assert words in page
    assert alice.get(care[1][:-3]).status_code == 404


def test_who_is_alike_is_proposed_with_reasons_until_it_is_refused(both: Site) -> None:
    ana = invent(both, "hélène muller", "1950-01-01")
    twin = invent(both, "helene mulher", "1950-01-01")
    hidden = invent(both, "helene muller", "1950-01-01", level="named")
    url = f"/usagers/{reference(both, ana)}"
    alice = both.as_("alice")
    page = alice.get(url).text
    for words in ("noms presque pareils", "même date de naissance", "(60 sur 100)"):
        assert words in page
    assert reference(both, twin) in page
    assert reference(both, hidden) not in page
    alice.post(f"{url}/distincte", other=reference(both, hidden))
    answer = alice.post(f"{url}/distincte", other=reference(both, twin))
    assert answer.status_code == 303
    assert "Peut-être la même personne" not in alice.get(url).text
    assert "Peut-être" not in alice.get(f"/usagers/{reference(both, twin)}").text


def test_merging_moves_nothing_and_separating_gives_all_back(both: Site) -> None:
    ana, twin = (invent(both, "ana diaz", "1950-01-01"), invent(both, "anna diaz", "1950-01-10"))
    third = invent(both, "anne diaz", "1950-01-01")
    urls = {one: f"/usagers/{reference(both, one)}" for one in (ana, twin, third)}
    alice, before = both.as_("alice"), everything(both)
    preview = alice.get(f"{urls[ana]}/reunir?avec={reference(both, twin)}").text
    assert "10/01/1950" in preview
    join = f"{urls[ana]}/reunir?avec={reference(both, twin)}"
    assert alice.post(join, **fields(name="other")).status_code == 422  # of one nothing was said
    done = alice.post(join, **fields(name="other", birth_date="kept"))
    assert (done.status_code, done.location) == (303, urls[ana])
    page = alice.get(urls[ana]).text
    assert "<h1>anna diaz</h1>" in page
    assert "2 demandes" in page
    assert alice.get(urls[twin]).location == urls[ana]
    after = everything(both)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"citizen"}
    alice.post(f"{urls[third]}/reunir?avec={reference(both, ana)}", **fields(name="kept"))
    assert "3 demandes" in alice.get(urls[third]).text
    cycle = alice.post(f"{urls[twin]}/reunir?avec={reference(both, third)}", **fields())
    assert "même fiche" in cycle.text
    alice.post(f"{urls[ana]}/separer", **fields())
    assert "2 demandes" in alice.get(urls[ana]).text
    alice.post(f"{urls[twin]}/separer", **fields())
    assert everything(both) == before
    assert "Fiches séparées" in alice.get(urls[twin]).text


def test_those_merged_are_one_caller_and_what_comes_is_of_whom_it_names(both: Site) -> None:
    ana, twin = (invent(both, "ana diaz", "1950-01-01"), invent(both, "anna lopez", "1950-01-01"))
    for one in (ana, twin):
        tell(both, one, "email", "famille@courriel.example", case_of(both, one))
    url = f"/usagers/{reference(both, ana)}/reunir?avec={reference(both, twin)}"
    both.as_("alice").post(url, **fields(name="kept"))
    page = look(both, "famille@courriel.example")
    assert "1 personne <" in page
    assert f"/usagers/{reference(both, ana)}" in page
    assert "1 personne<" in look(both, "anna lopez")

    def write(name: str) -> int | None:
        with transaction():
            known = recognise("email", "famille@courriel.example", name, now=clock.now())
        return known.match.citizen_id

    assert both.ask(lambda: write("Anna Lopez")) == twin
    assert both.ask(lambda: write("Ana Diaz")) == ana
    assert both.ask(lambda: write("Zoe Autre")) is None


def test_of_two_agents_at_once_one_wins(both: Site) -> None:
    ana, twin = (invent(both, "ana diaz", "1950-01-01"), invent(both, "anna diaz", "1950-01-01"))
    url, other = (f"/usagers/{reference(both, one)}" for one in (ana, twin))
    alice, bob = both.as_("alice"), both.as_("bob")
    alice.post(f"{url}/reunir?avec={reference(both, twin)}", **fields(name="kept"))
    late = bob.post(f"{other}/reunir?avec={reference(both, ana)}", **fields(name="kept"))
    assert late.status_code == 422
    assert len([one for one in everything(both)["citizen"] if twin in one[1:]]) == 0


def test_one_merged_who_became_secret_is_not_told(both: Site) -> None:
    ana, twin = (invent(both, "ana diaz", "1950-01-01"), invent(both, "canari tue", "1950-01-01"))
    url, there = f"/usagers/{reference(both, ana)}", reference(both, twin)
    alice = both.as_("alice")
    alice.post(f"{url}/reunir?avec={there}", **fields(name="other"))
    assert "canari tue" in alice.get(url).text

    def name_it() -> None:
        with transaction():
            case = session().get_one(Case, case_of(both, twin))
            set_level(case, "named", actor=SYSTEM, now=clock.now())

    both.ask(name_it)
    page = both.as_("dora").get(url).text
    assert "canari" not in page
    assert there not in page
    assert "<h1>ana diaz</h1>" in page


def test_as_few_questions_for_many_cases_as_for_one(both: Site) -> None:
    ana = invent(both, "ana diaz", "1950-01-01")
    many = [invent(both, "eva moreno", f"1951-01-{day:02}") for day in range(1, 9)]

    def count(citizen_id: int) -> int:
        url, alice = f"/usagers/{reference(both, citizen_id)}", both.as_("alice")
        alice.get(url)
        with both.app.app_context(), statements() as seen:
            assert alice.get(url).status_code == 200
        return len(seen)

    alice = both.as_("alice")
    alone = count(ana)
    for one in many[1:]:
        kept = f"/usagers/{reference(both, many[0])}"
        alice.post(f"{kept}/reunir?avec={reference(both, one)}", **fields(birth_date="kept"))
    assert count(many[0]) <= alone + 2 <= 24


def found_people(page: str) -> list[str]:
    return re.findall(r'class="row-link" href="/usagers/([^"]+)"', page)


def test_people_are_found_by_what_one_may_know_of_them(both: Site) -> None:
    page = both.as_("alice").get("/usagers?q=durand marie").text
    (marie,) = found_people(page)
    assert "Dossier APA" in page
    (paul,) = found_people(both.as_("alice").get("/usagers?q=paul@courriel.example").text)
    for typed in ("Zénobie", "zenobie@courriel.example", both.cases["named"], "zzz", ""):
        for login in ("alice", "dora", "oscar"):
            page = both.as_(login).get("/usagers", query_string={"q": typed}).text
            assert found_people(page) == [], (login, typed)
            assert "Secrète" not in page
    assert found_people(both.as_("sonia").get("/usagers?q=Zénobie").text)
    assert both.as_("root").get("/usagers").status_code == 403
    compare = both.as_("alice").get(f"/usagers/reunir?deux={marie}&deux={paul}&q=a")
    assert compare.location == f"/usagers/{marie}/reunir?avec={paul}"
    one = both.as_("alice").get(f"/usagers/reunir?deux={marie}&q=a", follow_redirects=True)
    assert "Cochez deux fiches" in one.text


def test_finding_people_costs_few_statements(both: Site) -> None:
    alice = both.as_("alice")
    alice.get("/usagers?q=durand")
    with both.app.app_context(), statements() as seen:
        alice.get("/usagers?q=durand")
    assert len(seen) <= 16, len(seen)
