"""Which case does a message belong to? Signed token, reference typed, then RFC 5322 ids.

Whatever the lead, the sender is checked against the people of the case: a stranger never
enters somebody's conversation, whatever he guessed or was forwarded. Only what was written on
a follow-up page needs no check: its secret was one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from grc.cases.models import Case, MessageRef, Party
from grc.cases.opening import rfc_hash
from grc.cases.queries import by_reference
from grc.cases.tokens import verify, verify_entry
from grc.channels.protocol import Request
from grc.citizens.models import ContactPoint
from grc.core.db import fetch, session
from grc.core.settings import settings
from grc.intake.queries import case_named
from grc.outbox.models import Outgoing

_NAMED = (
    select(MessageRef.rfc_hash, MessageRef.own, MessageRef.case_id)
    .where(MessageRef.rfc_hash.in_(bindparam("hashes", expanding=True)))
    .order_by(MessageRef.id)
)


@dataclass(frozen=True)
class Thread:
    """Where a message goes: into `case`, and which other cases it speaks of and why."""

    case: Case | None
    linked: tuple[tuple[int, str], ...] = ()  # (case id, kind of link)


def find(request: Request, now: datetime) -> Thread:
    """The thread of an incoming message. Never guesses, never merges."""
    candidates = list(dict.fromkeys(_candidates(request)))
    cases = [case for case_id in candidates if (case := session().get(Case, case_id))]
    sender = (request.sender.email or "").lower()
    held = set(_by_secret(request))
    own = [case for case in cases if case.id in held or takes_part(case.id, sender)]
    kind = "cited" if request.doubtful else "stranger"
    strange = tuple((case.id, kind) for case in cases if case not in own)
    strange += tuple((case_id, "cited") for case_id in dict.fromkeys(_cited(request)))
    live = [case for case in own if not _closed_too_long(case, now)]
    if not live:
        return Thread(None, tuple((case.id, "follows") for case in own) + strange)
    joined = tuple((case.id, "merge_proposed") for case in live[1:])
    return Thread(live[0], joined + strange)


def _candidates(request: Request) -> Iterable[int]:
    yield from _by_secret(request)
    yield from _by_token(request)
    yield from _by_references(request)
    yield from _by_typed_reference(request)


def _by_secret(request: Request) -> Iterable[int]:
    """The case whose follow-up page this was written on: who wrote it held its secret."""
    for hint in request.hints:
        if hint.kind == "our_secret":
            case_id = verify_entry(hint.value, settings().token_keys)
            if case_id is not None:
                yield case_id


def _by_token(request: Request) -> Iterable[int]:
    for hint in request.hints:
        if hint.kind == "our_token":
            case_id = verify(hint.value, settings().token_keys)
            if case_id is not None:
                yield case_id


def _by_typed_reference(request: Request) -> Iterable[int]:
    for hint in request.hints:
        if hint.kind == "reference" and (case := by_reference(hint.value)):
            yield case.id


def _cited(request: Request) -> Iterable[int]:
    """Cases named by somebody whose address nothing vouches for: linked, never joined."""
    for hint in request.hints:
        if hint.kind == "cited" and (case := case_named(hint.value)):
            yield case.id


def _by_references(request: Request) -> Iterable[int]:
    """Cases of the messages this one answers, nearest first; then those that answer it, or
    answer the same message when that one has not arrived yet."""
    answered = [rfc_hash(rfc_id) for rfc_id in reversed(request.references[-50:])]
    mine = [rfc_hash(request.message_id)] if request.message_id else []
    if not answered and not mine:
        return
    rows = fetch(_NAMED, {"hashes": answered + mine}).all()
    for wanted in answered + mine:
        yield from (row.case_id for row in rows if row.rfc_hash == wanted and row.own)
    arrived = {row.rfc_hash for row in rows if row.own and row.rfc_hash not in mine}
    yield from (row.case_id for row in rows if not row.own and row.rfc_hash not in arrived)


def takes_part(case_id: int, email: str) -> bool:
    """True when an address is a party's, or one we have written to in this case."""
    if not email:
        return False
    party = (
        select(Party.id)
        .join(ContactPoint, ContactPoint.id == Party.contact_point_id)
        .where(Party.case_id == case_id, ContactPoint.value == email)
    )
    if session().scalar(party.limit(1)):
        return True
    written = select(Outgoing.id).where(Outgoing.case_id == case_id, Outgoing.recipient == email)
    return session().scalar(written.limit(1)) is not None


def _closed_too_long(case: Case, now: datetime) -> bool:
    kept_open = timedelta(days=settings().reopen_days)
    return case.closed_at is not None and now - case.closed_at > kept_open
