"""The interview of somebody who is received: one form, one case, her rights, her receipt."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import delete, insert, select, update
from werkzeug.test import TestResponse

from grc.appointments.models import Visit
from grc.cases.following import secret_was_given
from grc.cases.models import Attachment, Case, CaseAccess, Message
from grc.channels import forms
from grc.citizens.models import CitizenContact, CitizenKey, ContactPoint
from grc.core import clock
from grc.core.actor import SYSTEM, Actor
from grc.core.db import session, transaction
from grc.intake import reading
from grc.intake.models import Item
from grc.jobs import entering
from grc.jobs.runner import drain
from grc.pipeline import STEPS
from grc.recovery.models import RecoveryAction
from grc.staff.models import User
from grc.supervision.outside import READER, masked
from grc.supervision.visits import RightFigures, of_year, rights_of_year
from tests.web.conftest import Browser, Site
from tests.web.test_counter import act, come, desk, visit
from tests.web.test_mail import write

__all__ = ["desk"]
KEY = "5e8c1f1e-8d53-4b4a-9f0e-2a3c6c8b4d13"
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
    assert desk.ask(lambda: secret_was_given(case))  # so that a reply may be read on its page


def test_a_colleague_who_ends_the_visit_meanwhile_loses_no_interview(desk: Site) -> None:
    browser, found = received(desk)
    assert act(desk.as_("gos"), found, "terminer", result="left") == 303
    answer = hold(browser, found)
    assert answer.status_code == 303
    assert "entre-temps" in browser.get(answer.location).text
    case, ended = last(desk, Case), visit(desk, "Zoé Garance")
    assert (ended.result, case.channel, len(rights(desk))) == ("left", "counter", 2)


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


def test_sent_twice_it_is_one_interview_and_read_twice_its_rights_are_there_once(
    desk: Site,
) -> None:
    browser, found = received(desk)
    first = browser.post("/entretien/saisie", key=KEY, visite=found.reference, **SAID)
    again = browser.post("/entretien/saisie", key=KEY, visite=found.reference, **SAID)
    assert first.location == again.location
    assert len(rights(desk)) == 2

    def read_again() -> None:
        item = session().scalars(select(Item).order_by(Item.id.desc())).first()
        assert item is not None
        found = reading.read(item.id, desk.app.extensions["grc.tools"].reader.read)
        with transaction():
            STEPS["understand"].inside(item.id, found, clock.now())

    desk.ask(read_again)
    assert len(rights(desk)) == 2


def test_what_is_wrong_is_said_at_its_line_and_nothing_typed_is_lost(desk: Site) -> None:
    browser, found = received(desk)
    wrong = {"right-0-amount": "beaucoup", "right-1-on": "31/12/2199", "subject": ""}
    answer = hold(browser, found, **wrong)
    assert answer.status_code == 422
    for words in ('value="beaucoup"', "écrivez-le 635,70", "Cette date est à venir", "depuis mars"):
        assert words in answer.text
    assert 'href="#right-0-amount"' in answer.text
    assert last(desk, Case).channel == "email"  # none was opened
    more = hold(browser, found, more="right")
    assert 'name="right-2-code"' in more.text
    assert visit(desk, "Zoé Garance").ended_at is None


def test_who_is_met_is_found_again_and_a_shared_address_finds_nobody(desk: Site) -> None:
    browser, found = received(desk)
    hold(browser, found)
    citizen_id = last(desk, Case).citizen_id

    def told() -> tuple[set[str], list[str]]:
        points = select(ContactPoint.kind).join(CitizenContact)
        keys = select(CitizenKey.kind).where(CitizenKey.citizen_id == citizen_id)
        mine = points.where(CitizenContact.citizen_id == citizen_id)
        return set(session().scalars(mine)), list(session().scalars(keys))

    points, keys = desk.ask(told)
    assert points == {"phone", "care_of"}
    assert "birth" in keys
    assert "care_of" not in keys
    page = browser.get("/entretien?q=garance+12/03/1961").text
    (url,) = re.findall(r'href="(/entretien/saisie\?usager=[^"]+)"', page)
    form = browser.get(url.replace("&amp;", "&")).text
    assert "Avec Zoé Garance" in form
    assert 'name="name"' not in form
    token = re.findall(r"usager=([^&\"]+)", url)[0]
    browser.post("/entretien/saisie", usager=token, subject="Autre chose", text="Autre demande.")
    assert last(desk, Case).citizen_id == citizen_id


def test_a_further_interview_goes_into_the_case_and_its_receipt_opens_nothing(desk: Site) -> None:
    browser, found = received(desk)
    hold(browser, found)
    case = last(desk, Case)
    answer = browser.post("/entretien/saisie", demande=case.reference, text="Elle revient.")
    assert last(desk, Case).id == case.id
    assert last(desk, Message).case_id == case.id
    document = pypdfium2.PdfDocument(receipt_of(browser, answer))
    assert case.reference not in document[0].get_textpage().get_text_bounded()


def test_an_interview_is_nobody_elses(desk: Site) -> None:
    browser, found = received(desk)
    answer = hold(browser, found)
    for login in ("gos", "leo", "alice"):
        assert desk.as_(login).get(answer.location).status_code in (403, 404)
        assert desk.as_(login).get(f"{answer.location}.pdf").status_code in (403, 404)
    elsewhere = desk.as_("leo")
    assert elsewhere.get(f"/entretien?visite={found.reference}").status_code == 404
    assert hold(elsewhere, found).status_code == 404
    secret = hold(browser, None, demande=desk.cases["named"])
    assert secret.status_code == 404
    assert "Zénobie" not in secret.text


def test_rights_in_a_note_that_no_agent_sealed_are_none(desk: Site) -> None:
    """A file can hold anything: only what the form sealed was said by an agent."""
    values = {
        "subject": "Faux",
        "text": "Faux entretien.",
        "rights": ("rsa;caf;obtained;2026-01-01;1",),
    }
    raw = forms.write(values | {"interview": "eyJ1c2VyX2lkIjoxfQ.forged.seal"}, clock.now())

    def bring() -> None:
        blob = entering.keep(raw)
        with transaction():
            entered = entering.store("counter", "tri", KEY, blob, actor=SYSTEM, now=clock.now())
        entering.understand(entered, desk.app.extensions["grc.tools"])

    desk.ask(bring)
    assert last(desk, Case).subject == "Faux"
    assert rights(desk) == []


def test_a_right_goes_on_from_the_page_of_its_case_and_its_history_stays(both: Site) -> None:
    alice, page = both.as_("alice"), both.url("apa")
    said = {"right": "pch", "standing": "asked", "on": "2026-01-05"}
    assert alice.post(f"{page}/droit", **said).status_code == 303
    assert "PCH · MDPH" in alice.get(page).text.replace("\xa0", " ")
    answer = {"right": "pch", "organism": "mdph", "standing": "obtained", "on": "2026-02-01"}
    too_soon = alice.post(f"{page}/suivi/1", **(answer | {"on": "2025-12-31"}))
    assert (too_soon.status_code, "avant celle de la demande" in too_soon.text) == (422, True)
    assert alice.post(f"{page}/suivi/1", amount="1 012,5", **answer).status_code == 303
    (right,) = rights(both)
    assert (right.amount_cents, str(right.asked_on), str(right.done_on)) == (
        101250,
        "2026-01-05",
        "2026-02-01",
    )
    shown = " ".join(alice.get(page).text.split())
    assert "PCH (MDPH) : demandé" in re.sub(r"\s+", " ", shown)
    assert both.as_("dora").post(f"{page}/droit", **said).status_code == 403
    told = figures(both, SYSTEM)
    assert (told["pch"].asked, told["pch"].obtained, told["pch"].monthly_cents) == (1, 1, 101250)
    case_id = right.case_id
    write(both, update(Case).where(Case.id == case_id).values(level="named"))
    write(both, delete(CaseAccess))
    sonia = both.ask(lambda: session().scalar(select(User.id).where(User.login == "sonia")))
    write(both, insert(CaseAccess).values(case_id=case_id, user_id=sonia, effect="allow"))
    roles = {1: frozenset({"agent"})}
    assert figures(both, Actor("alice", 1, roles)) == figures(both, READER) == {}
    assert figures(both, Actor("sonia", sonia, roles)) == figures(both, SYSTEM) == told


def figures(site: Site, actor: Actor) -> dict[str, RightFigures]:
    found = site.ask(lambda: rights_of_year(2026, actor, clock.now()))
    return {one.right: one for one in found}


def test_small_numbers_are_not_told_outside() -> None:
    right = {"right": "pch", "checked": 0, "asked": 12, "obtained": 4, "refused": 5}
    assert masked(right | {"monthly_cents": 9}) == right | {"obtained": None, "monthly_cents": None}
    assert masked(right | {"obtained": 5, "monthly_cents": 3})["monthly_cents"] == 3
    site = {"visits": 6, "by_canton": {"Antony": 1, "": 5}, "waiting_median": 2, "waiting_p90": 9}
    assert masked(site) == site | {"by_canton": {"Antony": None, "": None}}
    few = masked(site | {"visits": 1})
    assert (few["visits"], few["waiting_median"], few["waiting_p90"]) == (None, None, None)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"a": 17, "b": 3}, {"a": None, "b": None}),
        ({"a": 17, "b": 3, "c": 6, "d": 0}, {"a": 17, "b": None, "c": None, "d": 0}),
        ({"a": 17, "b": 1, "c": 1, "d": 5}, {"a": 17, "b": None, "c": None, "d": None}),
        ({"a": 17, "b": 1, "c": 2}, {"a": 17, "b": None, "c": None}),
        ({"a": 17, "b": 5}, {"a": 17, "b": 5}),
        ({"b": 3}, {"b": None}),
    ],
)
def test_no_subtraction_gives_a_small_number_back(
    counts: dict[str, int], shown: dict[str, int | None]
) -> None:
    assert masked({"by_reason": counts}) == {"by_reason": shown}
    site = {"visits": 9, "interviews": 6, "by_kind": {"interview": 6, "information": 3}}
    assert masked(site)["interviews"] is None


def test_figures_say_where_those_who_asked_live(desk: Site) -> None:
    browser, found = received(desk)
    hold(browser, found)
    year = found.on_date.year
    (site,) = desk.ask(lambda: of_year(year, SYSTEM, clock.now()))
    assert (site.interviews, site.by_result, site.by_canton) == (1, {"request": 1}, {"Antony": 1})


def test_a_process_that_dies_before_understanding_loses_nothing(
    desk: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The visit is over at once; the case, its rights and what the visit led to come later,
    by whoever does the step."""
    browser, found = received(desk)
    with monkeypatch.context() as dying:
        dying.setattr(entering, "understand", lambda *_: None)
        answer = hold(browser, found)
    assert "n’est pas encore ouverte" in browser.get(answer.location).text
    ended = visit(desk, "Zoé Garance")
    assert (ended.result, ended.case_id, rights(desk)) == ("request", None, [])
    early = pypdfium2.PdfDocument(receipt_of(browser, answer))
    assert "E-20" in early[0].get_textpage().get_text_bounded()
    later = clock.now() + timedelta(hours=1)
    desk.ask(lambda: drain(desk.app.extensions["grc.tools"], now=lambda: later))
    assert visit(desk, "Zoé Garance").case_id == last(desk, Case).id
    assert len(rights(desk)) == 2


def test_the_form_fits_many_photographs_and_refuses_more(desk: Site) -> None:
    browser, found = received(desk)
    photo = PNG + bytes(9_000_000)
    answer = hold(browser, found, files=[(BytesIO(photo), f"{n}.png") for n in range(2)])
    assert answer.status_code == 303
    assert last(desk, Attachment).filename == "1.png"
    too_many = hold(browser, None, files=[(BytesIO(photo), f"{n}.png") for n in range(4)])
    assert too_many.status_code == 413
