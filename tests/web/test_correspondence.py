"""Our letters: from a draft to the post, by those who may, and seen by nobody else."""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.audit import AuditRow
from grc.core.clock import paris_date
from grc.core.db import session, transaction
from grc.correspondence import files, loading
from grc.correspondence.models import OurLetter
from tests.web.conftest import Browser, Site
from tests.web.test_mail import clerk

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
    assert alice.get(f"{url}.pdf").data == preview  # what she saw is what was signed
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
            .scalars(select(AuditRow.event).where(AuditRow.event.startswith("our-letter:")))
            .all()
        )
    )
    assert events == [
        f"our-letter:{one}" for one in ("drafted", "handed-in", "signed", "printed", "posted")
    ]
