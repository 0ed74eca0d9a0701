"""What happens to cases is told to programs: once, signed, and never what is secret."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from grc.cases import service as cases
from grc.cases.models import Case
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.db import session, transaction
from grc.jobs.runner import drain
from grc.jobs.worker import tools
from grc.webhooks.models import Delivery
from tests.integration.conftest import Grc, mail
from tests.rig.receiver import Posted, Receiver

Work = Callable[[], int]
EVENTS = ("case.opened", "case.status", "case.unit", "message.received")


def add(grc: Grc, receiver: Receiver, *more: str, name: str = "ged") -> str:
    """A webhook for everything; returns its secret."""
    words = [word for event in EVENTS for word in ("--event", event)]
    made = grc("webhook", "add", name, "--url", receiver.url, *words, *(more or ["--all-units"]))
    assert made.code == 0, made.err
    return made.out.split()[-1]


def open_case(grc: Grc, tmp_path: Path, number: int = 1, **more: Any) -> Case:
    """A case of unit apa, routed by a rule, all steps run."""
    path = tmp_path / f"{number}.eml"
    path.write_bytes(mail(message_id=f"{number}@x.example", date=clock.now(), **more))
    assert grc("import", "email", path, "--json").code == 0
    return session().scalars(select(Case).order_by(Case.id.desc())).first()  # type: ignore[return-value]


def signed_by(posted: Posted, secret: str) -> bool:
    """The receiver's side, from the specification and nothing of ours."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    head = posted.headers
    content = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + posted.body
    mac = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return f"v1,{mac}" in head["webhook-signature"].split(" ")


def told(receiver: Receiver) -> list[Any]:
    """The bodies."""
    return [json.loads(posted.body) for posted in receiver.got]


def close(case: Case) -> None:
    """An agent's act, without the agent."""
    with transaction():
        (part,) = cases.all_handlings(case)
        now = clock.now()
        cases.set_status(case, part, "closed", outcome="answered", actor=SYSTEM, now=now)


def later(work: timedelta) -> int:
    """Run what is due at that time from now."""
    return drain(tools(), now=lambda: clock.now() + work)


def states() -> list[tuple[str, int, str | None]]:
    """What became of the deliveries."""
    session().expire_all()
    rows = session().scalars(select(Delivery).order_by(Delivery.id))
    return [(row.state, row.attempts, row.answer) for row in rows]


def test_told_once_signed_and_nothing_personal(
    grc: Grc, receiver: Receiver, work: Work, tmp_path: Path
) -> None:
    secret = add(grc, receiver)
    case = open_case(grc, tmp_path)
    close(case)
    work()
    work()
    opened, closed = told(receiver)
    assert opened["event"] == "case.opened"
    assert opened["case"] == {"reference": case.reference, "unit": "apa", "status": "received"}
    assert (closed["event"], closed["case"]["status"]) == ("case.status", "closed")
    assert closed["sequence"] > opened["sequence"]
    assert datetime.fromisoformat(closed["at"]) > datetime.fromisoformat(opened["at"])
    assert all(signed_by(posted, secret) for posted in receiver.got)
    assert [posted.headers["webhook-id"] for posted in receiver.got] == [opened["id"], closed["id"]]
    assert set(opened) == {"id", "event", "at", "sequence", "case"}
    assert states() == [("delivered", 1, "204")] * 2
