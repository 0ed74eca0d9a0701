"""The pages open to everybody: asking, the receipt, following. As a browser without scripts."""

import base64
import json
import re
import uuid
from dataclasses import replace
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from grc.cases.following import secret_was_given
from grc.cases.models import Attachment, Case, Handling, Message
from grc.cases.queries import by_reference
from grc.cases.service import set_level
from grc.cases.tokens import secret
from grc.core import audit, blobs, clock
from grc.core.actor import SYSTEM
from grc.core.db import execute, session, transaction
from grc.core.events import Event
from grc.core.settings import settings
from grc.core.steps import Step
from grc.intake import waiting_files
from grc.intake.models import Item
from grc.jobs import entering
from grc.outbox.models import Outgoing
from grc.web.public import asking, follow_up, sending
from grc.work.models import Task
from tests.web.conftest import Site

URL = "/demarches/apa"
ASK = {
    "q_naissance": "3/2/1941",
    "q_lieu": "domicile",
    "q_urgent": "on",
    "text": "Ma mère ne peut plus rester seule le matin.",
    "name": "Jeanne Karim",
    "email": "jeanne.karim@courriel.example",
    "commune": "Antony",
}
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 100


def citizen(site: Site) -> FlaskClient:
    """A browser nobody has signed in with."""
    return site.app.test_client()


def send(site: Site, url: str = URL, key: str | None = None, **fields: Any) -> TestResponse:
    own = {"form_key": key or str(uuid.uuid4()), **fields}
    return citizen(site).post(url, data=own, content_type="multipart/form-data")


def codes(page: str) -> tuple[str, str]:
    """The reference and the secret of a receipt."""
    found = re.findall(r'public-code" translate="no">([^<]+)<', page)
    assert len(found) == 2, page
    return found[0], found[1]


def look(site: Site, reference: str, code: str) -> TestResponse:
    return citizen(site).post("/suivi", data={"reference": reference, "secret": code})


def count(site: Site, model: type) -> int:
    return int(site.ask(lambda: session().scalar(select(func.count()).select_from(model))))


def latest(site: Site, model: Any) -> Any:
    return site.ask(lambda: session().scalars(select(model).order_by(model.id.desc())).first())


def opened(site: Site, **more: str) -> tuple[str, str]:
    return codes(send(site, **ASK | more).text)


def case_of(site: Site, reference: str) -> Case:
    found: Case = site.ask(lambda: by_reference(reference))
    return found


def make(site: Site, reference: str, level: str) -> None:
    def change() -> None:
        with transaction():
            case = by_reference(reference)
            assert case is not None
            set_level(case, level, actor=SYSTEM, now=clock.now())

    site.ask(change)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("aides à domicile pour ma mere", "apa"),
        ("retards de loyers", "fsl"),
        ("un trou sur la route", "voirie"),
        ("ma fille mange à la cantine", "college-restauration"),
        ("RSA", "rsa"),
        ("je suis enceinte", "pmi"),
    ],
)
def test_a_type_is_found_by_plain_words(site: Site, query: str, first: str) -> None:
    page = citizen(site).get("/demarches", query_string={"q": query}).text
    assert re.findall(r'href="/demarches/([\w-]+)"', page)[0] == first, query


def test_what_is_not_found_shows_everything(site: Site) -> None:
    page = citizen(site).get("/demarches?q=zwyxv").text
    assert "Aucune démarche ne porte ces mots" in page
    assert 'href="/demarches/autre"' in page
    assert "violences" not in re.findall(r'href="/demarches/([\w-]+)"', page)


def test_places_of_a_commune_are_found(site: Site) -> None:
    page = citizen(site).get("/demarches?q=accueil Antony").text
    assert "Nous rencontrer" in page


def test_a_form_becomes_a_case_its_unit_reads(both: Site) -> None:
    answer = send(both, **ASK, files=(BytesIO(PDF), "certificat médical.pdf"))
    assert answer.status_code == 200, answer.text
    reference, code = codes(answer.text)
    case = case_of(both, reference)
    assert (case.channel, case.source, case.request_type) == ("web", "public", "apa")
    assert (case.commune, case.citizen_match) == ("92002", "matched")
    item = latest(both, Item)
    assert (item.actor, item.outcome, item.acknowledge) == ("citizen", "opened", True)
    raw = json.loads(both.ask(lambda: blobs.store().read(item.sha256)))["values"]
    assert base64.b64decode(raw["files"][0]["data"]) == PDF
    assert raw["answers"][0].endswith("\u00a0: 03/02/1941")
    assert raw["answers"][1] == "Où vit-elle ?\u00a0: Chez elle"
    page = both.as_("alice").get(f"/demandes/{reference}").text
    assert "Ma mère ne peut plus rester seule" in page
    assert "certificat médical.pdf" in page
    assert look(both, reference, code).status_code == 200


def test_the_same_form_again_is_the_same_receipt(both: Site) -> None:
    key, before = str(uuid.uuid4()), count(both, Case)
    first, again = send(both, key=key, **ASK), send(both, key=key, **ASK)
    assert codes(first.text) == codes(again.text)
    assert count(both, Case) == before + 1
    other = send(both, key=key, **ASK | {"text": "Autre chose, écrite en revenant en arrière."})
    assert codes(other.text)[0] != codes(first.text)[0]


def test_errors_lose_nothing_not_even_files(site: Site) -> None:
    before = count(site, Item)
    files = [(BytesIO(PDF), "avis.pdf"), (BytesIO(b""), "vide.pdf")]
    answer = send(site, **ASK | {"name": "", "q_naissance": "31/02/1941"}, files=files)
    assert (answer.status_code, count(site, Item)) == (422, before)
    page = answer.text
    for typed in (
        "31/02/1941",
        "Ma mère ne peut plus rester seule le matin.",
        "Antony",
        "avis.pdf",
    ):
        assert typed in page, typed
    assert page.count('class="error"') == 3
    kept = re.findall(r'name="kept_file" value="([^"]+)"', page)
    assert len(kept) == 1
    reference, _code = codes(send(site, **ASK, kept_file=kept).text)
    attached = site.ask(
        lambda: session().scalars(
            select(Attachment.filename)
            .join(Message, Message.id == Attachment.message_id)
            .where(Message.case_id == case_of(site, reference).id)
        ).all()
    )  # fmt: skip
    assert attached == ["avis.pdf"]


def test_a_kept_file_can_be_dropped_and_not_forged(site: Site) -> None:
    page = send(site, **ASK | {"name": ""}, files=(BytesIO(PDF), "avis.pdf")).text
    kept = re.findall(r'name="kept_file" value="([^"]+)"', page)
    send(site, **ASK, kept_file=kept, drop=kept)
    item = latest(site, Item)
    assert "files" not in json.loads(site.ask(lambda: blobs.store().read(item.sha256)))["values"]
    forged = send(site, **ASK, kept_file="x" + kept[0])
    assert forged.status_code == 422
    assert "choisissez-le à nouveau" in forged.text


def test_too_much_is_refused_with_a_sentence(site: Site) -> None:
    fields = {f"f{number}": "x" for number in range(10_000)}
    many = citizen(site).post(URL, data=fields)
    assert (many.status_code, "plus de champs que nos pages" in many.text) == (413, True)
    part = '--cut\r\nContent-Disposition: form-data; name="{}"\r\n\r\nx\r\n'
    whole = "".join(map(part.format, fields)) + "--cut--\r\n"
    kind = "multipart/form-data; boundary=cut"
    parts = citizen(site).post(URL, data=whole, content_type=kind)
    assert (parts.status_code, "plus de champs que nos pages" in parts.text) == (413, True)
    length = {"CONTENT_LENGTH": str(200_000_000)}
    large = citizen(site).post(URL, environ_overrides=length, content_type=kind)
    assert (large.status_code, "25\u00a0Mo au plus" in large.text) == (413, True)


def test_files_to_choose_again_are_named_and_the_others_kept(site: Site, monkeypatch: Any) -> None:
    monkeypatch.setattr(asking, "MOST_BYTES", 60_000)
    given = [(BytesIO(PDF), "un.pdf"), (BytesIO(PDF), "deux.pdf"), (BytesIO(PDF), "trois<b>.pdf")]
    page = send(site, **ASK, files=[*given, (BytesIO(b""), "vide.pdf")])
    assert page.status_code == 422
    assert "trois&lt;b&gt;.pdf, vide.pdf. Un fichier" in page.text
    kept = re.findall(r'name="kept_file" value="([^"]+)"', page.text)
    assert len(kept) == 2
    assert send(site, **ASK, kept_file=kept).status_code == 200


def test_files_a_full_disk_did_not_keep_are_named(site: Site, monkeypatch: Any) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(waiting_files, "keep", full)
    monkeypatch.setattr(entering, "keep", full)
    answer = send(site, **ASK, files=(BytesIO(PDF), "avis.pdf"))
    assert answer.status_code == 503
    assert "n’ont pas pu être gardés" in answer.text
    assert "avis.pdf" in answer.text
    assert ASK["text"] in answer.text
    refused = send(site, **ASK | {"name": ""}, files=(BytesIO(PDF), "avis.pdf"))
    assert (refused.status_code, ASK["text"] in refused.text) == (503, True)


def test_robots_are_slowed_and_people_lose_nothing(site: Site, monkeypatch: Any) -> None:
    before = count(site, Item)
    trapped = send(site, **ASK, website="http://spam.example")
    assert (trapped.status_code, count(site, Item)) == (422, before)
    assert "Ma mère ne peut plus" in trapped.text
    assert "spam.example" not in trapped.text
    monkeypatch.setattr(sending, "MOST_FORMS", 2)
    assert send(site, **ASK).status_code == 200
    slowed = send(site, **ASK | {"text": "Encore."})
    assert (slowed.status_code, "Encore." in slowed.text) == (429, True)
    assert slowed.headers["Retry-After"] == "900"


def test_public_pages_are_strict_and_leave_no_trace(site: Site) -> None:
    reference, code = opened(site)
    browser = citizen(site)
    pages = [
        browser.get("/demarches"), browser.get(URL), browser.get("/suivi"),
        browser.get("/demarches/informations-personnelles"), browser.get("/demarches/inconnue"),
        send(site, **ASK), send(site), look(site, reference, code), look(site, reference, "faux"),
    ]  # fmt: skip
    for page in pages:
        assert "Set-Cookie" not in page.headers, page.request.path
        assert "script-src" not in page.headers["Content-Security-Policy"]
        assert "<script" not in page.text
        assert page.headers["Referrer-Policy"] == "no-referrer"
        for word in ("/connexion", "/mes-demandes", "csrf_token", 'class="rail"'):
            assert word not in page.text, (page.request.path, word)
    for page in pages[2:]:
        assert "noindex" in page.headers["X-Robots-Tag"], page.request.path
        assert page.headers["Cache-Control"] == "no-store", page.request.path


def test_an_unknown_reference_and_a_wrong_secret_are_the_same(both: Site) -> None:
    reference, code = opened(both)
    nobody = "D-2026-9999999-1"
    wrong, unknown = look(both, reference, "faux"), look(both, nobody, "faux")
    other = both.ask(lambda: secret(nobody, settings().token_keys))
    absent = look(both, nobody, other)
    assert wrong.status_code == unknown.status_code == absent.status_code == 422
    assert wrong.text.replace(reference, nobody) == unknown.text == absent.text
    assert look(both, reference.lower().replace("-", " "), f" {code.lower()} ").status_code == 200


def test_wrong_secrets_are_slowed(site: Site, monkeypatch: Any) -> None:
    reference, code = opened(site)
    monkeypatch.setattr(follow_up, "HERE", 3)
    assert [look(site, reference, f"faux{n}").status_code for n in range(4)] == [422] * 3 + [429]
    assert look(site, reference, code).status_code == 429
    other, its_code = opened(site, text="Une autre.")
    assert look(site, other, its_code).status_code == 200


def test_following_shows_hers_and_the_replies_and_nothing_else(both: Site) -> None:
    reference, code = opened(both)
    alice, url = both.as_("alice"), f"/demandes/{reference}"
    both.work()
    alice.post(f"{url}/note", text="Note interne à ne pas montrer.")
    alice.post(f"{url}/prendre")
    version = re.search(r'name="version"[^>]*value="(\d+)"', alice.get(url).text)
    assert version is not None
    own = {"text": "Un dossier part aujourd'hui.", "next": "stay", "version": version[1]}
    assert alice.post(f"{url}/reponse", **own).status_code == 303
    planned = look(both, reference, code).text
    assert "Un dossier part" not in planned  # it can still be undone

    def leave() -> None:
        with transaction():
            for row in session().scalars(select(Outgoing).where(Outgoing.kind == "reply")):
                row.status, row.sent_at = "sent", clock.now()

    both.ask(leave)
    shown = look(both, reference, code).text
    assert "Un dossier part aujourd&#39;hui." in shown
    assert "Ma mère ne peut plus rester seule" in shown
    assert "Note interne" not in shown
    assert "Alice" not in shown


def reply(site: Site, reference: str, text: str) -> TestResponse:
    """Alice answers and the ten seconds pass."""
    alice, url = site.as_("alice"), f"/demandes/{reference}"
    version = re.search(r'name="version"[^>]*value="(\d+)"', alice.get(url).text)
    told = {"text": text, "next": "stay", "version": version[1] if version else "1"}
    return alice.post(f"{url}/reponse", **told)


def leave(site: Site) -> None:
    def later() -> None:
        with transaction():
            execute(update(Step).where(Step.name == "send").values(due_at=clock.now()))

    site.ask(later)
    site.work()


@pytest.mark.parametrize("how", [{"email": ""}, {"on_page": "on"}], ids=["no-mail", "asked"])
def test_without_mail_the_reply_is_read_on_the_page(both: Site, how: dict[str, str]) -> None:
    receipt = send(both, **ASK | how).text
    assert "aucun courriel ne vous préviendra" in receipt
    reference, code = codes(receipt)
    both.work()
    both.as_("alice").post(f"/demandes/{reference}/note", text="Note interne.")
    page = both.as_("alice").get(f"/demandes/{reference}").text
    assert "lu sur la page de suivi" in page
    assert reply(both, reference, "Un dossier part.").status_code == 303
    page = both.as_("alice").get(f"/demandes/{reference}").text
    assert "affiche dans un instant" in page  # and can be taken back like any other
    assert "Un dossier part." not in look(both, reference, code).text
    leave(both)
    sent = latest(both, Outgoing)
    assert (sent.status, sent.recipient) == ("sent", "")
    shown = look(both, reference, code).text
    assert shown.count("Un dossier part.") == 1
    assert latest(both, Message).sent_at == sent.sent_at  # its date is when it was shown
    assert "Note interne." not in shown
    assert "Affichée<" in both.as_("alice").get(f"/demandes/{reference}").text
    answer = add(both, shown, text="Merci, je l'ai.")
    assert answer.status_code == 200
    assert count_of(both, reference) == 3


def count_of(site: Site, reference: str) -> int:
    case = case_of(site, reference)
    query = select(func.count()).select_from(Message).where(Message.case_id == case.id)
    return int(site.ask(lambda: session().scalar(query)))


def test_a_joined_interview_gives_no_secret_of_the_case(both: Site) -> None:
    """Its receipt bears the reference of what was received, which opens nothing here."""
    reference, case = both.cases["apa"], case_of(both, both.cases["apa"])

    def hold() -> bool:
        with transaction():
            told = {"subject": ("case", case.id), "case_id": case.id, "actor": SYSTEM}
            audit.record(Event.INTERVIEW_HELD, **told, now=case.opened_at, site="Antony")
        return secret_was_given(case)

    assert not both.ask(hold), reference


def test_a_reply_nobody_would_read_is_not_written(site: Site) -> None:
    reference, code = opened(site, email="")
    site.work()
    make(site, reference, "restricted")
    page = site.as_("alice").get(f"/demandes/{reference}").text
    assert "la page de suivi ne montre rien" in page
    assert "Personne ne lirait une réponse" in reply(site, reference, "Perdue.").text
    make(site, reference, "normal")
    assert reply(site, reference, "Arrêtée.").status_code == 303
    make(site, reference, "named")  # meanwhile
    leave(site)
    assert latest(site, Outgoing).status == "failed"
    assert "Arrêtée." not in look(site, reference, code).text
    tasks = select(Task.kind).where(Task.case_id == case_of(site, reference).id)
    assert site.ask(lambda: session().scalar(tasks)) == "send_failed"


def test_a_receipt_promises_only_what_the_page_of_the_case_will_show(site: Site) -> None:
    promise, warning = "Sa réponse s’affichera", "rien de sa réponse ne s’affiche"
    form = ASK | {"email": "", "key": str(uuid.uuid4())}
    receipt = send(site, **form).text
    assert promise in receipt
    reference, _code = codes(receipt)
    make(site, reference, "restricted")
    again = send(site, **form).text
    assert (warning in again, promise in again) == (True, False)

    def unplace() -> None:
        with transaction():
            execute(update(Handling).values(to_route=True))

    site.ask(unplace)
    early = send(site, **form).text  # the rule may restrict it, or a person of the triage
    assert (warning in early, promise in early) == (False, False)


@pytest.mark.parametrize("level", ["restricted", "named"])
def test_a_secret_request_shows_three_things(site: Site, level: str) -> None:
    reference, code = opened(site)
    make(site, reference, level)
    page = look(site, reference, code).text
    assert reference in page
    assert "Réponse prévue avant" in page
    assert "Ma mère" not in page
    assert "Vos échanges" not in page


def add(site: Site, page: str, **fields: Any) -> TestResponse:
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen is not None
    return send(site, "/suivi/ajouter", seen=seen[1], **fields)


def test_a_document_is_added_by_the_ledger(both: Site) -> None:
    reference, code = opened(both, email="")
    cases, page = count(both, Case), look(both, reference, code).text
    answer = add(both, page, files=(BytesIO(PDF), "avis.pdf"))
    assert answer.status_code == 200
    assert "joint à votre demande" in answer.text
    assert "avis.pdf" in answer.text
    item = latest(both, Item)
    assert (item.outcome, count(both, Case)) == ("appended", cases)
    case = case_of(both, reference)
    assert (item.case_id, case.contacts, case.unread) == (case.id, 2, True)
    assert "avis.pdf" in both.as_("alice").get(f"/demandes/{reference}").text


def test_an_addition_needs_the_page_and_some_content(site: Site) -> None:
    reference, code = opened(site)
    before, page = count(site, Item), look(site, reference, code).text
    assert add(site, page).status_code == 422
    assert send(site, "/suivi/ajouter", seen="forged", text="Bonjour").status_code == 422
    assert count(site, Item) == before


def test_a_reference_typed_in_a_form_opens_nothing(both: Site) -> None:
    """Whoever knows the reference and the address of somebody neither reads nor joins her
    request: his own is linked to it."""
    reference, code = opened(both)
    answer = send(both, **ASK | {"text": f"Suite de ma demande {reference}."})
    given, its_secret = codes(answer.text)
    assert given != reference
    assert "Ma mère" not in look(both, given, its_secret).text
    assert "Suite de" not in look(both, reference, code).text
    assert f"/demandes/{reference}" in both.as_("alice").get(f"/demandes/{given}").text


def test_an_item_that_joined_a_request_does_not_open_it(site: Site) -> None:
    reference, code = opened(site)
    add(site, look(site, reference, code).text, text="La suite.")
    item = latest(site, Item)
    its_secret = site.ask(lambda: secret(item.reference, settings().token_keys))
    page = look(site, item.reference, its_secret).text
    assert reference not in page
    assert "Ma mère" not in page


def test_an_outage_gives_everything_back_to_be_sent_again(site: Site, monkeypatch: Any) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("INSERT", {}, Exception("away"))

    monkeypatch.setattr(entering, "store_once", away)
    answer = send(site, key="5e8c1f1e-8d53-4b4a-9f0e-2a3c6c8b4d11", **ASK,
                  files=(BytesIO(PDF), "avis.pdf"))  # fmt: skip
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    monkeypatch.undo()
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', answer.text)
    again = {unescape(name): unescape(value) for name, value in hidden}
    assert again["name"] == ASK["name"]
    text = re.search(r"<textarea[^>]*>([^<]+)<", answer.text)
    assert text is not None
    codes(citizen(site).post(URL, data=again | {"text": unescape(text[1])}).text)
    kept = json.loads(site.ask(lambda: blobs.store().read(latest(site, Item).sha256)))["values"]
    assert (kept["text"], kept["files"][0]["filename"]) == (ASK["text"], "avis.pdf")


def test_files_nobody_came_back_for_are_destroyed(site: Site) -> None:
    page = send(site, **ASK | {"name": ""}, files=(BytesIO(PDF), "avis.pdf")).text
    name = re.findall(r'name="kept_file" value="([^"]+)"', page)[0]
    site.ask(lambda: waiting_files.tidy(clock.now() + timedelta(hours=23)))
    assert site.ask(lambda: waiting_files.find(name)) is not None
    site.ask(lambda: waiting_files.tidy(clock.now() + timedelta(hours=25)))
    assert site.ask(lambda: waiting_files.find(name)) is None


def test_the_acknowledgement_tells_how_to_follow(site: Site) -> None:
    reference, code = opened(site)
    site.work()
    text = site.ask(
        lambda: session().scalar(
            select(Message.text)
            .join(Outgoing, Outgoing.message_id == Message.id)
            .where(Outgoing.kind == "acknowledgement")
        )
    )
    assert reference in text
    assert code in text
    assert "Ma mère" not in text


def test_the_pages_speak_english(site: Site) -> None:
    english = {"Accept-Language": "en"}
    for path in ("/demarches", URL, "/suivi", "/demarches/informations-personnelles"):
        page = citizen(site).get(path, headers=english).text
        assert '<html lang="en"' in page
        for word in ("Votre ", "demande", "Ce que", "Envoyer", "Chercher"):
            assert word not in re.sub(r"<[^>]+>|value=\"[^\"]*\"", " ", page), (path, word)


def test_a_quick_worker_changes_nothing(site: Site, monkeypatch: Any) -> None:
    """When it cannot be understood now, the receipt is of what was received."""
    monkeypatch.setattr(entering, "understand", lambda *_: None)
    answer = send(site, **ASK)
    reference, code = codes(answer.text)
    assert reference.startswith("E-")
    assert look(site, reference, code).status_code == 200
    monkeypatch.undo()


def test_a_closed_channel_takes_nothing_and_is_still_followed(site: Site) -> None:
    reference, code = opened(site)
    page = look(site, reference, code).text
    site.app.extensions["grc.settings"] = replace(
        site.app.extensions["grc.settings"], channels=("email",)
    )
    assert citizen(site).get("/demarches").status_code == 200
    assert citizen(site).get(URL).status_code == send(site, **ASK).status_code == 404
    assert add(site, page, text="Suite.").status_code == 404
    shown = look(site, reference, code)
    assert (shown.status_code, 'name="seen"' in shown.text) == (200, False)
