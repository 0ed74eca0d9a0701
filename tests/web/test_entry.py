"""Noting a call: a form drawn from an adapter's fields, kept as it was sent, understood at once."""

import base64
import json
import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select, text

from grc.cases.models import Case, CaseFact
from grc.channels import registry
from grc.channels.fields import Field, Kind
from grc.channels.phone import PhoneChannel
from grc.core import blobs, clock, steps
from grc.core.db import session, transaction
from grc.intake.models import Item
from grc.jobs import entering
from grc.jobs.runner import drain
from grc.outbox.models import Outgoing
from tests.web.conftest import GARBAGE, PASSWORD, Site, csrf_of, open_item

URL = "/saisie/phone"
KEY = "5e8c1f1e-8d53-4b4a-9f0e-2a3c6c8b4d11"
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 12_000  # more than a form without files may weigh
CALL = {
    "name": "Jeanne Karim",
    "number": "06 11 22 33 44",
    "for_whom": "sa mère",
    "commune": "Antony",
    "subject": "Dossier d'APA",
    "text": "Elle demande un dossier d'APA pour sa mère.",
    "request_type": "apa",
}


def count(site: Site, model: type) -> int:
    return int(site.ask(lambda: session().scalar(select(func.count()).select_from(model))))


def latest(site: Site, model: type) -> Any:
    return site.ask(lambda: session().scalars(select(model).order_by(model.id.desc())).first())


def test_a_call_becomes_a_case_that_its_agent_reads_at_once(both: Site) -> None:
    answer = both.as_("alice").post(URL, **CALL)
    case = latest(both, Case)
    assert (answer.status_code, answer.location) == (303, f"/saisie/recu/{item_of(both)}")
    receipt = both.as_("alice").get(answer.location).text
    assert case.reference in receipt
    page = both.as_("alice").get(f"/demandes/{case.reference}")
    assert f'href="{page.request.path}"' in receipt
    assert "Dossier d&#39;APA" in page.text
    assert "Appelle pour : sa mère" in page.text
    assert (case.channel, case.source, case.request_type, case.commune) == (
        "phone",
        "tri",  # her unit
        "apa",
        "92002",
    )
    assert (case.citizen_match, case.citizen_id is not None) == ("matched", True)


def item_of(site: Site) -> str:
    return str(latest(site, Item).reference)


def test_what_was_typed_is_the_item_bit_for_bit(site: Site) -> None:
    site.as_("alice").post(URL, **CALL)
    item = latest(site, Item)
    raw = site.ask(lambda: blobs.store().read(item.sha256))
    kept = json.loads(raw)
    assert kept["values"] == CALL | {"number": "+33611223344", "commune": "92002"}
    assert (item.outcome, item.actor, item.acknowledge) == ("opened", "alice", False)
    dated = select(CaseFact).where(CaseFact.case_id == item.case_id, CaseFact.kind == "received")
    fact = site.ask(lambda: session().scalars(dated).one())
    assert (fact.source, fact.at.isoformat()) == ("call", kept["at"])


def test_nobody_is_written_to(site: Site) -> None:
    site.as_("alice").post(URL, **CALL)
    site.work()
    assert count(site, Outgoing) == 0


def test_the_same_form_sent_again_is_the_same_call(both: Site) -> None:
    browser, key = both.as_("alice"), KEY
    before = count(both, Case)
    first, again = (browser.post(URL, key=key, **CALL) for _ in range(2))
    assert first.location == again.location
    assert count(both, Case) == before + 1
    assert browser.post(URL, key=key, **CALL | {"text": "autre"}).status_code == 422
    assert count(both, Case) == before + 1


def test_two_calls_that_say_the_same_are_two(site: Site) -> None:
    before = count(site, Case)
    for _ in range(2):
        site.as_("alice").post(URL, **CALL)
    assert count(site, Case) == before + 2


def test_mistakes_are_said_beside_the_field_and_nothing_typed_is_lost(site: Site) -> None:
    wrong = CALL | {"number": "06 11", "commune": "Atlantis", "subject": " ", "text": "<b>&"}
    before = count(site, Item)
    answer = site.as_("alice").post(URL, **wrong)
    assert answer.status_code == 422
    assert count(site, Item) == before
    page = answer.text
    assert "Il reste 3 choses à corriger" in page
    for name in ("number", "commune", "subject"):
        assert f'aria-describedby="field-{name}-0-' in page
        assert f'id="field-{name}-0-error"' in page
    for typed in ("06 11", "Atlantis", "Jeanne Karim", "sa mère", "&lt;b&gt;&amp;"):
        assert typed in page
    assert re.search(r'<option selected value="apa">', page)


def test_what_nobody_may_read_is_still_given_its_reference(site: Site) -> None:
    """A call that belongs to another service, which alone reads it."""
    secret = {"subject": "Violences conjugales", "text": "Son mari la frappe.",
              "request_type": "violences"}  # fmt: skip
    answer = site.as_("bob").post(URL, **secret)
    page = site.as_("bob").get(answer.location)
    case = latest(site, Case)
    assert page.status_code == 200
    assert case.level != "normal"
    assert case.reference in page.text
    assert "Violences" not in page.text
    assert site.as_("alice").get(answer.location).status_code == 404


@pytest.mark.parametrize(("login", "status"), [("root", 403), (None, 302), ("oscar", 200)])
def test_who_may_note_a_call(site: Site, login: str | None, status: int) -> None:
    assert site.as_(login).get(URL).status_code == status


def test_the_form_is_one_key_away_and_the_help_says_so(site: Site) -> None:
    page = site.as_("alice").get("/aide").text
    assert re.search(r'href="/contact/phone\?retour=/aide" data-key="a"', page)
    assert "<kbd>a</kbd></dt><dd>Noter un appel" in page.replace("</kbd> ", "</kbd>")
    assert "/contact/phone" not in site.as_("root").get("/aide").text


@pytest.mark.parametrize("name", ["email", "minitel", "..", "PHONE"])
def test_a_channel_without_a_form_has_no_page(site: Site, name: str) -> None:
    assert site.as_("alice").get(f"/saisie/{name}").status_code == 404


def test_a_closed_channel_says_so(site: Site) -> None:
    told = site.app.extensions["grc.settings"]
    site.app.extensions["grc.settings"] = replace(told, channels=("email",))
    answer = site.as_("alice").post(URL, **CALL)
    assert answer.status_code == 422
    assert "Le canal « phone » est fermé" in answer.text.replace("\u00a0", " ").replace(
        "\u202f", " "
    )
    assert "/contact/phone" not in site.as_("alice").get("/aide").text


def test_cases_of_a_channel_that_is_gone_are_still_shown(site: Site) -> None:
    """Its package was taken away: everything it brought goes by the channel's name."""

    def rename() -> None:
        with transaction() as current:
            for table in ("case", "message", "item", "received"):
                current.execute(text(f"UPDATE \"{table}\" SET channel = 'minitel'"))

    site.ask(rename)
    browser = site.as_("sonia")
    assert "minitel" in browser.get(site.url("apa")).text
    item = f"/a-examiner/{site.cases['item']}"
    for url in (
        site.url("apa"),
        "/file?unit=apa",
        "/a-examiner",
        item,
        "/reception",
        "/a-affecter",
    ):
        assert browser.get(url).status_code == 200, url
    browser.post(f"{item}/relire")
    site.work()
    assert "canal non installé" in browser.get(item).text.lower()


def test_a_worker_that_is_quicker_does_not_make_two(site: Site) -> None:
    """The form may be understood by whoever comes first; here nobody can for the moment."""
    before = count(site, Case)
    lease, steps.lease_all = steps.lease_all, lambda *_, **__: []
    try:
        answer = site.as_("alice").post(URL, **CALL)
    finally:
        steps.lease_all = lease
    page = site.as_("alice").get(answer.location)
    assert "n’est pas encore ouverte" in page.text
    assert item_of(site) in page.text
    site.work()
    assert count(site, Case) == before + 1
    assert "La demande est ouverte" in site.as_("alice").get(answer.location).text


def test_a_process_that_dies_before_understanding_loses_nothing(
    both: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The right to understand the form dies with it, a little later; a worker takes over."""
    before = count(both, Case)
    monkeypatch.setattr(entering, "understand", lambda *_: None)
    answer = both.as_("alice").post(URL, key=KEY, **CALL)
    both.work()
    assert count(both, Case) == before
    assert both.as_("alice").post(URL, key=KEY, **CALL).location == answer.location
    later = clock.now() + steps.LEASE + timedelta(seconds=1)
    both.ask(lambda: drain(both.app.extensions["grc.tools"], now=lambda: later))
    assert count(both, Case) == before + 1
    assert "La demande est ouverte" in both.as_("alice").get(answer.location).text


def test_a_number_alone_makes_no_citizen(site: Site) -> None:
    def who(**call: str) -> tuple[str, int | None]:
        site.as_("alice").post(URL, subject="Suite", text="Rappeler.", **call)
        case = latest(site, Case)
        return case.citizen_match, case.citizen_id

    assert who(number="0611223344") == ("none", None)
    kind, citizen = who(number="0611223344", name="Jeanne Karim")
    assert (kind, citizen is not None) == ("matched", True)
    assert who(number="+33 6 11 22 33 44", name="KARIM Jeanne") == ("matched", citizen)
    assert who(number="0611223344") == ("proposed", None)
    assert who() == ("none", None)


def test_the_session_ended_meanwhile_and_the_text_comes_back(site: Site) -> None:
    browser = site.as_("alice")
    browser.get("/aide")
    browser.token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/aide").text)[1]  # type: ignore[index]
    with browser.client.session_transaction() as cookie:
        cookie["seen"] = 1
    answer = browser.post(URL, **CALL)
    assert answer.status_code == 401
    kept = re.search(r'name="kept"[^>]*value="([^"]+)"', answer.text)
    assert kept is not None
    browser.token = csrf_of(answer.text)
    given = {"identifier": "alice", "password": PASSWORD, "kept": kept[1], "next": "/"}
    page = browser.post("/connexion", **given).text
    assert "Votre texte vous est rendu" in page
    assert 'action="/saisie/phone"' in page
    assert CALL["text"].replace("'", "&#39;") in page
    for name in ("name", "number", "for_whom", "commune", "subject", "request_type"):
        value = CALL[name].replace("'", "&#39;")
        assert f'<input type="hidden" name="{name}" value="{value}">' in page


class Everything(PhoneChannel):
    """Every kind of field, some repeated."""

    name = "everything"
    act = "Tout noter"
    key = "a"
    fields = (
        *PhoneChannel.fields,
        Field("when", "Quand", Kind.DATE),
        Field("mail", "Courriel", Kind.EMAIL),
        Field("way", "Comment", Kind.CHOICE, required=True, choices=(("a", "Ici"), ("b", "Là"))),
        Field("place", "Adresse", Kind.ADDRESS),
        Field("names", "Enfants", repeated=True),
        Field("papers", "Documents", Kind.FILE, repeated=True),
        Field("agreed", "D'accord", Kind.YES_NO, required=True),
    )


@pytest.fixture
def everything(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    channel = Everything()
    monkeypatch.setattr(registry, "look", lambda _: channel)
    monkeypatch.setattr(registry, "demand", lambda *_: None)
    return site


def test_every_kind_of_field_is_drawn(everything: Site) -> None:
    page = everything.as_("alice").get("/saisie/everything").text
    for control in (
        'type="date"', 'type="email"', 'type="tel"', 'type="radio"', 'type="checkbox"',
        'type="file"', 'list="communes"', 'enctype="multipart/form-data"', "<textarea",
        '<option value="Antony">',
    ):  # fmt: skip
        assert control in page, control
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'<label for="([^"]+)"', page)) <= set(ids)


def test_one_more_answer_can_be_asked_for_without_scripts(everything: Site) -> None:
    many = CALL | {"names": ["Ana", "Bob"], "more": "names"}
    before = count(everything, Item)
    answer = everything.as_("alice").post("/saisie/everything", **many)
    assert answer.status_code == 200
    assert answer.text.count('name="names"') == 3
    assert 'value="Bob"' in answer.text
    assert "error-summary" not in answer.text
    assert count(everything, Item) == before


def test_a_file_cannot_be_given_back_and_the_page_says_so(everything: Site) -> None:
    sent = {"papers": (BytesIO(b"%PDF-1.4"), "a.pdf")}
    answer = everything.as_("alice").post("/saisie/everything", **CALL, **sent)
    assert answer.status_code == 422
    assert "Choisissez ce fichier à nouveau" in answer.text
    assert "Il reste 3 choses à corriger" in answer.text  # the choice, the tick, the file


def test_other_forms_take_no_big_file(site: Site) -> None:
    assert site.as_("alice").post(URL, **CALL | {"text": "x" * 2_100_000}).status_code == 413


def test_a_form_with_files_may_be_larger(everything: Site) -> None:
    browser = everything.as_("alice")
    page = browser.get("/saisie/everything").text
    given = CALL | {"way": "b", "agreed": "on", "csrf_token": csrf_of(page), "form_key": KEY}
    lines = [f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
             for name, value in given.items()]  # fmt: skip
    file = '--cut\r\nContent-Disposition: form-data; name="papers"; filename="a/../b.pdf"\r\n\r\n'
    whole = ("".join(lines) + file).encode() + PDF + b"\r\n--cut--\r\n"
    kind = "multipart/form-data; boundary=cut"
    answer = browser.client.post("/saisie/everything", data=whole, content_type=kind)
    assert answer.status_code == 303, answer.text
    item = latest(everything, Item)
    kept = json.loads(everything.ask(lambda: blobs.store().read(item.sha256)))
    (file_kept,) = kept["values"]["papers"]
    assert file_kept["filename"] == "a_.._b.pdf"
    assert base64.b64decode(file_kept["data"]) == PDF
    assert (kept["values"]["way"], kept["values"]["agreed"]) == ("b", True)


def test_what_is_to_be_examined_is_read_by_pages(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grc.web.intake.PAGE", 1)
    with site.app.app_context():
        second = open_item("contact", GARBAGE + b"\x00another")
    first = site.as_("sonia").get("/a-examiner").text
    assert site.cases["item"] in first
    assert second not in first
    assert "2 éléments reçus" in first
    after = site.as_("sonia").get(f"/a-examiner?apres={site.cases['item']}").text
    assert second in after
    assert f"/a-examiner/{site.cases['item']}" not in after
