"""What the mail room noted of a letter that left is put right: the day, the return, the number."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from grc.cases.models import CaseFact, CaseLink
from grc.core.audit import AuditRow
from grc.core.clock import paris_date
from grc.core.db import session, transaction
from grc.correspondence.models import OurLetter
from tests.web.conftest import Browser, Site
from tests.web.test_correspondence import (
    NUMBER,
    acted,
    letter,
    load,
    posted,
    signed,
    today,
    written,
)
from tests.web.test_mail import batch, clerk, fields

OTHER_NUMBER = "1A23456789012"


@pytest.fixture
def letters(site: Site) -> Site:
    load(site)
    return site


@pytest.fixture
def on_both(both: Site) -> Site:
    load(both)
    return both


def left(site: Site, post: Browser, on: date | None = None, **words: str) -> OurLetter:
    """A letter that was signed, printed and posted."""
    url = signed(site, **words)
    post.post("/departs/tirage")
    kept = letter(site, url)
    tracked = {f"n{kept.id}": NUMBER} if words.get("registered") else {}
    assert posted(post, kept.id, on, **tracked).status_code == 303
    return letter(site, url)


def again(site: Site, kept: OurLetter) -> OurLetter:
    found: OurLetter = site.ask(lambda: session().get_one(OurLetter, kept.id))
    return found


def version(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert found, page
    return found[1]


def told(site: Site, case_id: int) -> list[tuple[str, date, int | None]]:
    """What the clocks of a case were told, in order: kind, day, what it replaces."""

    def read() -> list[Any]:
        query = select(CaseFact).where(
            CaseFact.case_id == case_id,
            CaseFact.source == "typed",
            CaseFact.kind.in_(("sent", "notified", "withdrawn", "back_unclaimed")),
        )
        rows = session().scalars(query.order_by(CaseFact.id)).all()
        order = {row.id: number for number, row in enumerate(rows)}
        return [(row.kind, row.on_date, order.get(row.replaces_id or 0)) for row in rows]

    found: list[tuple[str, date, int | None]] = site.ask(read)
    return found


def heard(site: Site, case_id: int, since: str) -> list[str]:
    query = select(AuditRow.event).where(
        AuditRow.case_id == case_id, AuditRow.event.startswith("ourletter:")
    )
    events: list[str] = site.ask(lambda: list(session().scalars(query.order_by(AuditRow.id))))
    return [one.partition(":")[2] for one in events[events.index(since) :]]


def at(kept: OurLetter, act: str) -> str:
    return f"/departs/{kept.reference}/{act}"


def test_a_return_noted_by_mistake_is_taken_back_once(on_both: Site) -> None:
    site = on_both
    post = clerk(site)
    kept = left(site, post)
    back = {"reference": kept.reference, "how": "unclaimed"}
    assert post.post("/departs/retour", **back).status_code == 303
    page = post.get("/departs").text
    assert "Revenues depuis une semaine" in page
    assert at(kept, "pas-elle") in page
    seen = str(again(site, kept).version)
    assert post.post(at(kept, "pas-elle"), version="1").status_code == 409  # an old page
    assert post.post(at(kept, "pas-elle"), version=seen).status_code == 303
    now = again(site, kept)
    assert (now.state, now.returned_on, now.returned_how) == ("posted", None, None)
    assert post.post(at(kept, "pas-elle")).status_code == 409  # the back button
    assert at(kept, "pas-elle") not in post.get("/departs").text
    assert heard(site, kept.case_id, "ourletter:back") == ["back", "not-back"]


def test_the_filing_of_a_scan_is_undone_for_its_very_letter(letters: Site) -> None:
    post = clerk(letters)
    first, second = left(letters, post), left(letters, post)  # one case, one day, one way
    (item,) = batch(letters, ("rampe",))
    shown = fields(post.get(f"/courrier/{item}").text)
    filed = {"version": shown["version"], "how": "unclaimed", "same_as": first.reference}
    assert post.post(f"/courrier/{item}/retour", **filed).status_code == 303
    back = {"reference": second.reference, "how": "unclaimed"}
    assert post.post("/departs/retour", **back).status_code == 303
    answer = post.post(at(first, "pas-elle"))
    assert answer.status_code == 303
    assert "de nouveau à indexer" in post.get("/departs").text
    assert again(letters, first).state == "posted"
    assert again(letters, second).state == "returned"  # of which it said nothing
    assert post.get(f"/courrier/{item}").status_code == 200
    assert letters.ask(lambda: session().scalars(select(CaseLink)).all()) == []
    assert [kind for kind, _on, _of in told(letters, first.case_id)][-2:] == [
        "back_unclaimed",
        "withdrawn",
    ]


def test_a_scanned_slip_tells_when_the_letter_was_received(letters: Site) -> None:
    post = clerk(letters)
    kept = left(letters, post)
    (item,) = batch(letters, ("rampe",))
    shown = fields(post.get(f"/courrier/{item}").text)
    filed = {"version": shown["version"], "how": "signed", "same_as": kept.reference}
    early = f"{today() - timedelta(days=400)}"
    assert post.post(f"/courrier/{item}/retour", notified=early, **filed).status_code == 422
    answer = post.post(f"/courrier/{item}/retour", notified=f"{today()}", **filed)
    assert answer.status_code == 303
    assert again(letters, kept).notified_on == today()
    assert ("notified", today(), None) in told(letters, kept.case_id)
    assert post.post(f"/courrier/{item}/reprendre").status_code == 303
    assert again(letters, kept).notified_on is None


def test_who_has_not_the_mail_room_corrects_no_departure(letters: Site) -> None:
    post = clerk(letters)
    kept = left(letters, post)
    for name in ("alice", "sonia", "bob"):
        for act in ("pas-elle", "corriger", "non-partie"):
            assert letters.as_(name).post(at(kept, act)).status_code == 403, (name, act)
    unsigned = written(letters, letters.as_("alice")).rsplit("/", 1)[1]
    assert post.get(f"/departs/{unsigned}/corriger").status_code == 404
    assert post.get("/departs/L-2026-0000099-A/corriger").status_code == 404


def test_a_wrong_day_of_posting_is_replaced_in_the_clocks(on_both: Site) -> None:
    site = on_both
    post = clerk(site)
    kept = left(site, post)
    page = post.get(at(kept, "corriger")).text
    assert f'value="{today():%Y-%m-%d}"' in page
    seen = version(page)
    tomorrow, before = today() + timedelta(days=1), today() - timedelta(days=1)
    for on in (tomorrow, before):  # to come; before the signature
        answer = post.post(at(kept, "corriger"), on=f"{on:%Y-%m-%d}", version=seen)
        assert answer.status_code == 422, answer.text
    assert told(site, kept.case_id) == [("sent", today(), None)]

    def yesterday() -> None:
        with transaction():
            assert kept.signed_at is not None
            signed_at = kept.signed_at - timedelta(days=1)
            session().execute(update(OurLetter).values(signed_at=signed_at))

    site.ask(yesterday)
    right = {"on": f"{before:%Y-%m-%d}", "version": seen}
    assert post.post(at(kept, "corriger"), **right).status_code == 303
    assert post.post(at(kept, "corriger"), **right).status_code == 303  # the same: nothing
    assert told(site, kept.case_id) == [("sent", today(), None), ("sent", before, 0)]
    answered = site.handling("apa").answered_at
    assert answered is not None
    assert paris_date(answered) == before
    assert heard(site, kept.case_id, "ourletter:posted") == ["posted", "reposted"]


def test_what_was_said_to_have_left_is_to_be_posted_again(on_both: Site) -> None:
    site = on_both
    post = clerk(site)
    kept = left(site, post)
    assert site.handling("apa").answered_at is not None
    answer = post.post(at(kept, "non-partie"), version=str(kept.version))
    assert answer.status_code == 303
    now = again(site, kept)
    assert (now.state, now.posted_on, now.posted_by) == ("printed", None, None)
    assert site.handling("apa").answered_at is None
    assert told(site, kept.case_id) == [("sent", today(), None), ("withdrawn", today(), 0)]
    assert post.post(at(kept, "non-partie")).status_code == 409  # twice
    assert posted(post, kept.id).status_code == 303
    assert told(site, kept.case_id)[2:] == [("sent", today(), None)]
    assert heard(site, kept.case_id, "ourletter:posted") == ["posted", "not-posted", "posted"]


def test_a_reply_taken_back_leaves_the_answer_that_was_posted(letters: Site) -> None:
    left(letters, clerk(letters))
    posted_at, alice = letters.handling("apa").answered_at, letters.as_("alice")
    seen = version(alice.get(letters.url("apa")).text)
    reply = {"text": "Encore un mot.", "version": seen, "next": "stay"}
    assert alice.post(letters.url("apa", "reponse"), **reply).status_code == 303
    number = re.search(r"/messages/(\d+)/annuler", alice.get(letters.url("apa")).text)
    assert number
    alice.post(letters.url("apa", f"messages/{number[1]}/annuler"))
    now = letters.handling("apa").answered_at
    assert now is not None
    assert posted_at is not None
    assert paris_date(now) == paris_date(posted_at)


def test_a_number_of_registered_mail_is_that_of_one_letter(on_both: Site) -> None:
    site = on_both
    post = clerk(site)
    first = left(site, post, registered="y")
    url = signed(site, registered="y")
    post.post("/departs/tirage")
    kept = letter(site, url)
    answer = posted(post, kept.id, **{f"n{kept.id}": NUMBER.lower()})
    assert answer.status_code == 422
    assert f"celui du départ {first.departure_words}" in answer.text
    assert posted(post, kept.id, **{f"n{kept.id}": OTHER_NUMBER}).status_code == 303
    seen = version(post.get(at(kept, "corriger")).text)
    fixed = {"on": f"{today():%Y-%m-%d}", "version": seen}
    assert post.post(at(kept, "corriger"), number=NUMBER, **fixed).status_code == 422
    assert post.post(at(kept, "corriger"), number="1A00000000000", **fixed).status_code == 303
    assert again(site, kept).registered_number == "1A00000000000"
    assert again(site, kept).version == kept.version + 2


def test_a_signed_slip_tells_when_the_letter_was_received(on_both: Site) -> None:
    site = on_both
    post = clerk(site)
    kept = left(site, post, registered="y")
    back = {"reference": kept.reference, "how": "signed"}
    assert "quel jour l" in post.post("/departs/retour", **back).text  # the day is asked
    early = f"{today() - timedelta(days=1):%Y-%m-%d}"
    assert post.post("/departs/retour", notified=early, **back).status_code == 422
    assert post.post("/departs/retour", notified=f"{today()}", **back).status_code == 303
    assert again(site, kept).notified_on == today()
    assert told(site, kept.case_id)[1:] == [("notified", today(), None)]
    page = site.as_("alice").get(site.url("apa")).text
    assert f"Reçue le {today():%d/%m/%Y}, selon l’avis signé" in page
    assert post.post(at(kept, "non-partie")).status_code == 409  # it did leave
    assert post.post(at(kept, "pas-elle")).status_code == 303
    assert told(site, kept.case_id)[2:] == [("withdrawn", today(), 1)]
    assert again(site, kept).notified_on is None


def test_two_sign_one_letter_and_one_has_signed(letters: Site) -> None:
    sonia = letters.as_("sonia")
    url = written(letters, letters.as_("alice"))
    other = letters.as_("sonia")
    page = other.get(url).text
    assert acted(sonia, url, "signer").status_code == 303
    held = dict(re.findall(r'name="(version|seen)" value="([^"]*)"', page))
    assert set(held) == {"version", "seen"}
    assert other.post(f"{url}/signer", **held).status_code == 409
    assert letter(letters, url).departure == 1


def test_a_return_that_is_refused_leaves_today_proposed_for_what_leaves(letters: Site) -> None:
    signed(letters)
    post = clerk(letters)
    post.post("/departs/tirage")
    answer = post.post("/departs/retour")
    assert answer.status_code == 422
    assert re.search(rf'name="on"[^>]*value="{today()}"', answer.text)
