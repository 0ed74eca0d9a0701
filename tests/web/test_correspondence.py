"""Our letters: from a draft to the post, by those who may, and seen by nobody else."""

import re
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import delete, select, update

from grc.cases.models import Case, CaseAccess, CaseFact, Party
from grc.cases.queries import by_reference
from grc.cases.service import set_level
from grc.citizens import service as citizens
from grc.citizens.models import CitizenContact
from grc.core import blobs, clock
from grc.core.actor import SYSTEM
from grc.core.audit import AuditRow
from grc.core.clock import paris_date
from grc.core.db import session, transaction
from grc.correspondence import acting, files, layout, loading, queries, recipients
from grc.correspondence.models import OurLetter, PrintRun
from grc.correspondence.signing import UNSIGNED
from grc.receipts import service as receipts
from grc.staff.models import AccessLog, User
from grc.staff.policy import Level
from tests.web.conftest import Browser, Site
from tests.web.test_mail import asked, batch, clerk, fields

LETTERS = """
[[types]]
code = "reponse"
label_fr = "Réponse"
label_en = "Reply"
purpose = "answer"
text = "Madame, votre demande {reference}."
[[types]]
code = "decision"
label_fr = "Décision"
label_en = "Decision"
purpose = "decision"
visas = 1
registered = true
[[types]]
code = "attente"
label_fr = "Lettre d'attente"
label_en = "Holding reply"
purpose = "holding"
[[delegations]]
code = "sonia"
login = "sonia"
name = "Sonia Chef"
quality = "Directrice de l'autonomie"
unit = "autonomie"
types = ["reponse", "attente"]
valid_from = 2026-01-01
valid_to = 2100-01-01
act = "Arrêté n° 12"
[[delegations]]
code = "bob"
login = "bob"
name = "Bob Agent"
quality = "Chef de pôle"
unit = "apa"
types = ["decision"]
valid_from = 2026-01-01
valid_to = 2100-01-01
act = "Arrêté n° 13"
[[delegations]]
code = "alice-perimee"
login = "alice"
name = "Alice Agent"
quality = "Agente"
unit = "apa"
valid_from = 2025-01-01
valid_to = 2026-01-01
act = "Arrêté n° 1"
"""
ADDRESS = "Mme Marie Durand\n12, rue des Lilas\n92160 Antony"
WORDS = {
    "type_code": "reponse",
    "recipient": ADDRESS,
    "subject": "Votre demande d'APA",
    "text": "Madame,\n\nC'est accordé.",
    "agent_quality": "instructrice",
}
NUMBER = "RK473124829GB"


def load(site: Site) -> None:
    def do() -> None:
        found = files.read(LETTERS, loading.known())
        with transaction():
            loading.load(found, actor=SYSTEM, now=clock.now())

    site.ask(do)


@pytest.fixture
def letters(site: Site) -> Site:
    load(site)
    return site


@pytest.fixture
def on_both(both: Site) -> Site:
    load(both)
    return both


def written(site: Site, by: Browser, case: str = "apa", **words: str) -> str:
    """A letter handed in; its address."""
    answer = by.post(site.url(case, "lettre"), **(WORDS | words))
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def acted(browser: Browser, url: str, act: str, **fields: str) -> Any:
    """An act with what its form holds on the page of the letter."""
    page = browser.get(url).text
    found = re.search(rf'action="{url}/{act}".*?</form>', page, re.S)
    held = dict(
        re.findall(r'name="(version|seen|suite)" value="([^"]*)"', found[0] if found else "")
    )
    return browser.post(f"{url}/{act}", **(held | fields))


def letter(site: Site, url: str) -> OurLetter:
    number = int(url.rsplit("/", 1)[1].split("-")[2])
    found: OurLetter = site.ask(lambda: session().get_one(OurLetter, number))
    return found


def today() -> date:
    return paris_date(clock.now())


def signed(site: Site, case: str = "apa", **words: str) -> str:
    """A reply written by alice, signed by sonia."""
    url = written(site, site.as_("alice"), case, **words)
    assert acted(site.as_("sonia"), url, "signer").status_code == 303
    return url


def words_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as found:
        return "\n".join(page.get_textpage().get_text_bounded() for page in found)


def posted(post: Browser, number: int, on: date | None = None, **fields: str) -> Any:
    told = {"letter": str(number), "on": f"{on or today():%Y-%m-%d}"}
    return post.post("/departs/postees", **(told | fields))


def test_a_reply_goes_from_a_draft_to_the_post(on_both: Site) -> None:
    site = on_both
    alice, sonia, post = site.as_("alice"), site.as_("sonia"), clerk(site)
    form = alice.get(site.url("apa", "lettre")).text
    assert f"Madame, votre demande {site.cases['apa']}." in form
    url = written(site, alice)
    assert "Attend une signature" in alice.get(url).text
    assert "Votre demande d&#39;APA" in sonia.get("/parapheur").text
    preview = sonia.get(f"{url}.pdf").data
    answer = acted(sonia, url, "signer")
    assert answer.location == "/parapheur"  # nothing else waits
    kept = letter(site, url)
    paper = alice.get(f"{url}.pdf").data
    assert UNSIGNED in words_of(preview)  # what she saw is what was signed, and was no letter
    assert words_of(preview).replace(UNSIGNED, "").split() == words_of(paper).split()
    assert (kept.signatory, kept.departure, kept.posted_on) == ("Sonia Chef", 1, None)
    page = post.get("/departs").text
    assert "12 RUE" not in page
    assert "APA : " not in page
    assert "Mme Marie Durand, 92160 ANTONY" in page
    run = post.post("/departs/tirage").location.partition("=")[2]
    assert post.get(f"/departs/tirage/{run}.pdf").data[:5] == b"%PDF-"
    assert posted(post, kept.id).status_code == 303
    kept = letter(site, url)
    assert (kept.state, kept.posted_on) == ("posted", today())
    page = alice.get(site.url("apa")).text
    assert f"Postée le {today():%d/%m/%Y}" in page
    assert "C&#39;est accordé." in page
    assert site.handling("apa").answered_at is not None
    assert posted(post, kept.id).status_code == 409  # once
    events = site.ask(
        lambda: (
            session()
            .scalars(select(AuditRow.event).where(AuditRow.event.startswith("ourletter:")))
            .all()
        )
    )
    assert events == [
        f"ourletter:{one}" for one in ("drafted", "handed-in", "signed", "printed", "posted")
    ]


def test_a_decision_needs_a_visa_of_somebody_else(letters: Site) -> None:
    alice, bob, sonia = (letters.as_(name) for name in ("alice", "bob", "sonia"))
    url = written(letters, bob, type_code="decision")
    assert "une autre personne" in acted(bob, url, "signer").text  # he wrote it, he may sign it
    assert acted(alice, url, "viser").status_code == 403  # an agent
    assert acted(sonia, url, "viser").location == "/parapheur"
    assert acted(sonia, url, "viser").status_code == 409
    assert "Aucune délégation" in acted(sonia, url, "signer").text  # replies only
    assert acted(bob, url, "signer").status_code == 303
    own = written(letters, sonia, type_code="decision")
    assert acted(sonia, own, "viser").status_code == 422


def test_a_draft_is_not_signed(letters: Site) -> None:
    """Neither by who wrote it and may sign such letters, nor without its visa."""
    bob = letters.as_("bob")
    words = WORDS | {"type_code": "decision", "brouillon": "1"}
    url = bob.post(letters.url("apa", "lettre"), **words).location
    assert "Signer" not in bob.get(url).text
    held = {"version": "1", "seen": sha256(bob.get(f"{url}.pdf").data).hexdigest()}
    answer = bob.post(f"{url}/signer", **held)
    assert answer.status_code == 409
    assert "Brouillon" in answer.text
    kept = letter(letters, url)
    assert (kept.state, kept.departure, kept.sha256) == ("draft", None, None)


def test_nobody_signs_without_a_delegation_of_that_day(letters: Site) -> None:
    alice, url = letters.as_("alice"), written(letters, letters.as_("alice"))
    assert "Signer" not in alice.get(url).text  # hers ended
    answer = acted(alice, url, "signer")
    assert answer.status_code == 422
    assert "Aucune délégation" in answer.text
    assert letter(letters, url).state == "signature"


def test_what_is_signed_is_what_was_read(letters: Site) -> None:
    alice, sonia = letters.as_("alice"), letters.as_("sonia")
    url = written(letters, alice)
    page = sonia.get(url).text
    held = dict(re.findall(r'name="(version|seen|suite)" value="([^"]*)"', page))
    changed = alice.post(f"{url}/modifier", **(WORDS | {"text": "Non."}), version="2")
    assert changed.status_code == 303
    assert sonia.post(f"{url}/signer", **held).status_code == 409  # of other words
    fresh = re.search(r'name="version" value="(\d+)"', sonia.get(url).text)
    assert fresh
    stale = held | {"version": fresh[1]}
    assert sonia.post(f"{url}/signer", **stale).status_code == 409
    assert acted(sonia, url, "signer").status_code == 303
    late = alice.post(f"{url}/modifier", **(WORDS | {"text": "Encore."}))
    assert late.status_code == 409
    assert "ne change plus" in late.text
    assert "Encore." in late.text  # what was typed comes back
    kept = letter(letters, url)
    with_it = letters.ask(lambda: blobs.store().check(kept.sha256 or ""))
    assert with_it
    assert kept.text == "Non."


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"recipient": "Marie Durand\n92160 Antony"}, "numéro et de la voie"),
        ({"recipient": "Marie Durand\n12 rue des Lilas"}, "code postal"),
        ({"recipient": ""}, "adresse postale"),
        ({"text": "Votre échéance : {échéance}"}, "mots à remplir"),
        ({"agent_quality": ""}, "qualité"),
    ],
)
def test_what_is_missing_is_said(letters: Site, words: dict[str, str], told: str) -> None:
    alice = letters.as_("alice")
    answer = alice.post(letters.url("apa", "lettre"), **(WORDS | words))
    assert answer.status_code == 422
    assert told in answer.text
    kept = alice.post(letters.url("apa", "lettre"), **(WORDS | words), brouillon="1")
    assert kept.status_code == 303  # a draft may wait
    assert told in alice.get(kept.location).text


def test_it_leaves_once_on_a_day_that_has_come(letters: Site) -> None:
    post, url = clerk(letters), signed(letters, registered="y")
    number = letter(letters, url).id
    assert posted(post, number).status_code == 409  # not printed
    post.post("/departs/tirage")
    tomorrow, yesterday = today() + timedelta(days=1), today() - timedelta(days=1)
    assert posted(post, number, tomorrow, **{f"n{number}": NUMBER}).status_code == 422
    assert posted(post, number, yesterday, **{f"n{number}": NUMBER}).status_code == 422
    assert posted(post, number).status_code == 422  # registered, without its number
    assert posted(post, number, **{f"n{number}": NUMBER}).status_code == 303
    assert posted(post, number, **{f"n{number}": NUMBER}).status_code == 409
    assert letter(letters, url).registered_number == NUMBER
    for browser in (letters.as_("alice"), letters.as_("sonia")):
        assert browser.get("/departs").status_code == 403


def test_a_holding_reply_is_no_answer(letters: Site) -> None:
    post, url = clerk(letters), signed(letters, type_code="attente")
    post.post("/departs/tirage")
    assert posted(post, letter(letters, url).id).status_code == 303
    assert letters.handling("apa").answered_at is None
    typed = select(CaseFact.kind).where(CaseFact.source == "typed")
    facts = letters.ask(lambda: session().scalars(typed).all())
    assert facts == []
    assert "n’arrête aucun délai" in letters.as_("alice").get(url).text


def test_a_letter_of_a_named_case_is_seen_by_its_people(on_both: Site) -> None:
    site = on_both
    sonia, post = site.as_("sonia"), clerk(site)
    secret = {"subject": "Mise à l'abri", "recipient": ADDRESS.replace("Marie", "Zénobie")}
    url = written(site, sonia, "named", **secret)
    for name in ("alice", "bob", "rita", "dora", "oscar", "root", "courrier"):
        browser = site.as_(name)
        for path in (url, f"{url}.pdf", f"{url}/modifier", f"{url}/retirer", f"{url}/rendre"):
            assert browser.get(path).status_code in {403, 404}, (name, path)
        for act in ("viser", "signer", "parapheur", "imprimee"):
            answer = browser.post(f"{url}/{act}", version="2", reason="x", seen="x")
            assert answer.status_code in {403, 404}, (name, act)
            assert "Zénobie" not in answer.text
        book = browser.get("/parapheur").text
        assert "Zénobie" not in book
        assert "Mise à l" not in book
    assert acted(sonia, url, "signer").status_code == 303
    number = letter(site, url).id
    assert "/departs" in post.post("/departs/tirage").location
    assert letter(site, url).state == "signed"  # no run takes it
    assert acted(sonia, url, "imprimee").status_code == 303
    page = post.get("/departs").text
    assert "Pli fermé" in page
    for word in ("Zénobie", "Mise à l", site.cases["named"], "ANTONY"):
        assert word not in page
    assert posted(post, number).status_code == 303
    assert "Zénobie" not in post.get("/departs").text


def test_what_comes_back_is_shown_on_the_letter(letters: Site) -> None:
    post, url = clerk(letters), signed(letters)
    kept = letter(letters, url)
    back = {"reference": kept.reference, "how": "unknown"}
    assert post.post("/departs/retour", **back).status_code == 422  # it has not left
    post.post("/departs/tirage")
    posted(post, kept.id)
    assert (
        post.post("/departs/retour", **back | {"reference": "L-2026-0000099-A"}).status_code == 422
    )
    assert post.post("/departs/retour", **back).status_code == 303
    assert letter(letters, url).state == "returned"
    assert "NPAI" in letters.as_("alice").get(letters.url("apa")).text
    case = letters.ask(lambda: by_reference(letters.cases["apa"]))
    known = letters.ask(lambda: recipients.known_address(SYSTEM, case, clock.now()))
    assert "LILAS" not in known  # nobody writes there again without looking


def test_a_scanned_letter_of_ours_finds_itself_by_its_code(letters: Site) -> None:
    post, url = clerk(letters), signed(letters)
    kept = letter(letters, url)
    post.post("/departs/tirage")
    posted(post, kept.id)
    (item,) = batch(letters, ("rampe",))
    shown = fields(post.get(f"/courrier/{item}").text)
    back = {"version": shown["version"], "how": "unclaimed", "same_as": kept.reference}
    assert post.post(f"/courrier/{item}/retour", **back).status_code == 303
    assert letter(letters, url).returned_how == "unclaimed"
    assert post.post(f"/courrier/{item}/reprendre").status_code == 303
    assert (letter(letters, url).state, letter(letters, url).returned_how) == ("posted", None)


def test_every_page_of_a_named_case_is_written_down(letters: Site) -> None:
    sonia = letters.as_("sonia")
    url = written(letters, sonia, "named")
    log = select(AccessLog.what).order_by(AccessLog.id)

    def noted(path: str) -> list[str]:
        before = len(letters.ask(lambda: session().scalars(log).all()))
        assert sonia.get(path).status_code == 200, path
        return list(letters.ask(lambda: session().scalars(log).all())[before:])

    for act in ("", ".pdf", "/modifier", "/retirer", "/rendre"):
        assert noted(url + act) == ["our letter"], act
    assert noted(letters.url("named", "lettre")) == ["our letter"]
    assert noted(letters.url("named", "confier")) == ["act"]
    refused = sonia.post(f"{url}/modifier", **(WORDS | {"recipient": ""}))
    assert refused.status_code == 422  # the page comes back
    assert len(letters.ask(lambda: session().scalars(log).all())) == 8


def leveled(site: Site, case: str, level: Level) -> None:
    def do() -> None:
        with transaction():
            found = by_reference(site.cases[case])
            assert found is not None
            session().execute(update(Case).where(Case.id == found.id).values(level=level))

    site.ask(do)


def named(site: Site, case: str) -> None:
    """Make a case readable by sonia alone."""

    def do() -> None:
        with transaction():
            found = by_reference(site.cases[case])
            assert found is not None
            set_level(found, Level.NAMED, actor=SYSTEM, now=clock.now())
            sonia = session().scalar(select(User.id).where(User.login == "sonia"))
            there = {"case_id": found.id, "effect": "allow"}
            session().execute(delete(CaseAccess).where(CaseAccess.case_id == found.id))
            session().add(CaseAccess(user_id=sonia, **there))

    site.ask(do)


def test_a_run_shows_what_is_to_be_posted_and_its_reading_is_written_down(letters: Site) -> None:
    post, log = clerk(letters), select(AccessLog.what)
    gone, kept = signed(letters), signed(letters, "other")
    run = post.post("/departs/tirage").location.partition("=")[2]
    path = f"/departs/tirage/{run}.pdf"
    whole = layout.pages(post.get(path).data)
    assert letters.ask(lambda: session().scalars(log).all()) == []
    leveled(letters, "other", Level.RESTRICTED)
    assert acted(letters.as_("alice"), gone, "retirer", reason="Erreur.").status_code == 303
    assert layout.pages(post.get(path).data) == whole // 2
    assert letters.ask(lambda: session().scalars(log).all()) == ["print run"]
    assert posted(post, letter(letters, kept).id).status_code == 303
    assert post.get(path).status_code == 404
    assert path not in post.get("/departs").text


def test_what_becomes_secret_after_its_run_is_printed_again_by_its_service(letters: Site) -> None:
    post, sonia = clerk(letters), letters.as_("sonia")
    url = signed(letters)
    number = letter(letters, url).id
    post.post("/departs/tirage")
    assert acted(sonia, url, "imprimee").status_code == 422  # the mail room does it
    named(letters, "apa")
    page = post.get("/departs").text
    assert f'name="letter" value="{number}"' not in page
    assert "fermé par son service" in page
    assert posted(post, number).status_code == 409
    assert letter(letters, url).state == "printed"
    page = sonia.get(url).text
    assert "sous pli fermé" in page
    assert acted(sonia, url, "imprimee").status_code == 303
    assert acted(sonia, url, "imprimee").status_code == 409  # once
    assert posted(post, number).status_code == 303


def test_a_run_leaves_out_what_changed_while_it_waited(
    letters: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = signed(letters), signed(letters, "other"), signed(letters)
    found = [letter(letters, url).id for url in (second, third, first)]
    acted(letters.as_("alice"), third, "retirer", reason="Erreur.")
    named(letters, "other")

    def before(_most: int) -> list[OurLetter]:
        return [session().get_one(OurLetter, one) for one in found]

    monkeypatch.setattr(queries, "printable", before)
    assert "tirage=" in clerk(letters).post("/departs/tirage").location
    states = [letter(letters, url).state for url in (first, second, third)]
    assert states == ["printed", "signed", "withdrawn"]
    assert letters.ask(lambda: session().scalars(select(PrintRun.count)).all()) == [1]


def test_cases_are_held_in_one_order(letters: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two clerks, or a clerk and a run, never wait for each other."""
    held: list[int] = []
    alone = acting.held

    def noted(one: OurLetter) -> Case:
        held.append(one.case_id)
        return alone(one)

    post, late, early = clerk(letters), signed(letters, "other"), signed(letters)
    numbers = [str(letter(letters, url).id) for url in (late, early)]
    monkeypatch.setattr(acting, "held", noted)
    post.post("/departs/tirage")
    told = {"letter": numbers, "on": f"{today():%Y-%m-%d}"}
    assert post.post("/departs/postees", **told).status_code == 303
    assert held[:2] == held[2:] == sorted(held[:2])
    assert len(set(held)) == 2


def test_an_address_to_avoid_is_avoided_at_each_step(letters: Site) -> None:
    alice, sonia, post = letters.as_("alice"), letters.as_("sonia"), clerk(letters)
    ready, waiting = signed(letters), written(letters, alice)
    draft = alice.post(letters.url("apa", "lettre"), **WORDS, brouillon="1").location

    def told(value: str, kind: str) -> None:
        with transaction():
            case = by_reference(letters.cases["apa"])
            assert case is not None
            party = select(Party).where(Party.case_id == case.id, Party.is_correspondent)
            citizen_id = session().scalars(party).one().citizen_id
            assert citizen_id is not None
            point = citizens.contact_point(kind, value, now=clock.now())
            session().add(
                CitizenContact(
                    citizen_id=citizen_id, contact_point_id=point, origin="agent", safe=False
                )
            )

    letters.ask(lambda: told("Chez M. Noir, 12 rue des Lilâs, 92160 Antony", "care_of"))
    post.post("/departs/tirage")
    assert letter(letters, ready).state == "signed"  # not printed
    assert "elles ne partent pas" in post.get("/departs").text
    for browser, url, act in ((sonia, waiting, "signer"), (alice, draft, "parapheur")):
        answer = acted(browser, url, act)
        assert answer.status_code == 422, act
        assert "pas sûre" in answer.text
    longer = ADDRESS.replace("\n92160", "\nBâtiment B\n92160")
    for lines, status in ((longer, 422), (ADDRESS.replace("12,", "112,"), 303)):
        assert alice.post(f"{draft}/modifier", **(WORDS | {"recipient": lines})).status_code == (
            status
        )
    number = ready.rsplit("/", 1)[1]
    assert alice.post(f"/departs/{number}/rendre").status_code == 403
    for status in (303, 409):  # once
        assert post.post(f"/departs/{number}/rendre").status_code == status
    assert letter(letters, ready).state == "withdrawn"
    assert "vérifiez son adresse" in alice.get(letters.url("apa")).text
    other = signed(letters, recipient=ADDRESS.replace("12,", "112,")).rsplit("/", 1)[1]
    assert post.post(f"/departs/{other}/rendre").status_code == 409  # it may leave


def test_a_signed_slip_says_that_a_letter_thought_returned_arrived(letters: Site) -> None:
    post, url = clerk(letters), signed(letters)
    kept = letter(letters, url)
    post.post("/departs/tirage")
    posted(post, kept.id)
    for how, state in (("unclaimed", "returned"), ("signed", "posted")):
        back = {"reference": kept.reference, "how": how, "notified": f"{today()}"}
        assert post.post("/departs/retour", **back).status_code == 303
        assert (letter(letters, url).state, letter(letters, url).returned_how) == (state, how)


def test_pages_cost_few_statements(letters: Site) -> None:
    alice, sonia, post = letters.as_("alice"), letters.as_("sonia"), clerk(letters)
    url = written(letters, alice)
    for _ in range(3):
        written(letters, alice)
    for browser, path, most in (
        (sonia, "/parapheur", 6),
        (sonia, url, 14),
        (post, "/departs", 12),
        (alice, letters.url("apa", "lettre"), 14),
    ):
        took = min(asked(letters, browser, path) for _ in range(3))
        assert took <= most, (path, took)


def test_who_has_no_mail_address_is_acknowledged_on_paper(letters: Site) -> None:
    def told() -> None:
        with transaction():
            case = by_reference(letters.cases["apa"])
            assert case is not None
            party = select(Party).where(Party.case_id == case.id, Party.is_correspondent)
            person = session().scalars(party).one()
            value = "12 rue des Lilas, 92160 Antony"
            point = citizens.contact_point("address", value, now=clock.now())
            assert person.citizen_id is not None
            citizens.attach(person.citizen_id, point, origin="agent")
            person.contact_point_id, case.may_acknowledge = point, True
            case.received_at, case.request_type = clock.now(), "reclamation"
        for _ in range(2):  # once
            with transaction():
                receipts.acknowledge(case.id, now=clock.now())

    letters.ask(told)
    letters.work()
    kept = letters.ask(lambda: session().scalars(select(OurLetter)).one())
    assert (kept.purpose, kept.state, kept.departure) == ("acknowledgement", "signed", 1)
    assert "décision implicite de rejet" in kept.text
    post = clerk(letters)
    assert "92160 ANTONY" in post.get("/departs").text
    post.post("/departs/tirage")
    assert posted(post, kept.id).status_code == 303
    assert letters.handling("apa").answered_at is None
