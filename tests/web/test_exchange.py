"""What a telephone exchange posts: kept once, shown to whoever's telephone rings, and who was
not answered is called back."""

import json
import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from grc.cases.models import Party
from grc.cases.phone import PhoneCall, Ringing
from grc.cases.queries import by_reference
from grc.citizens.service import contact_point
from grc.core import clock
from grc.core.audit import AuditRow
from grc.core.db import session, transaction
from grc.intake.models import Item
from grc.intake.reconcile import reconcile
from grc.staff.models import User
from grc.staff.service import answer_at
from grc.web.api.phone import SIGNATURE, TIMESTAMP, signature
from grc.work.follow_up import call_back
from grc.work.models import CallBack, Task
from tests.web.conftest import Site

SECRET, NEXT = "s" * 40, "n" * 40
STRANGER, MARIE = "0199887766", "06 11 22 33 44"


class Exchange:
    """An exchange of ours."""

    def __init__(self, site: Site) -> None:
        self.site = site
        known = site.app.extensions["grc.settings"]
        site.app.extensions["grc.settings"] = replace(known, phone_secrets=(NEXT, SECRET))

    def post(
        self, body: bytes, *, secret: str = SECRET, late: int = 0, **headers: str
    ) -> TestResponse:
        """Any bytes, signed so many seconds ago."""
        stamp = str(int(time.time()) - late)
        signed = {TIMESTAMP: stamp, SIGNATURE: signature(secret, stamp, body)}
        client = self.site.app.test_client()
        return client.post("/api/v1/phone/events", data=body, headers=signed | headers)

    def tell(self, event: str, call: str = "c1", number: str = STRANGER, **more: Any) -> Any:
        """One event, and what it caused."""
        at = more.pop("at", None) or datetime.now(UTC)
        told = {"event": event, "call": call, "number": number, "at": at.isoformat(), **more}
        answer = self.post(json.dumps(told).encode())
        assert answer.status_code == 200, answer.text
        self.site.work()
        return answer.json


@pytest.fixture
def exchange(both: Site) -> Exchange:
    return Exchange(both)


def waiting(site: Site) -> list[tuple[Task, CallBack]]:
    query = select(Task, CallBack).join(CallBack).where(Task.done_at.is_(None)).order_by(Task.id)
    return site.ask(lambda: [(row[0], row[1]) for row in session().execute(query)])


def latest(site: Site, model: Any) -> Any:
    order = next(iter(model.__table__.primary_key)).desc()
    return site.ask(lambda: session().scalars(select(model).order_by(order)).first())


def test_calls_nobody_answered_are_one_task_of_the_unit_of_the_line(exchange: Exchange) -> None:
    for number in range(3):
        exchange.tell("ringing", f"c{number}")
        exchange.tell("ended", f"c{number}", duration=0)
    ((task, calls),) = waiting(exchange.site)
    assert (task.kind, task.case_id, calls.number, calls.missed) == (
        "call_back", None, "+33199887766", 3,
    )  # fmt: skip
    item = latest(exchange.site, Item)
    assert (item.channel, item.source, item.outcome) == ("phone", "exchange", "applied")
    assert not [r for r in exchange.site.ask(reconcile) if r.gap]


def test_who_is_called_back_is_said_in_one_answer(exchange: Exchange) -> None:
    site = exchange.site
    exchange.tell("ended")
    sonia, outside = site.as_("sonia"), site.as_("oscar")
    page = sonia.get("/rappels").text
    assert "01 99 88 77 66" in page
    assert "1 appel manqué" in page
    assert "01 99 88" not in outside.get("/rappels").text
    assert answer(sonia, page, "no_answer").status_code == 303
    ((_, calls),) = waiting(site)
    assert calls.tries == 1
    page = sonia.get("/rappels").text
    assert "1 essai" in page
    assert answer(outside, page, "yes").status_code == 404
    answer(sonia, page, "yes")
    assert not waiting(site)


def answer(browser: Any, page: str, result: str) -> TestResponse:
    """What the button of the first row sends."""
    sealed = re.search(r'name="task" value="([^"]+)"', page)
    assert sealed is not None
    return browser.post("/rappels", task=sealed[1], result=result)


def test_a_caller_answered_at_last_waits_no_more(exchange: Exchange) -> None:
    early = datetime.now(UTC) - timedelta(minutes=30)
    exchange.tell("ended", "first", at=early)
    assert waiting(exchange.site)
    exchange.tell("ended", "second", answered=True, duration=95)
    assert not waiting(exchange.site)
    exchange.tell("ended", "before", at=early + timedelta(minutes=1))  # told late
    assert not waiting(exchange.site)


def test_the_end_may_be_told_before_the_answer(exchange: Exchange) -> None:
    exchange.tell("ended", "c1")
    exchange.tell("answered", "c1")
    assert latest(exchange.site, PhoneCall).answered
    assert not waiting(exchange.site)


def test_a_call_of_a_known_person_is_a_task_of_her_case(exchange: Exchange) -> None:
    site = exchange.site
    case = site.ask(lambda: by_reference(site.cases["apa"]))
    site.ask(lambda: give_number(case.id, "+33611223344"))
    for call in ("one", "two"):
        exchange.tell("ended", call, number=MARIE)
    ((task, calls),) = waiting(site)
    assert (task.case_id, calls.missed) == (case.id, 2)
    assert "06 11 22 33 44" in site.as_("bob").get("/rappels").text
    assert "06 11 22 33 44" not in site.as_("oscar").get("/rappels").text
    exchange.tell("ended", "three", number=MARIE, answered=True)  # by who had missed the others
    assert not waiting(site)


def test_a_promise_to_call_back_is_kept_whoever_was_answered(exchange: Exchange) -> None:
    site = exchange.site
    case = site.ask(lambda: by_reference(site.cases["apa"]))
    site.ask(lambda: give_number(case.id, "+33611223344"))
    site.ask(lambda: promise(case.id))
    exchange.tell("ended", "one", number=MARIE)
    exchange.tell("ended", "two", number=MARIE, answered=True)
    ((task, calls),) = waiting(site)
    assert (task.case_id, calls.missed, calls.asked) == (case.id, 1, True)
    assert "rappel promis" in site.as_("bob").get("/rappels").text


def promise(case_id: int) -> None:
    with transaction():
        call_back(case_id, now=clock.now())


def give_number(case_id: int, number: str) -> None:
    with transaction():
        point = contact_point("phone", number, now=clock.now())
        session().execute(
            update(Party).where(Party.case_id == case_id).values(contact_point_id=point)
        )


def test_who_hides_the_number_or_calls_from_inside_is_counted_only(exchange: Exchange) -> None:
    for call, number in (("hidden", ""), ("inside", "4012")):
        exchange.tell("ended", call, number=number)
    assert not waiting(exchange.site)
    assert exchange.site.ask(lambda: session().scalar(select(func.count(PhoneCall.id)))) == 2


def test_a_call_of_last_month_calls_nobody_back(exchange: Exchange) -> None:
    exchange.tell("ended", at=datetime.now(UTC) - timedelta(days=30))
    assert not waiting(exchange.site)


@pytest.mark.parametrize("event", ["ringing", "answered", "ended"])
def test_an_event_replayed_changes_nothing(exchange: Exchange, event: str) -> None:
    site, at = exchange.site, datetime.now(UTC)
    site.ask(lambda: sit_at("bob", "4012"))
    assert not exchange.tell(event, at=at, extension="4012")["already_known"]
    before = [latest(site, model).id for model in (Item, AuditRow)]
    assert exchange.tell(event, at=at, extension="4012")["already_known"]
    assert [latest(site, model).id for model in (Item, AuditRow)] == before


def sit_at(login: str, extension: str) -> None:
    with transaction():
        user = session().scalars(select(User).where(User.login == login)).one()
        answer_at(user, extension, now=clock.now())


BODY = b'{"event":"ended","call":"c1","number":"0199887766","at":"2026-03-02T09:00:00Z"}'


@pytest.mark.parametrize(
    ("sent", "status", "code", "words"),
    [
        ({"secret": "x" * 40}, 401, "wrong_signature", "signature"),
        ({"late": 301}, 401, "stale_timestamp", "5 min"),
        ({"late": -400}, 401, "stale_timestamp", "5 min"),
        ({"late": -(10**30)}, 401, "stale_timestamp", "5 min"),
    ],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_not_signed_now_by_us_is_refused(
    site: Site, sent: dict[str, Any], status: int, code: str, words: str, language: str
) -> None:
    refused = Exchange(site).post(BODY, **sent, **{"Accept-Language": language})
    told = refused.json
    assert (refused.status_code, told["code"]) == (status, code)
    assert refused.content_type == "application/problem+json"
    assert refused.headers["Content-Language"] == language
    assert words in told["detail"]
    assert site.ask(lambda: session().scalar(select(func.count(PhoneCall.id)))) == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{}", 422),
        (b'{"event":"ended","call":"c","at":"2026-03-02T09:00:00"}', 422),  # no zone
        (b'{"event":"melted","call":"c","at":"2026-03-02T09:00:00Z"}', 422),
        (b"[" * 9000, 422),
        (b'{"event":"ended","call":"\\ud800","at":"2026-03-02T09:00:00Z"}', 422),
        (b'{"event":"ended","call":"a\\u0000b","at":"2026-03-02T09:00:00Z"}', 422),
        (b'{"event":"ended","call":"a","number":"\\u0007","at":"2026-03-02T09:00:00Z"}', 422),
        (b" " * 16_385, 413),
    ],
)
def test_bad_bodies_are_refused_in_clear(site: Site, body: bytes, status: int) -> None:
    answer = Exchange(site).post(body)
    assert answer.status_code == status
    assert answer.json["detail"]
    site.work()


def test_either_secret_signs_and_without_one_nobody_may(site: Site) -> None:
    exchange = Exchange(site)
    assert exchange.post(BODY, secret=NEXT).status_code == 200
    assert exchange.post(BODY, secret=SECRET).json["already_known"]
    known = site.app.extensions["grc.settings"]
    site.app.extensions["grc.settings"] = replace(known, phone_secrets=())
    assert exchange.post(BODY).status_code == 404
    assert exchange.post(BODY, secret="").status_code == 404


def test_the_page_of_whose_telephone_rings_says_who_calls(site: Site) -> None:
    exchange, bob = Exchange(site), site.as_("bob")
    assert "data-ringing" not in bob.get("/file").text
    assert bob.post("/preferences/poste", extension="4012").status_code == 303
    page = bob.get("/file").text
    assert 'data-ringing="/appel-entrant?retour=/file"' in page
    exchange.tell("ringing", extension="4012")
    told = bob.get("/appel-entrant?retour=/file")
    assert told.json == {
        "call": "c1",
        "url": "/contact/phone?q=%2B33199887766&retour=/file",
        "words": "Appel de 01 99 88 77 66",
    }
    same = {"If-None-Match": told.headers["ETag"]}
    assert bob.get("/appel-entrant?retour=/file", headers=same).status_code == 304
    assert bob.get(told.json["url"]).status_code == 200
    assert site.as_("alice").get("/appel-entrant").json == {}
    assert site.as_("root").get("/appel-entrant").status_code == 403
    exchange.tell("ended", extension="4012", answered=True)
    assert bob.get("/appel-entrant").json == {}
    assert latest(site, Ringing).number == ""
    exchange.tell("ringing", "other", extension="4999")  # nobody's: not kept
    assert latest(site, Ringing).extension == "4012"
    assert bob.post("/preferences/poste", extension="<b>").status_code == 422
