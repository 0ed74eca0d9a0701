"""What happens to cases is told to programs: once, signed, and never what is secret."""

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update

from grc.cases import service as cases
from grc.cases.models import Case
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.clock import paris_date
from grc.core.db import execute, session, transaction
from grc.jobs import runner
from grc.jobs.runner import drain
from grc.jobs.tidying import tidy
from grc.jobs.worker import tools
from grc.organisation.queries import snapshot
from grc.supervision.backup.holding import hold
from grc.webhooks.models import Delivery, Webhook
from tests.integration.conftest import Grc, mail
from tests.rig.receiver import Posted, Receiver

Work = Callable[[], int]
on_one = pytest.mark.parametrize("loaded_url", ["sqlite"], indirect=True)
API = Path(__file__).parents[3] / "docs" / "api.md"
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


def taken_by_the_example(posted: Posted, secret: str, **more: float) -> bool:
    """By what docs/api.md tells who writes a receiver."""
    (example,) = re.findall(r"^```python\n(.*?)^```$", API.read_text("utf-8"), re.S | re.M)
    namespace: dict[str, Any] = {}
    exec(example, namespace)  # noqa: S102 - the page is ours
    return bool(namespace["verified"](posted.headers, posted.body, secret, **more))


def told(receiver: Receiver) -> list[Any]:
    """The bodies."""
    return [json.loads(posted.body) for posted in receiver.got]


def close(case: Case) -> None:
    """An agent's act, without the agent."""
    with transaction():
        (part,) = cases.all_handlings(case)
        now = clock.now()
        cases.set_status(case, part, "closed", outcome="answered", actor=SYSTEM, now=now)


def later(wait: timedelta) -> int:
    """Run what is due at that time from now."""
    with time_machine.travel(clock.now() + wait):
        return drain(tools())


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
    assert all(taken_by_the_example(posted, secret) for posted in receiver.got)
    assert not taken_by_the_example(replace(receiver.got[0], body=b"{}"), secret)
    assert not taken_by_the_example(receiver.got[0], "whsec_" + "A" * 44)
    assert not taken_by_the_example(receiver.got[0], secret, now=time.time() + 301)
    assert set(opened) == {"id", "event", "at", "sequence", "case"}
    assert states() == [("delivered", 1, "204")] * 2


def test_what_is_refused_is_tried_again_the_same(
    grc: Grc, receiver: Receiver, work: Work, tmp_path: Path
) -> None:
    secret = add(grc, receiver)
    receiver.answers += [500, 503]
    open_case(grc, tmp_path)
    work()
    assert states() == [("waiting", 1, "500")]
    assert grc("webhook", "list", "--json").json["webhooks"][0]["failing_since"]
    later(timedelta(seconds=30))
    assert len(receiver.got) == 1
    later(timedelta(minutes=2))
    later(timedelta(minutes=6))
    assert states() == [("delivered", 3, "204")]
    assert {posted.body for posted in receiver.got} == {receiver.got[0].body}
    assert {posted.headers["webhook-id"] for posted in receiver.got} == {told(receiver)[0]["id"]}
    assert all(signed_by(posted, secret) for posted in receiver.got)
    assert grc("webhook", "list", "--json").json["webhooks"][0]["failing_since"] is None


@on_one
def test_a_redirect_is_not_followed(
    grc: Grc, receiver: Receiver, work: Work, tmp_path: Path
) -> None:
    add(grc, receiver)
    receiver.answers, receiver.location = [307], receiver.url + "/elsewhere"
    open_case(grc, tmp_path)
    work()
    assert [posted.path for posted in receiver.got] == ["/grc"]
    assert states() == [("waiting", 1, "307")]


@on_one
def test_after_five_days_an_event_is_given_up_and_the_webhook_off(
    grc: Grc, receiver: Receiver, work: Work, tmp_path: Path
) -> None:
    add(grc, receiver)
    receiver.answers = [500] * 100
    open_case(grc, tmp_path)
    for hours in range(0, 24 * 6, 4):
        later(timedelta(hours=hours))
    ((state, attempts, _),) = states()
    assert (state, 10 < attempts < 40) == ("failed", True)
    (row,) = grc("webhook", "list", "--json").json["webhooks"]
    assert row["off_at"]
    assert row["off_why"] == "500"
    found = grc("doctor", "--json").json["findings"]
    assert "webhooks" in {one["check"] for one in found if one["severity"] == "error"}
    before = len(receiver.got)
    close(open_case(grc, tmp_path, 2))
    work()
    assert len(receiver.got) == before
    assert grc("webhook", "enable", "ged", "--json").json["enabled"] is True
    receiver.answers.clear()
    open_case(grc, tmp_path, 3)
    work()
    assert states()[-1] == ("delivered", 1, "204")


@on_one
def test_a_receiver_that_is_gone_is_switched_off_at_once(
    grc: Grc, receiver: Receiver, work: Work, tmp_path: Path
) -> None:
    add(grc, receiver)
    receiver.answers = [410]
    open_case(grc, tmp_path)
    work()
    assert states() == [("failed", 1, "410")]
    assert grc("webhook", "list", "--json").json["webhooks"][0]["off_why"] == "410"


@on_one
def test_who_does_not_answer_is_spared(
    grc: Grc, receiver: Receiver, work: Work, tmp_path: Path
) -> None:
    """One try a minute, however many events wait; then all of them."""
    add(grc, receiver)
    with transaction():  # a port where nobody listens
        execute(update(Webhook).values(url="http://127.0.0.1:1/"))
    for number in range(3):
        open_case(grc, tmp_path, number, sender=f"p{number}@x.example")
    work()
    assert sorted(states()) == [("waiting", 0, None)] * 2 + [("waiting", 1, "connection")]
    with transaction():
        execute(update(Webhook).values(url=receiver.url))
    later(timedelta(minutes=3))
    assert states() == [("delivered", n, "204") for n in (2, 1, 1)]


@on_one
def test_nothing_is_said_of_a_case_that_is_secret(
    grc: Grc, receiver: Receiver, work: Work, tmp_path: Path
) -> None:
    """Nor once it has become so, with the event on its way."""
    add(grc, receiver)
    receiver.answers = [500]
    case = open_case(grc, tmp_path)
    for level in ("restricted", "named"):
        with transaction():
            cases.set_level(case, level, actor=SYSTEM, now=clock.now())
    close(case)
    later(timedelta(hours=1))
    assert len(receiver.got) == 1
    assert states() == [("withheld", 1, "500")]
    (row,) = grc("webhook", "deliveries", "ged", "--json").json["deliveries"]
    assert (row["state"], row["case"]) == ("withheld", case.reference)
    assert grc("webhook", "list", "--json").json["webhooks"][0]["failing_since"] is None


@on_one
def test_a_case_restricted_by_its_rule_is_never_told(
    grc: Grc, receiver: Receiver, work: Work, tmp_path: Path
) -> None:
    add(grc, receiver)
    open_case(grc, tmp_path, text="Mon mari me frappe, j'ai peur de mon mari. Aidez-moi.")
    work()
    assert (receiver.got, states()) == ([], [])


def test_only_of_its_units_and_those_below(
    grc: Grc, receiver: Receiver, work: Work, tmp_path: Path
) -> None:
    add(grc, receiver, "--unit", "autonomie", name="theirs")
    add(grc, receiver, "--unit", "violences", name="others")
    case = open_case(grc, tmp_path)
    work()
    (only,) = told(receiver)
    assert only["case"]["reference"] == case.reference
    with transaction():
        unit = snapshot().unit("violences")
        now = clock.now()
        more = {"due_on": paris_date(now), "actor": SYSTEM, "now": now}
        cases.add_unit(case, unit.id, unit.department_id, unit.name, **more)
    work()
    events = [(one["event"], one["case"]["unit"]) for one in told(receiver)[1:]]
    assert sorted(events) == [
        ("case.opened", "violences"),
        ("case.unit", "apa"),
        ("case.unit", "violences"),
    ]


@on_one
def test_the_past_is_not_told_as_new(
    grc: Grc, receiver: Receiver, work: Work, tmp_path: Path
) -> None:
    add(grc, receiver)
    path = tmp_path / "old.eml"
    path.write_bytes(mail(message_id="old@x.example"))
    grc("import", "email", path)
    work()
    assert receiver.got == []
    close(session().scalars(select(Case)).one())
    work()
    assert [one["event"] for one in told(receiver)] == ["case.status"]


@on_one
def test_the_citizen_who_writes_again_is_told(
    grc: Grc, receiver: Receiver, work: Work, tmp_path: Path
) -> None:
    add(grc, receiver)
    open_case(grc, tmp_path)
    open_case(grc, tmp_path, 2, references="1@x.example", text="Alors ?")
    work()
    assert [one["event"] for one in told(receiver)] == ["case.opened", "message.received"]


@on_one
def test_what_a_rolled_back_transaction_said_is_not_told(
    grc: Grc, receiver: Receiver, work: Work, tmp_path: Path
) -> None:
    add(grc, receiver)
    case = open_case(grc, tmp_path)
    with suppress(RuntimeError), transaction():
        (part,) = cases.all_handlings(case)
        now = clock.now()
        cases.set_status(case, part, "closed", outcome="answered", actor=SYSTEM, now=now)
        raise RuntimeError
    work()
    assert len(receiver.got) == 1


def test_killed_between_sending_and_writing_it_is_sent_again_the_same(
    grc: Grc, receiver: Receiver, work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this process: the lease runs out as if nobody had said what came of it."""
    add(grc, receiver)
    close(open_case(grc, tmp_path))

    def die(point: str) -> None:
        if point == "deliver:prepared":
            raise KeyboardInterrupt

    with monkeypatch.context() as dying, suppress(KeyboardInterrupt):
        dying.setattr(runner, "crash", die)
        work()
    assert states()[-1] == ("waiting", 0, None)
    later(timedelta(minutes=5))
    _, sent, again = receiver.got
    assert sent.body == again.body
    assert sent.headers["webhook-id"] == again.headers["webhook-id"]
    assert states()[-1] == ("delivered", 1, "204")


@on_one
def test_what_it_was_told_is_forgotten_after_a_month(
    grc: Grc, receiver: Receiver, work: Work, tmp_path: Path
) -> None:
    add(grc, receiver)
    open_case(grc, tmp_path)
    work()
    assert tidy(clock.now() + timedelta(days=30)) == 0
    assert tidy(clock.now() + timedelta(days=32)) == 1
    assert states() == []


@on_one
def test_what_waited_in_a_backup_is_not_told(
    grc: Grc, receiver: Receiver, work: Work, tmp_path: Path
) -> None:
    """The machine that was lost has perhaps told it."""
    add(grc, receiver)
    receiver.answers = [500]
    open_case(grc, tmp_path)
    with transaction():
        assert hold() == 1
    later(timedelta(hours=1))
    assert len(receiver.got) == 1
    assert states() == [("failed", 1, "500")]
