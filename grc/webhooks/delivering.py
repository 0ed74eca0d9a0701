"""Delivering one event: posted with no transaction open, what came of it written after.

An event is tried again for `KEPT`, each time after as long as it has waited already. A
receiver that does not answer at all is spared for a minute, so that it holds up no other.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from grc.cases.models import Case
from grc.core import audit, clock, steps
from grc.core.actor import SYSTEM
from grc.core.db import amend, end_read, session
from grc.core.events import Event
from grc.core.settings import settings
from grc.webhooks import posting, service
from grc.webhooks.addresses import networks
from grc.webhooks.models import Delivery, Webhook
from grc.webhooks.names import TEST
from grc.webhooks.posting import Answer
from grc.webhooks.signing import headers
from grc.webhooks.telling import hook_of, plan, seen_by

KEPT = timedelta(days=5)  # an event is tried for as long; a webhook may fail for as long
LONGEST_WAIT = timedelta(hours=8)
GONE = 410  # the receiver says that it is no more
NO_ANSWER = frozenset({"dns", "address", "tls", "timeout", "connection"})


@dataclass(frozen=True)
class Outcome:
    """What came of one try; `answer` None when nothing was posted."""

    state: str  # delivered, withheld, waiting, off, gone
    answer: Answer | None = None


def deliver(delivery_id: int) -> Outcome:
    """Post one event, unless it is delivered, may no longer be said, or must wait."""
    now = clock.now()
    delivery = session().get(Delivery, delivery_id)
    if delivery is None or delivery.state != "waiting":
        return Outcome("gone")
    webhook = session().get_one(Webhook, delivery.webhook_id)
    case = session().get_one(Case, delivery.case_id)
    if webhook.off_at is not None:
        return Outcome("off")
    if seen_by(hook_of(webhook), case) is None:
        return Outcome("withheld")
    if webhook.spared_until is not None and now < webhook.spared_until:
        return Outcome("waiting")
    url, body = webhook.url, _body(delivery, case)
    signed = headers(delivery.uid, int(now.timestamp()), body, service.secrets_of(webhook, now))
    end_read()
    answer = _post(url, body, signed)
    return Outcome("delivered" if answer.is_taken else "waiting", answer)


def _post(url: str, body: bytes, signed: Mapping[str, str]) -> Answer:
    """The only place from which a post leaves; in training it is taken, and goes nowhere."""
    if settings().training:
        return Answer(204)
    return posting.post(url, body, signed, networks(settings().webhook_networks))


def _body(delivery: Delivery, case: Case) -> bytes:
    """What is said: the same bytes at each try. Never a text, a name, an address."""
    return _spelled(
        {
            "id": delivery.uid,
            "event": delivery.event,
            "at": delivery.at.isoformat(timespec="microseconds"),
            "sequence": delivery.id,
            "case": {
                "reference": case.reference,
                "unit": delivery.unit,
                "status": delivery.status,
            },
        }
    )


def _spelled(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def settle(delivery_id: int, outcome: Outcome, now: datetime) -> None:
    """Write down what came of a try, and plan the next one."""
    delivery = session().get(Delivery, delivery_id)
    if delivery is None or outcome.state == "gone":
        return
    webhook = session().get_one(Webhook, delivery.webhook_id)
    if outcome.answer is not None:
        tried = {"attempts": delivery.attempts + 1, "tried_at": now}
        amend(delivery, answer=outcome.answer.word, **tried)
        _note(webhook, outcome.answer, now)
    if outcome.state == "waiting" and webhook.off_at is None:
        _again(delivery, webhook, now)
    else:
        is_told = outcome.state in {"delivered", "withheld"}
        amend(delivery, state=outcome.state if is_told else "failed")
    _forget_failure(webhook)


def _again(delivery: Delivery, webhook: Webhook, now: datetime) -> None:
    age = now - delivery.at
    if age >= KEPT:
        amend(delivery, state="failed")
        return
    due_at = now + min(max(age, steps.MINUTE), LONGEST_WAIT)
    if webhook.spared_until is not None and delivery.attempts == 0:
        due_at = max(min(due_at, now + 60 * steps.MINUTE), webhook.spared_until)
    plan(delivery.id, now=now, due_at=due_at)


def _note(webhook: Webhook, answer: Answer, now: datetime) -> None:
    """What a try says of the receiver; one that failed for too long is switched off."""
    if answer.is_taken:
        if webhook.failing_since is not None:
            amend(webhook, failing_since=None, spared_until=None)
        return
    since = webhook.failing_since or now
    spared = now + steps.MINUTE if answer.word in NO_ANSWER else None
    amend(webhook, failing_since=since, spared_until=spared)
    if answer.status == GONE or now - since >= KEPT:
        _switch_off(webhook, answer, now)


def _forget_failure(webhook: Webhook) -> None:
    """Nothing fails where nothing waits any more: what did was withheld or given up."""
    if webhook.failing_since is None or webhook.off_at is not None:
        return
    if not service.is_waited_for(webhook.id):
        amend(webhook, failing_since=None, spared_until=None)


def _switch_off(webhook: Webhook, answer: Answer, now: datetime) -> None:
    if webhook.off_at is not None:
        return
    amend(webhook, off_at=now, off_why=answer.word)
    subject = ("webhook", webhook.id)
    audit.record(
        Event.WEBHOOK_OFF,
        subject=subject,
        actor=SYSTEM,
        now=now,
        name=webhook.name,
        why=answer.word,
    )


def give_up(delivery_id: int, _error: str, _now: datetime) -> None:
    """Each try ended the process, or the past came back from a backup: a person must look."""
    delivery = session().get(Delivery, delivery_id)
    if delivery is not None and delivery.state == "waiting":
        amend(delivery, state="failed")


def test(webhook: Webhook, uid: str, now: datetime) -> Answer:
    """Post a signed trial that speaks of no case, now and once."""
    at = now.isoformat(timespec="microseconds")
    body = _spelled({"id": uid, "event": TEST, "at": at, "sequence": 0, "case": None})
    signed = headers(uid, int(now.timestamp()), body, service.secrets_of(webhook, now))
    url = webhook.url
    end_read()
    return _post(url, body, signed)
