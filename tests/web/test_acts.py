"""Acts on a case through their forms: once, in one transaction, nothing typed lost."""

import re
import uuid

import pytest
from sqlalchemy import func, select

from grc.cases.models import Case
from grc.cases.queries import by_reference
from grc.core import clock
from grc.core.db import session, transaction
from grc.organisation.queries import snapshot
from grc.outbox.models import Outgoing
from grc.recovery.models import RecoveryAction
from grc.staff.models import User
from grc.staff.queries import actor_of
from grc.work.models import Draft, Note
from grc.work.service import note
from tests.web.conftest import Browser, Site, mail, open_item


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def taken(site: Site, name: str = "apa") -> Browser:
    """Alice, who has taken the case."""
    browser = site.as_("alice")
    assert browser.post(site.url(name, "prendre")).status_code == 303
    return browser


def reply(browser: Browser, site: Site, **fields: str):  # type: ignore[no-untyped-def]
    page = browser.get(site.url("apa")).text
    own = {"text": "Votre dossier part demain.", "next": "stay", "version": version(page)}
    return browser.post(site.url("apa", "reponse"), **(own | fields))


def count(site: Site, model: type) -> int:
    found: int = site.ask(lambda: session().scalar(select(func.count()).select_from(model)))
    return found


def test_taking_a_case_makes_it_mine(both: Site) -> None:
    browser = taken(both)
    assert both.handling("apa").status == "in_progress"
    assert "Dossier APA" in browser.get("/mes-demandes").text
    assert "Rendre à la file" in browser.get(both.url("apa")).text
    browser.post(both.url("apa", "rendre"))
    assert both.handling("apa").assignee_id is None


def test_what_another_took_is_said(both: Site) -> None:
    taken(both)
    answer = both.as_("bob").post(both.url("apa", "prendre"), seen="0")
    assert answer.status_code == 409
    assert "prise par Alice" in answer.text
    assert both.url("apa") in answer.text


def test_a_reply_waits_ten_seconds_and_can_be_taken_back(both: Site) -> None:
    browser = taken(both)
    assert reply(browser, both).location == both.url("apa")
    page = browser.get(both.url("apa")).text
    assert "elle part dans un instant" in page
    assert "Votre dossier part demain." in page
    cancel = re.search(r'action="([^"]+/annuler)"', page)
    assert cancel
    browser.post(cancel[1])
    page = browser.get(both.url("apa")).text
    assert "elle part dans un instant" not in page
    assert "Votre dossier part demain.</textarea>" in page
    assert both.ask(lambda: session().scalar(select(Outgoing.status))) == "cancelled"


def test_the_browser_forgets_its_copy_once_the_reply_is_taken_over(site: Site) -> None:
    browser = taken(site)
    reply(browser, site)
    done = f'data-drafts-done="reply-{site.cases["apa"]}"'
    assert done in browser.get(site.url("apa")).text
    assert done not in browser.get(site.url("apa")).text


@pytest.mark.parametrize(
    ("chosen", "status"),
    [("stay", "in_progress"), ("waiting_citizen", "waiting_citizen"), ("resolved", "resolved")],
)
def test_a_reply_may_also_move_the_case(site: Site, chosen: str, status: str) -> None:
    reply(taken(site), site, next=chosen)
    assert site.handling("apa").status == status


def test_the_same_form_twice_is_one_act(both: Site) -> None:
    browser, key = taken(both), str(uuid.uuid4())
    page = version(browser.get(both.url("apa")).text)
    answers = [
        browser.post(both.url("apa", "reponse"), key=key, text="Une fois", version=page)
        for _ in range(3)
    ]
    assert [answer.location for answer in answers] == [both.url("apa")] * 3
    assert count(both, Outgoing) == 1


def test_another_text_under_the_same_key_is_refused(both: Site) -> None:
    browser, key = taken(both), str(uuid.uuid4())
    assert browser.post(both.url("apa", "note"), key=key, text="Un").status_code == 303
    answer = browser.post(both.url("apa", "note"), key=key, text="Deux")
    assert answer.status_code == 422
    assert "Deux" in answer.text
    assert count(both, Note) == 1


@pytest.mark.parametrize("key", ["", "not-a-key"])
def test_a_form_without_a_key_is_refused(site: Site, key: str) -> None:
    answer = taken(site).client.post(site.url("apa", "note"), data={"text": "x", "form_key": key})
    assert answer.status_code == 400  # and without its token, before anything else
    browser = taken(site)
    browser.get("/aide")
    assert browser.post(site.url("apa", "note"), form_key=key, text="x").status_code == 422


def test_a_stale_reply_shows_what_happened_and_keeps_the_text(both: Site) -> None:
    bob, alice = both.as_("bob"), taken(both)
    page = bob.get(both.url("apa")).text
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    reply(alice, both, text="La réponse d'Alice")
    stale = {"text": "La réponse de Bob", "version": version(page), "seen": seen[1]}
    answer = bob.post(both.url("apa", "reponse"), next="stay", **stale)
    assert answer.status_code == 409
    for words in ("La réponse de Bob", "La réponse d&#39;Alice", "Réponse écrite"):
        assert words in answer.text
    assert "Demande ouverte" not in answer.text  # seen before
    assert both.ask(lambda: session().scalar(select(Draft.text))) == "La réponse de Bob"
    assert count(both, Outgoing) == 1
    again = {"text": "Quand même", "version": version(answer.text)}
    assert bob.post(both.url("apa", "reponse"), **again).status_code == 303
    assert count(both, Outgoing) == 2


def test_a_stale_form_keeps_its_words_too(site: Site) -> None:
    bob = site.as_("bob")
    old = version(bob.get(site.url("apa", "reaffecter")).text)
    taken(site)
    answer = bob.post(
        site.url("apa", "reaffecter"), unit="amethyste", reason="Ma raison", version=old
    )
    assert answer.status_code == 409
    assert "Ma raison" in answer.text
    assert 'name="unit" value="amethyste"' in answer.text


@pytest.mark.parametrize(
    ("name", "act", "fields"),
    [
        ("lost", "confirmer", {"level": "normal"}),
        ("apa", "qualifier", {"request_type": "pmi"}),
        ("apa", "doublon", {"other": "lost"}),
        ("apa", "clore", {"end": "closed", "outcome": "answered"}),
    ],
)
def test_no_act_is_decided_from_a_stale_page(
    both: Site, name: str, act: str, fields: dict[str, str]
) -> None:
    tab = both.as_("alice")
    old = version(tab.get(both.url(name, act)).text)
    taken(both, name)
    if act == "doublon":
        fields = {"other": both.cases["other"]}
    before = both.handling(name).status
    assert tab.post(both.url(name, act), version=old, **fields).status_code == 409
    assert both.handling(name).status == before
    page = tab.get(both.url(name, act)).text
    assert tab.post(both.url(name, act), version=version(page), **fields).status_code == 303


def test_a_repeated_contact_is_one_click_away(both: Site) -> None:
    alice = both.as_("alice")
    text = mail("Où en est mon dossier ?", message_id="encore@courriel.example")
    both.cases["again"] = both.ask(lambda: open_item("apa", text))
    page = alice.get(both.url("again")).text
    assert "Le même usager a déjà une demande en cours" in page
    fields = {"other": both.cases["apa"], "version": version(page)}
    assert alice.post(both.url("again", "doublon"), **fields).status_code == 303
    assert both.handling("again").status == "closed"
    assert "2ᵉ contact" in alice.get(both.url("apa")).text
    assert "Le même usager a déjà" not in alice.get(both.url("again")).text


def test_the_same_state_again_is_said_and_keeps_the_words(site: Site) -> None:
    browser = taken(site)
    form = {"status": "in_progress", "reason": "Relancée hier"}
    page = version(browser.get(site.url("apa", "etat")).text)
    answer = browser.post(site.url("apa", "etat"), version=page, **form)
    assert answer.status_code == 422
    assert "Relancée hier" in answer.text


def test_what_has_ended_is_not_taken(site: Site) -> None:
    browser = taken(site)
    page = version(browser.get(site.url("apa")).text)
    browser.post(site.url("apa", "clore"), version=page, end="closed", outcome="answered")
    browser.post(site.url("apa", "rendre"))
    answer = site.as_("bob").post(site.url("apa", "prendre"), seen="0")
    assert answer.status_code == 409
    assert "Rouvrez-la" in answer.text


def test_the_draft_is_kept_by_the_server(both: Site) -> None:
    browser = taken(both)
    assert browser.post(both.url("apa", "brouillon"), text="À moitié").status_code == 204
    assert "À moitié</textarea>" in browser.get(both.url("apa")).text
    assert "À moitié" not in both.as_("bob").get(both.url("apa")).text


def test_rerouting_wants_a_reason(both: Site) -> None:
    browser = both.as_("alice")
    form = version(browser.get(both.url("apa", "reaffecter")).text)
    empty = browser.post(both.url("apa", "reaffecter"), unit="amethyste", reason="", version=form)
    assert empty.status_code == 422
    assert "chose à corriger" in empty.text
    done = browser.post(
        both.url("apa", "reaffecter"), unit="amethyste", reason="Carte de transport", version=form
    )
    assert done.status_code == 303
    page = both.as_("dora").get(both.url("apa")).text
    assert "Carte de transport" in page


def test_a_case_that_leaves_my_sight_leads_back_to_the_list(site: Site) -> None:
    browser = site.as_("bob")
    browser.get("/file")
    away = {"unit": "crip", "reason": "Enfance en danger"}
    assert browser.post(site.url("apa", "reaffecter"), **away).location == "/file"
    assert browser.get(site.url("apa")).status_code == 404


def test_confirming_takes_a_case_out_of_the_list_to_route(both: Site) -> None:
    browser = both.as_("alice")
    assert both.cases["lost"] in browser.get("/a-affecter").text
    browser.post(both.url("lost", "confirmer"), level="normal")
    assert both.cases["lost"] not in browser.get("/a-affecter").text


def test_what_has_ended_waits_for_nobody_to_route_it(both: Site) -> None:
    browser = both.as_("alice")
    page = version(browser.get(both.url("lost")).text)
    done = browser.post(
        both.url("lost", "clore"), outcome="no_follow_up", end="resolved", version=page
    )
    assert done.status_code == 303
    assert both.cases["lost"] not in browser.get("/a-affecter").text
    browser.post(both.url("lost", "rouvrir"), reason="Il a rappelé")
    assert both.cases["lost"] in browser.get("/a-affecter").text


def test_qualifying_closing_and_reopening(both: Site) -> None:
    browser = taken(both)
    browser.post(both.url("apa", "qualifier"), request_type="reclamation")
    assert both.ask(lambda: session().get_one(Case, 1).request_type) == "reclamation"
    page = version(browser.get(both.url("apa")).text)
    done = browser.post(both.url("apa", "clore"), outcome="answered", end="closed", version=page)
    assert done.status_code == 303
    assert both.handling("apa").status == "closed"
    assert "Rouvrir" in browser.get(both.url("apa")).text
    browser.post(both.url("apa", "rouvrir"), reason="Il a rappelé")
    assert both.handling("apa").status == "in_progress"


def test_closing_wants_an_outcome(site: Site) -> None:
    answer = taken(site).post(site.url("apa", "clore"), end="closed")
    assert answer.status_code == 422
    assert site.handling("apa").status == "in_progress"


def test_moving_only_where_the_state_leads(site: Site) -> None:
    browser = taken(site)
    browser.post(site.url("apa", "etat"), status="waiting_third", reason="On attend la CAF")
    assert site.handling("apa").status == "waiting_third"
    assert "On attend la CAF" in browser.get(site.url("apa")).text
    assert browser.post(site.url("apa", "etat"), status="closed").status_code == 422


def test_a_duplicate_is_closed_and_linked(both: Site) -> None:
    browser = taken(both)
    browser.post(both.url("apa", "doublon"), other=both.cases["other"])
    assert both.handling("apa").outcome == "duplicate"
    assert both.cases["other"] in browser.get(both.url("apa")).text


@pytest.mark.parametrize("other", ["named", "missing", "itself"])
def test_a_duplicate_of_nothing_is_refused(site: Site, other: str) -> None:
    typed = {"named": site.cases["named"], "missing": "D-2026-1", "itself": site.cases["apa"]}
    answer = taken(site).post(site.url("apa", "doublon"), other=typed[other])
    assert answer.status_code == 422
    assert typed[other] in answer.text
    assert site.handling("apa").status == "in_progress"


def test_a_recovery_action_is_promised_then_done(both: Site) -> None:
    browser = taken(both)
    browser.post(both.url("apa", "suivi"), code="call_back", reason="Promis au téléphone")
    listed = browser.get("/recouvrement").text
    assert "Rappeler après un appel manqué" in listed
    done = re.search(r'href="([^"]+/suivi/1)"', listed)
    assert done
    browser.post(done[1], result="succeeded")
    assert both.ask(lambda: session().scalar(select(RecoveryAction.result))) == "succeeded"
    assert "faite" in browser.get(both.url("apa")).text


def test_a_supervisor_entrusts_a_case_to_a_colleague_of_the_unit(both: Site) -> None:
    browser = both.as_("sonia")
    page = browser.get(both.url("apa", "confier")).text
    choices = dict(re.findall(r'<option value="(\d+)">(\w+)</option>', page))
    assert set(choices.values()) >= {"Alice", "Bob"}
    assert "Oscar" not in choices.values()
    bob = next(number for number, name in choices.items() if name == "Bob")
    browser.post(both.url("apa", "confier"), assignee=bob, version=version(page))
    assert both.handling("apa").assignee_id == int(bob)


def test_an_item_nobody_understood_becomes_a_case(both: Site) -> None:
    browser, item = both.as_("alice"), both.cases["item"]
    assert item in browser.get("/a-examiner").text
    page = browser.get(f"/a-examiner/{item}").text
    assert "not a message at all" in page
    url = f"/a-examiner/{item}/ouvrir"
    assert browser.post(url, subject="").status_code == 422
    done = browser.post(url, subject="Lettre", name="Mme Roux", text="Illisible")
    assert done.location.startswith("/demandes/D-")
    assert "Mme Roux" in browser.get(done.location).text
    assert item not in browser.get("/a-examiner").text


def test_setting_an_item_aside_wants_a_reason(site: Site) -> None:
    browser, url = site.as_("alice"), f"/a-examiner/{site.cases['item']}/ecarter"
    assert browser.post(url, reason="").status_code == 422
    assert browser.post(url, reason="Publicité").status_code == 303


def test_an_item_of_other_units_does_not_exist(site: Site) -> None:
    for url in ("", "/original"):
        answer = site.as_("oscar").get(f"/a-examiner/{site.cases['item']}{url}")
        assert answer.status_code == 404


def test_trying_again_to_understand_an_item(site: Site) -> None:
    browser = site.as_("alice")
    assert browser.post(f"/a-examiner/{site.cases['item']}/relire").status_code == 303
    assert site.cases["item"] not in browser.get("/a-examiner").text
    site.work()
    assert site.cases["item"] in browser.get("/a-examiner").text


def test_promises_are_listed_a_page_at_a_time(both: Site) -> None:
    browser = taken(both)
    for _ in range(22):
        browser.post(both.url("apa", "suivi"), code="call_back")
    first = browser.get("/recouvrement").text
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older
    numbers = re.findall(r"/suivi/(\d+)\"", first + browser.get(older[1]).text)
    assert sorted(map(int, numbers)) == list(range(1, 23))
    assert browser.get("/recouvrement?after=nonsense").text.count('class="row"') == 20


def write_notes(site: Site, name: str, count: int) -> None:
    """Make the history of a case long."""

    def write() -> None:
        with transaction():
            case = by_reference(site.cases[name])
            alice = session().scalars(select(User).where(User.login == "alice")).one()
            assert case is not None
            tree = {one.id: (one.parent_id, one.department_id) for one in snapshot().units}
            actor = actor_of(alice, tree)
            for number in range(count):
                note(case, f"Note {number}", actor=actor, now=clock.now())

    site.ask(write)


def told(page: str) -> int:
    timeline = re.search(r'<ol class="timeline">(.*?)</ol>', page, re.DOTALL)
    assert timeline
    return timeline[1].count("<li>")


def test_a_long_history_is_read_on_request(both: Site) -> None:
    before = told(both.as_("bob").get(both.url("apa")).text)
    write_notes(both, "apa", 60)
    page = both.as_("bob").get(both.url("apa")).text
    assert told(page) == 50
    assert f"Historique ({before + 60} événements)" in page
    older = re.search(r'href="([^"]+)">Voir les plus anciens', page)
    assert older
    whole = both.as_("bob").get(older[1].partition("#")[0]).text
    assert told(whole) == before + 60
    assert "Voir les plus anciens" not in whole


def test_a_stale_page_with_a_long_history_tells_only_what_is_new(both: Site) -> None:
    write_notes(both, "apa", 60)
    page = both.as_("bob").get(both.url("apa")).text
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    taken(both)
    answer = both.as_("bob").post(both.url("apa", "prendre"), seen=seen[1])
    assert answer.status_code == 409
    assert told(answer.text) == 2  # she took it, and it is in progress


@pytest.mark.parametrize(
    ("act", "fields", "said"),
    [
        ("confirmer", {"level": "normal"}, "Service confirmé"),
        ("reaffecter", {"unit": "amethyste", "reason": "Carte de transport"}, "réaffectée"),
    ],
)
def test_an_act_begun_in_a_list_goes_back_to_it(
    both: Site, act: str, fields: dict[str, str], said: str
) -> None:
    browser = both.as_("alice")
    listed = browser.get("/a-affecter?sort=age").text
    begun = re.search(rf'href="({both.url("lost", act)}[^"]*)"', listed)
    assert begun
    page = browser.get(begun[1]).text
    assert 'href="/a-affecter?sort=age" data-cancel' in page
    assert 'name="liste"' in page
    answer = browser.post(both.url("lost", act), liste="1", version=version(page), **fields)
    assert answer.location == "/a-affecter?sort=age"
    after = browser.get(answer.location).text
    assert said in after
    assert both.url("lost") not in after


def test_an_act_begun_on_the_page_of_a_case_stays_there(site: Site) -> None:
    browser = site.as_("alice")
    browser.get("/a-affecter")
    page = browser.get(site.url("lost", "confirmer")).text
    assert 'name="liste"' not in page
    answer = browser.post(site.url("lost", "confirmer"), level="normal", version=version(page))
    assert answer.location == site.url("lost")


def deep() -> bytes:
    """A mail whose parts hold each other beyond what is read."""
    head = "From: Ann Lee <ann@courriel.example>\nSubject: =?utf-8?q?Carte_am=C3=A9thyste?=\n"
    nest = (f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(60))
    return (head + "".join(nest) + "Content-Type: text/plain\n\nBonjour\n").encode()


@pytest.mark.parametrize(
    ("raw", "values"),
    [
        (deep(), ['value="Carte améthyste"', 'value="Ann Lee"', 'value="ann@courriel.example"']),
        (deep(), ["Carte améthyste</textarea>"]),
        (b"Rappeler Mme Martin.\n", ["Rappeler Mme Martin.\n</textarea>"]),
    ],
    ids=["heading", "subject", "words"],
)
def test_what_could_be_read_of_an_item_is_proposed(
    site: Site, raw: bytes, values: list[str]
) -> None:
    item = site.ask(lambda: open_item("contact", raw))
    assert item.startswith("E-")
    page = site.as_("alice").get(f"/a-examiner/{item}").text
    for value in values:
        assert value in page.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("language", "reason", "detail"),
    [
        ("fr", "Trop de niveaux imbriqués", "les parties s’emboîtent sur plus de 50 niveaux"),
        ("en", "Nested too deeply", "the parts are nested more than 50 levels deep"),
    ],
)
def test_why_an_item_was_not_understood_is_said_in_the_language_of_the_reader(
    both: Site, language: str, reason: str, detail: str
) -> None:
    item = both.ask(lambda: open_item("contact", deep()))
    browser = both.as_("alice")
    browser.post("/preferences", language=language)
    page = browser.get(f"/a-examiner/{item}").text
    assert reason in page
    assert detail in page
