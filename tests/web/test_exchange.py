"""What a telephone exchange posts: kept once, shown to whoever's telephone rings, and who was
not answered is called back."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from grc.cases.phone import PhoneCall, Ringing
from grc.core import clock
from grc.core.db import session, transaction
from grc.intake.models import Item
from grc.intake.reconcile import reconcile
from grc.staff.models import User
from grc.web.api.phone import SIGNATURE, TIMESTAMP, signature
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
        self, body: bytes, *, secret: str = SECRET, at: float | None = None, **headers: str
    ) -> TestResponse:
        """Any bytes, signed."""
        stamp = str(int(time.time() if at is None else at))
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
    order = list(model.__table__.primary_key)[0].desc()
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
