"""The API: bringing things in, and looking at what became of them."""

import io
from datetime import datetime
from typing import BinaryIO, cast

from flask import request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from grc.cases import paging
from grc.cases.models import Case
from grc.cases.queries import Placed, by_reference, case_for, placed
from grc.catalogue.queries import current_type
from grc.channels import posted, registry
from grc.channels.posted import Problem, Refused
from grc.channels.registry import ClosedChannel, UnknownChannel
from grc.core import blobs
from grc.core.db import session, transaction
from grc.core.errors import Forbidden, NotFound
from grc.core.i18n import N_, Text, translate
from grc.core.settings import settings
from grc.intake import keyed, whereabouts
from grc.intake.calls import LINES
from grc.intake.models import Item
from grc.intake.queries import OUTCOMES, item_of
from grc.intake.queries import by_reference as item_by_reference
from grc.intake.reasons import said
from grc.intake.service import NO_SUCH_ITEM, Arrival
from grc.jobs.receiving import check_room
from grc.organisation.queries import snapshot as organisation
from grc.parsing.limits import DEFAULT as LIMITS
from grc.staff.policy import Level, Permission
from grc.staff.service import note_reading
from grc.staff.tokens import Bearer, Scope
from grc.supervision.case_file import Newest, case_file
from grc.supervision.case_json import as_json
from grc.web.api.models import (
    CaseInFull,
    CaseShown,
    CasesQuery,
    CasesShown,
    ItemShown,
    Keyed,
    MayBeKeyed,
    RawQuery,
    Received,
)
from grc.web.api.problems import Refusal
from grc.web.api.routes import Answer, Body, Call, refuse_body, route, too_large
from grc.web.present import locale, now

API = "api"  # the channel of requests that programs post
RAW = Body("application/octet-stream", LIMITS.message_bytes)
REQUEST = Body("application/json", posted.LARGEST, posted.PostedRequest)


@route(
    "POST",
    "/raw/{channel}",
    scope=Scope.RAW_WRITE,
    answers={201: Received, 200: Received},
    refusals=(400, 404, 409, 413, 415, 422),
    query=RawQuery,
    headers=MayBeKeyed,
    body=RAW,
)
def raw(call: Call, channel: str) -> Answer:
    """Bring one item as it is: its exact bytes, kept before the answer, understood after."""
    _demand_channel(call.bearer, channel)
    source = call.query.source
    if source not in sources() or not whereabouts.is_declared(channel, source):
        text = N_("Cette source n'est pas déclarée dans l'organisation.")
        raise Refusal(422, text, Problem("source", text, {}))
    blob = _keep(cast("BinaryIO", request.stream), RAW.largest)
    if not blob[1]:
        raise Refusal(422, N_("Le corps est vide : rien n'a été gardé."))
    key = call.headers.idempotency_key
    shown = _store(call.bearer, channel, source, key, blob, call.query.acknowledge)
    return Answer(shown, 200 if shown.already_known else 201, shown.url)


@route(
    "POST",
    "/requests",
    scope=Scope.REQUESTS_WRITE,
    answers={202: Received},
    refusals=(400, 409, 413, 415, 422),
    headers=Keyed,
    body=REQUEST,
)
def requests(call: Call) -> Answer:
    """Post one request. It is kept before the answer; its case is opened soon after."""
    _demand_channel(call.bearer, API)
    body = request.get_data(cache=False)
    try:
        checked = posted.parse(body)
    except Refused as error:
        raise refuse_body(error) from None
    if checked.request_type and current_type(checked.request_type) is None:
        unknown = Problem("request_type", N_("Cette nature de demande n'existe pas."), {})
        raise refuse_body(Refused(unknown))
    blob = _keep(io.BytesIO(body), REQUEST.largest)
    key = call.headers.idempotency_key
    shown = _store(call.bearer, API, call.bearer.name, key, blob, acknowledge=True)
    return Answer(shown, 202, shown.url)


def sources() -> list[str]:
    """What may be named as the source of an item: `files`, and every mailbox; the lines of a
    telephone exchange tell their own events."""
    boxes = organisation().mailboxes
    return sorted({whereabouts.FILES} | {source for channel, source in boxes if channel != LINES})


def _demand_channel(bearer: Bearer, channel: str) -> None:
    if bearer.channel not in (None, channel):
        text = N_("Ce jeton ne remet que par le canal « %(channel)s ».")
        raise Forbidden(text, channel=bearer.channel)
    try:
        registry.demand(channel, settings().channels)
    except (UnknownChannel, ClosedChannel) as error:
        raise Refusal(404, Text(error.detail, error.params)) from error


def _keep(stream: BinaryIO, largest: int) -> tuple[str, int]:
    """Make the body durable: (sha256, size)."""
    check_room(request.content_length or 0)
    try:
        return blobs.store().put(stream)
    except RequestEntityTooLarge:
        raise too_large(largest) from None


def _store(
    bearer: Bearer,
    channel: str,
    source: str,
    key: str | None,
    blob: tuple[str, int],
    acknowledge: bool,
) -> Received:
    """Keys of two tokens never meet; without one the hash names the item, as by
    `grc receive`."""
    sha256, size = blob
    locator = f"{bearer.name}:{key}" if key else sha256
    arrival = Arrival(channel, source, locator, sha256, size)
    with transaction():  # what is shown is read here: the row is not asked for again
        stored = keyed.store(arrival, actor=bearer.writer, now=now(), acknowledge=acknowledge)
        shown = _item(stored[0]).model_dump()
    return Received(**shown, already_known=not stored[1])


@route("GET", "/items/{reference}", scope=None, answers={200: ItemShown}, refusals=(400, 404))
def item(call: Call, reference: str) -> Answer:
    """What became of an item: one that this token brought, or whose case it may read."""
    found = item_by_reference(reference)
    if found is None or not _may_see(call.bearer, found):
        raise NotFound(NO_SUCH_ITEM)
    return Answer(_item(found))


def _may_see(bearer: Bearer, found: Item) -> bool:
    if found.actor == bearer.writer.label:
        return True
    case = session().get(Case, found.case_id) if found.case_id else None
    if case is None or Scope.CASES_READ not in bearer.scopes:
        return False
    try:
        case_for(bearer.reader, case.reference, Permission.CASE_READ, now())
    except NotFound:
        return False
    return True


def _item(found: Item) -> ItemShown:
    reference = _told_of(found)
    return ItemShown(
        reference=found.reference,
        url=url_for("api.item", reference=found.reference),
        channel=found.channel,
        source=found.source,
        outcome=found.outcome,
        sentence=_sentence(found),
        size=found.size,
        sha256=found.sha256,
        stored_at=found.stored_at,
        settled_at=found.settled_at,
        case=reference,
        case_url=url_for("api.case", reference=reference) if reference else None,
    )


def _told_of(found: Item) -> str | None:
    """The reference of the case of an item: the same whatever becomes of the case, so that its
    silence tells nothing either. Of a copy only to who brought both: bytes that are known
    elsewhere must not find the case of somebody else."""
    if found.case_id is None:
        return None
    if found.outcome == "duplicate":
        original = item_of(found.duplicate_of)
        if original is None or original.actor != found.actor:
            return None
    return session().get_one(Case, found.case_id).reference


def _sentence(found: Item) -> str:
    """Why it is set aside when it is, else its outcome."""
    if found.explanation is not None:
        return translate(found.explanation, locale())
    return translate(said(found.reason) if found.reason else OUTCOMES[found.outcome], locale())


@route(
    "GET",
    "/cases",
    scope=Scope.CASES_READ,
    answers={200: CasesShown},
    refusals=(400, 422),
    query=CasesQuery,
)
def cases(call: Call) -> Answer:
    """The cases this token may read, newest first, a page at a time."""
    query: CasesQuery = call.query
    unit = organisation().find_unit(query.unit) if query.unit is not None else None
    if query.unit is not None and unit is None:
        text = N_("Ce service n'existe pas.")
        raise Refusal(422, text, Problem("unit", text, {}))
    found, below = paging.page(
        call.bearer.reader,
        now(),
        size=query.limit,
        below=int(query.cursor[1:]) if query.cursor else None,
        unit_id=unit.id if unit else None,
        status=query.status,
    )
    places = placed([one.id for one in found])
    shown = [CaseShown.model_validate(_summary(one, places.get(one.id))) for one in found]
    return Answer(CasesShown(cases=shown, next=f"c{below}" if below else None))


def _summary(case: Case, place: Placed | None) -> dict[str, object]:
    dates: dict[str, datetime | None] = {
        "received_at": case.received_at,
        "closed_at": case.closed_at,
    }
    names = "reference status nature subject request_type commune level priority channel source"
    return dates | {
        **{name: getattr(case, name) for name in names.split()},
        "url": url_for("api.case", reference=case.reference),
        "unit": organisation().unit_by_id(place.unit_id).code if place else None,
        "due_on": place.due_on if place else None,
    }


@route(
    "GET",
    "/cases/{reference}",
    scope=Scope.CASES_READ,
    answers={200: CaseInFull},
    refusals=(400, 404),
)
def case(call: Call, reference: str) -> Answer:
    """One case with its messages. One that the token may not read looks like none."""
    reader = call.bearer.reader
    if by_reference(reference) is None:
        raise NotFound(NO_SUCH_CASE)
    try:
        found = case_for(reader, reference, Permission.CASE_READ, now())
    except NotFound:
        raise NotFound(NO_SUCH_CASE) from None
    if found.level != Level.NORMAL:  # when the reading cannot be written, nothing is shown
        with transaction():
            note_reading(call.bearer.token_id, found.id, now())
    told = as_json(case_file(reader, found, locale(), now(), Newest(acts=0)))
    place = placed([found.id]).get(found.id)
    return Answer(CaseInFull.model_validate(told | _summary(found, place)))


NO_SUCH_CASE = N_("Cette demande n'existe pas, ou ce jeton ne peut pas la lire.")
