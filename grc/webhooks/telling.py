"""An event that somebody wants to hear of becomes deliveries, in its own transaction.

A case is told of once it is normal and in a unit of the webhook: until it is routed, by a
rule or by a person, its secrecy is not known, and what is restricted or named is never
spoken of.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from grc.cases import service as cases
from grc.cases.models import Case, Handling
from grc.core import steps
from grc.core.audit import Follower, Subject
from grc.core.db import add, session
from grc.core.events import Event
from grc.organisation.queries import snapshot
from grc.staff.policy import Level
from grc.staff.queries import with_below
from grc.webhooks.models import Delivery, Webhook
from grc.webhooks.names import Told
from grc.webhooks.service import units_of

RECENT = timedelta(hours=48)  # what an import brings and is older began elsewhere
NEW = timedelta(days=30)  # that a case was told of is known for longer
MEMO = "webhooks"


@dataclass(frozen=True)
class Hook:
    """What must be known of a webhook to tell it or not; `units` with those below."""

    id: int
    since: datetime
    events: frozenset[str]
    units: frozenset[int]


def follower(told: Mapping[Event, Told]) -> Follower:
    """What `audit` is to call with each event; `told` says by which name it is known."""

    def _tell(event: Event, _subject: Subject, case_id: int | None, now: datetime) -> None:
        name = told.get(event)
        if name is None or case_id is None:
            return
        for hook in _hooks():
            if hook.events & {name, Told.OPENED}:
                _tell_one(hook, name, case_id, now)

    return _tell


def _hooks() -> list[Hook]:
    """The webhooks that are told, read once a transaction."""
    memo: dict[str, list[Hook]] = session().info["memo"]
    if MEMO not in memo:
        memo[MEMO] = [hook_of(row) for row in _active()]
    return memo[MEMO]


def _active() -> Iterator[Webhook]:
    yield from session().scalars(_ACTIVE)


_ACTIVE = select(Webhook).where(Webhook.off_at.is_(None)).order_by(Webhook.id)


def hook_of(webhook: Webhook) -> Hook:
    """A webhook with its units of today."""
    tree = {unit.id: (unit.parent_id, unit.department_id) for unit in snapshot().units}
    units = frozenset(tree) if webhook.all_units else with_below(units_of(webhook), tree)
    return Hook(webhook.id, webhook.created_at, frozenset(webhook.events), units)


def seen_by(hook: Hook, case: Case) -> Handling | None:
    """The part of a case that a webhook may be told of: in one of its units, under way rather
    than ended. None: nothing may be said."""
    if case.level != Level.NORMAL:
        return None
    rows = cases.all_handlings(case)
    there = [row for row in rows if row.unit_id in hook.units and not row.to_route]
    return min(there, key=lambda row: (not row.is_open, row.id), default=None)


def _tell_one(hook: Hook, name: Told, case_id: int, now: datetime) -> None:
    case = session().get_one(Case, case_id)
    part = seen_by(hook, case)
    if part is None:
        return
    say = _plan(hook, case, part, now)
    if Told.OPENED in hook.events and not _is_begun(case, hook.since, now):
        say(Told.OPENED, str(Told.OPENED))
    if name in hook.events and name != Told.OPENED:
        say(name, "")


def _is_begun(case: Case, since: datetime, now: datetime) -> bool:
    """True for a case older than the webhook or than a month, and for the past that an import
    brings: to whoever is told, it would look new."""
    is_past = not case.may_acknowledge and now - case.received_at > RECENT
    return is_past or case.opened_at < max(since, now - NEW)


def _plan(hook: Hook, case: Case, part: Handling, now: datetime) -> Callable[[Told, str], None]:
    def _say(name: Told, once: str) -> None:
        uid = "evt_" + secrets.token_hex(16)
        key = f"{once}:{case.id}" if once else uid
        if once and _is_said(hook, key):
            return
        delivery_id = add(
            Delivery,
            webhook_id=hook.id,
            uid=uid,
            key=key,
            event=name,
            case_id=case.id,
            unit=snapshot().unit_by_id(part.unit_id).code,
            status=case.status,
            at=now,
            state="waiting",
            attempts=0,
        )
        plan(delivery_id, now=now)

    return _say


def _is_said(hook: Hook, key: str) -> bool:
    query = select(Delivery.id).where(Delivery.webhook_id == hook.id, Delivery.key == key)
    return session().scalar(query) is not None


def plan(delivery_id: int, *, now: datetime, due_at: datetime | None = None) -> None:
    """Plan to deliver, at once or later."""
    subject = ("delivery", delivery_id)
    key = f"deliver:{delivery_id}"
    steps.plan("deliver", subject, key=key, now=now, due_at=due_at)
