"""The interview of somebody who is received: one form, one case, her rights, her receipt."""

from io import BytesIO
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select
from werkzeug.test import TestResponse

from grc.appointments.models import Visit
from grc.cases.models import Attachment, Case, Message
from grc.citizens.models import CitizenContact, CitizenKey, ContactPoint
from grc.core.db import session
from grc.recovery.models import RecoveryAction
from tests.web.conftest import Browser, Site
from tests.web.test_counter import act, come, desk, visit

__all__ = ["desk"]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))
SAID = {
    "name": "Zoé Garance",
    "number": "06 11 22 33 44",
    "birth": "12/03/1961",
    "care_of": "CCAS d’Antony",
    "commune": "Antony",
    "subject": "Plus de ressources",
    "text": "Elle n’a plus de ressources depuis mars.",
    "right-0-code": "rsa",
    "right-0-standing": "obtained",
    "right-0-on": "01/02/2026",
    "right-0-amount": "635,70",
    "right-1-code": "c2s",
    "right-1-standing": "asked",
}


def received(site: Site, name: str = "Zoé Garance") -> tuple[Browser, Visit]:
    """Somebody who has come and was called by ines."""
    browser = site.as_("ines")
    come(browser, name, kind="interview")
    found = visit(site, name)
    assert act(browser, found, "appeler") == 303
    return browser, found


def hold(browser: Browser, found: Visit | None, **said: Any) -> TestResponse:
    where = {"visite": found.reference} if found else {}
    return browser.post("/entretien/saisie", **(SAID | where | said))


def last(site: Site, model: Any) -> Any:
    return site.ask(lambda: session().scalars(select(model).order_by(model.id.desc())).first())


def rights(site: Site) -> list[RecoveryAction]:
    query = select(RecoveryAction).order_by(RecoveryAction.id)
    return list(site.ask(lambda: session().scalars(query).all()))


def test_an_interview_opens_a_case_with_its_rights_and_ends_the_visit(desk: Site) -> None:
    browser, found = received(desk)
    assert "Zoé Garance" in browser.get(f"/entretien?visite={found.reference}").text
    photo = (BytesIO(PNG), "quittance.png")
    answer = hold(browser, found, files=photo)
    assert answer.status_code == 303, answer.text
    case, ended = last(desk, Case), visit(desk, "Zoé Garance")
    assert (ended.result, ended.case_id, case.channel) == ("request", case.id, "counter")
    obtained, asked = rights(desk)
    assert (obtained.family, obtained.code, obtained.organism) == ("RIGHT", "rsa", "caf")
    assert (obtained.result, obtained.amount_cents) == ("obtained", 63570)
    assert (asked.result, asked.done_on, asked.case_id) == (None, None, case.id)
    assert last(desk, Attachment).content_type == "image/png"
    page = browser.get(answer.location).text
    assert case.reference in page
    assert "recu.pdf" in page


def receipt_of(browser: Browser, answer: TestResponse) -> bytes:
    pdf = browser.get(f"{answer.location}.pdf")
    assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")
    return pdf.data


def test_the_receipt_is_tagged_and_its_code_leads_to_the_follow_up_page(desk: Site) -> None:
    browser, found = received(desk)
    answer = hold(browser, found, files=(BytesIO(PNG), "quittance.png"))
    pdf, case = receipt_of(browser, answer), last(desk, Case)
    assert b"pdfuaid:part" in pdf
    assert b"/StructTreeRoot" in pdf
    document = pypdfium2.PdfDocument(pdf)
    text = " ".join(document[0].get_textpage().get_text_bounded().split())
    for words in (case.reference, "Plus de ressources", "RSA (CAF) : obtenu", "quittance.png"):
        assert words in text
    assert "2 rue" not in text
    (code,) = zxingcpp.read_barcodes(document[0].render(scale=3).to_pil())
    assert code.text.endswith(f"/suivi?demande={case.reference}")
    secret = text.partition("Code secret : ")[2].split()[0]
    stranger = desk.as_(None)
    page = stranger.client.post("/suivi", data={"reference": case.reference, "secret": secret})
    assert page.status_code == 200
    assert "plus de ressources depuis" not in page.text  # an agent's words, not hers
