"""What a telephone exchange posts. It shows no token: it signs each event with a secret.

See docs/telephone.md for the exchange's side.
"""

import hashlib
import hmac
from datetime import datetime

from flask import Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from grc.channels import exchange, registry
from grc.channels.posted import Refused
from grc.channels.registry import ClosedChannel
from grc.core.i18n import N_, Text
from grc.core.settings import settings
from grc.jobs import ringing
from grc.jobs.receiving import check_room
from grc.staff.policy import Permission
from grc.web.api.models import EventTaken, Signed, as_json
from grc.web.api.problems import Refusal
from grc.web.api.routes import TABLE, Body, Route, bp, refuse_body
from grc.web.guard import needs
from grc.web.present import now

TIMESTAMP = "X-GRC-Timestamp"
SIGNATURE = "X-GRC-Signature"
WINDOW = 300  # seconds, either way


@bp.post("/phone/events")
@needs(Permission.SCRIPT)
def phone_events() -> Response:
    """Tell one event of a call: it is shown and kept once, however often it is sent. Signed by
    a telephone exchange, which shows no token: see docs/telephone.md."""
    raw = _body()
    _demand_signed(raw, now())
    _demand_open()
    try:
        event = exchange.parse(raw)
    except Refused as error:
        raise refuse_body(error) from None
    check_room(len(raw))
    is_new = ringing.take_in(event, raw, now())
    taken = EventTaken(call=event.call, event=event.event, already_known=not is_new)
    return jsonify(as_json(taken))


TABLE.append(
    Route(
        "POST",
        "/phone/events",
        phone_events,
        scope=None,
        answers={200: EventTaken},
        refusals=(404, 413, 422),
        query=None,
        headers=Signed,
        body=Body("application/json", exchange.LARGEST, exchange.PhoneEvent),
        is_signed=True,
    )
)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The HMAC-SHA256 (RFC 2104) of `timestamp.body`, as the header carries it."""
    signed = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={signed.hexdigest()}"


def _body() -> bytes:
    """The body, never more of it than an event may have."""
    request.max_content_length = exchange.LARGEST
    too_large = Refusal(413, N_("%(most)s ko au plus."), most=exchange.LARGEST >> 10)
    if (request.content_length or 0) > exchange.LARGEST:
        raise too_large
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise too_large from None


def _demand_signed(raw: bytes, at: datetime) -> None:
    """Refuse what no exchange of ours has signed, then what was signed at another time."""
    secrets = settings().phone_secrets
    if not secrets:
        text = N_("Aucun autocommutateur n'est déclaré : réglez GRC_PHONE_SECRETS.")
        raise Refusal(404, text)
    stamp, given = request.headers.get(TIMESTAMP, ""), request.headers.get(SIGNATURE, "")
    expected = [signature(secret, stamp, raw).encode() for secret in secrets]
    # Every secret is tried: how long it takes says nothing of which one it was.
    if not sum(hmac.compare_digest(one, given.encode("utf-8", "replace")) for one in expected):
        text = N_("La signature de l'évènement est absente ou fausse.")
        raise Refusal(401, text, code="wrong_signature")
    is_number = stamp.isascii() and stamp.isdecimal() and len(stamp) < 12
    if not is_number or abs(at.timestamp() - int(stamp)) > WINDOW:
        text = N_("L'évènement est signé d'une heure trop éloignée de la nôtre (5 min au plus).")
        raise Refusal(401, text, code="stale_timestamp")


def _demand_open() -> None:
    try:
        registry.demand(ringing.CHANNEL, settings().channels)
    except ClosedChannel as error:
        raise Refusal(404, Text(error.detail, error.params)) from error
