"""From a stored item to its one outcome: opened, appended, duplicate, applied, split.

`intake.reading` comes before, outside any transaction; `apply` runs inside one. Applying the
same item twice changes nothing.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from grc.cases import links, opening, parties
from grc.cases import service as cases
from grc.cases.earlier import received_earlier
from grc.cases.models import Case, Handling
from grc.cases.opening import NewMessage
from grc.cases.states import ENDED, Status
from grc.channels.past import Past
from grc.channels.protocol import Automatic, Bounce, ChannelError, Fact, Request
from grc.core import audit
from grc.core.actor import SYSTEM, Actor
from grc.core.db import add, session
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.intake import (
    calls,
    copies,
    letters,
    medical,
    past,
    repeats,
    service,
    splitting,
    taking_part,
    threads,
    unopened,
    whereabouts,
)
from grc.intake.fingerprint import fingerprint
from grc.intake.models import Item
from grc.intake.reading import Readable, Reading
from grc.intake.service import locator_hash
from grc.intake.thanks import is_thanks
from grc.outbox import bounces

DONE = frozenset({"opened", "appended", "duplicate", "applied", "split", "discarded"})


def apply(item_id: int, reading: Reading, *, now: datetime) -> bool:
    """Give an item its outcome, in the caller's transaction; False when it had one."""
    service.alone()
    item = session().get_one(Item, item_id)
    if item.outcome in DONE:
        return False
    _apply(item, reading, now)
    return True


def _apply(item: Item, reading: Reading, now: datetime) -> None:
    if splitting.is_whole(item):
        splitting.begin(item, now)
        return
    if request := calls.told(reading):
        calls.apply(item, request, now)
        return
    if envelope := unopened.told(reading):
        unopened.apply(item, envelope, now)
        return
    if isinstance(reading, ChannelError):
        _refuse(item, reading, now)
    elif not whereabouts.is_declared(item.channel, item.source):
        detail = Text(whereabouts.UNDECLARED, {"source": item.source})
        _quarantine(item, "unknown_source", detail, now)
    elif not reading:
        _quarantine(item, "empty", Text(N_("L'élément ne contient rien.")), now)
    elif len(reading) == 1:
        mark = _mark(reading[0])
        _apply_one(item, reading[0], mark, copies.same_item(item, mark), now)
    elif original := copies.same_bytes(item):
        copies.settle(item, original, now)
    else:
        _split(item, reading, now)


def _refuse(item: Item, error: ChannelError, now: datetime) -> None:
    if earlier := copies.refused_before(item):
        copies.settle(item, earlier, now)
    else:
        _quarantine(item, error.reason, Text(error.detail, copies.in_file(item, error.params)), now)


def _quarantine(item: Item, reason: str, detail: Text, now: datetime) -> None:
    service.quarantine(item, reason, detail, whereabouts.keeper(item).id, now)


def _split(item: Item, readings: tuple[Readable, ...], now: datetime) -> None:
    """A parent's children are items of their own, with the parent's bytes."""
    for number, readable in enumerate(readings, start=1):
        child_id = add(
            Item,
            parent_id=item.id,
            channel=item.channel,
            source=item.source,
            locator=f"{item.locator[:980]}#{number}",
            locator_hash=locator_hash(f"{item.locator_hash}#{number}"),
            sha256=item.sha256,
            size=item.size,
            stored_at=now,
            arrived_at=item.arrived_at,
            dated_at=item.dated_at,
            acknowledge=item.acknowledge,
            actor=item.actor,
            outcome="waiting",
        )
        child, mark = session().get_one(Item, child_id), _mark(readable)
        _apply_one(child, readable, mark, copies.same_message(child, mark), now)
    item.applied_kind, item.applied_id = "split", len(readings)  # reconciliation counts them
    service.settle(item, "split", now)
    audit.record(
        Event.ITEM_SPLIT,
        subject=("item", item.id),
        actor=Actor(item.actor),
        now=now,
        count=len(readings),
    )


def _mark(readable: Readable) -> str | None:
    return fingerprint(readable.request, [file.sha256 for file in readable.files])


def _apply_one(
    item: Item, readable: Readable, mark: str | None, original: Item | None, now: datetime
) -> None:
    request = readable.request
    item.fingerprint = mark
    if original is not None:
        copies.settle(item, original, now)
    elif request.bounce is not None:
        _bounce(item, request.bounce, now)
    elif medical.is_medical(request) and not medical.units():
        _quarantine(item, medical.NO_UNIT_CODE, Text(medical.NO_UNIT), now)
    elif request.past is not None:
        _continue(item, readable, request.past, now)
    else:
        _thread(item, readable, now)
    if request.past is not None:
        past.settle_corrected(item, request.past, now)


def _continue(item: Item, readable: Readable, told: Past, now: datetime) -> None:
    """A request that another system had: it goes on as it stood there, in a case of its own."""
    if refused := past.refusal(told):
        _quarantine(item, *refused, now)
        return
    request = readable.request
    received = received_at(item, request)
    message, actor = new_message(item, readable), Actor(item.actor)
    case_id = past.open_case(item, request, told, message, received=received, actor=actor, now=now)
    service.settle(item, "opened", now, case_id=case_id)


def _bounce(item: Item, bounce: Bounce, now: datetime) -> None:
    outgoing = bounces.find(bounce)
    if outgoing is None:
        detail = Text(N_("Avis de non-remise d'un message que nous n'avons pas envoyé."))
        _quarantine(item, "unknown_bounce", detail, now)
        return
    bounces.apply(outgoing, bounce, actor=Actor(item.actor), now=now)
    item.applied_kind, item.applied_id = "bounce", outgoing.id
    service.settle(item, "applied", now, case_id=outgoing.case_id)
    audit.record(
        Event.ITEM_APPLIED,
        subject=("item", item.id),
        case_id=outgoing.case_id,
        actor=Actor(item.actor),
        now=now,
        kind=Text(opening.AUTOMATIC_LABELS["bounce"]),
    )


def _thread(item: Item, readable: Readable, now: datetime) -> None:
    readable = _dated(item, readable)
    actor = Actor(item.actor)
    thread = threads.find(readable.request, now)
    message = new_message(item, readable)
    if thread.case is not None:
        _append(item, thread.case, readable.request, message, actor, now)
        case_id = thread.case.id
    else:
        case_id = _open(item, readable, message, actor, now)
    if any(hint.kind == "call_back" for hint in readable.request.hints):
        subject = ("case", case_id)
        audit.record(Event.CALL_BACK_ASKED, subject=subject, case_id=case_id, actor=actor, now=now)
    is_medical = medical.is_medical(readable.request)  # not even for the mail room
    if item.parent_id is not None and readable.request.doubtful and not is_medical:
        letters.wait(item.id, item.parent_id, case_id)
    for other_id, kind in thread.linked:
        links.link(case_id, other_id, kind, actor=actor, now=now)


def _dated(item: Item, readable: Readable) -> Readable:
    """When a source says when it took an item in, that goes before what the item says."""
    if item.arrived_by is None:
        return readable
    told = Fact("received", item.arrived_by, at=item.arrived_at)
    facts = (told, *readable.request.facts)
    return replace(readable, request=replace(readable.request, facts=facts))


def _append(
    item: Item, case: Case, request: Request, message: NewMessage, actor: Actor, now: datetime
) -> None:
    person = request.automatic is Automatic.NO
    opening.append(case.id, message, counts_as_contact=person, actor=actor, now=now)
    others = taking_part.newcomers(case.id, request, now)
    parties.add_others(case.id, others)
    parties.tell_others(case.id, others, actor=actor, now=now)
    session().refresh(case)
    if person:
        received, *_ = whereabouts.facts_of(request, received_at(item, request))
        received_earlier(case, received, message, actor=actor, now=now)
    if person and not is_thanks(request.text):
        _wake(case, now)
    service.settle(item, "appended", now, case_id=case.id)


def _wake(case: Case, now: datetime) -> None:
    """The citizen answered: who waited for it goes on, what had ended is reopened."""
    rows = session().scalars(select(Handling).where(Handling.case_id == case.id)).all()
    ended = all(row.status in ENDED for row in rows)
    for row in rows:
        waiting = row.status == Status.WAITING_CITIZEN
        if waiting or (ended and row.status in ENDED):
            status = Status.IN_PROGRESS if row.assignee_id else Status.RECEIVED
            cases.set_status(case, row, status, actor=SYSTEM, now=now)


def _open(item: Item, readable: Readable, message: NewMessage, actor: Actor, now: datetime) -> int:
    new = whereabouts.new_case(item, readable.request, received_at(item, readable.request), now)
    case_id = opening.open_case(new, message, actor=actor, now=now)
    repeats.propose(case_id, new, actor=actor, now=now)
    service.settle(item, "opened", now, case_id=case_id)
    return case_id


def received_at(item: Item, request: Request) -> datetime:
    """When the request reached us: what the adapter read, else when it arrived here.

    A date in the future (a sender's wrong clock) is not believed.
    """
    read_dates = (fact.at for fact in request.facts if fact.kind == "received")
    found = next((at for at in read_dates if at), None)
    if found is None or found > item.stored_at + timedelta(days=1):
        return item.arrived_at
    return found.astimezone(UTC)


def new_message(item: Item, readable: Readable) -> NewMessage:
    """The message of a request, for a new case or an open one."""
    request = readable.request
    sender = request.sender
    address = sender.email or sender.phone
    shown = f"{sender.name} <{address}>" if sender.name and address else None
    return NewMessage(
        channel=item.channel,
        item_id=item.id,
        automatic=request.automatic,
        sender=shown or address or sender.name or "",
        recipients=request.recipients[:50],
        subject=request.subject,
        text=request.text,
        quoted_text=request.quoted_text,
        html=request.html,
        warnings=request.warnings,
        sent_at=request.sent_at or received_at(item, request),
        rfc_id=request.message_id,
        references=request.references[-50:],
        files=readable.files,
        is_secret=medical.is_medical(request),
    )
