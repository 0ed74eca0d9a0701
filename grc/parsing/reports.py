"""Messages written by machines: failures, automatic answers, mailing lists."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from grc.parsing.addresses import emails
from grc.parsing.charset import decode, wash_line
from grc.parsing.headers import Headers, decode_words
from grc.parsing.limits import Limits
from grc.parsing.mime import Part, leaves, parse

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_SMTP_CODE = re.compile(r"\b([45])\d\d[ -]")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")
_ROBOTS = frozenset(("mailer-daemon", "mail-daemon", "mailerdaemon"))
_RETURNED = frozenset(
    ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")
)
_ABSENCE = re.compile(
    r"(?i)\b(?:absen(?:t|te|ce)\b.{0,40}\b(?:bureau|message|automatique)|hors du bureau|"
    r"r[ée]ponse automatique|out of (?:the )?office|automatic reply|auto[- ]?reply)"
)
_BULK = frozenset(("bulk", "list", "junk"))


class DeliveryFailure(NamedTuple):
    """What a delivery status notification says of the message it returns (RFC 3464)."""

    message_id: str | None
    recipient: str | None
    status: str | None
    permanent: bool
    diagnostic: str


def delivery_failure(root: Part, text: str, limits: Limits) -> DeliveryFailure | None:
    """The failure a message reports; None when it reports none, or a success."""
    report = root.parameters.get("report-type", "").lower()
    if root.content_type == "multipart/report" and report in ("delivery-status", ""):
        status = next((p for p in leaves(root) if _is_status(p)), None)
        if status is not None:
            return _from_status(root, status, limits)
    if "x-failed-recipients" in root.headers or _from_robot(root.headers):
        return _from_text(root, text, limits)
    return None


def _is_status(part: Part) -> bool:
    return part.content_type in ("message/delivery-status", "message/global-delivery-status")


def _from_status(root: Part, status: Part, limits: Limits) -> DeliveryFailure | None:
    """The first recipient that failed, else the first that is delayed."""
    blocks = [_fields(block) for block in re.split(r"\n\s*\n", decode(status.data)[0])]
    recipients = [block for block in blocks if "action" in block]
    order = {"failed": 0, "delayed": 1}
    recipients.sort(key=lambda block: order.get(block["action"].lower(), 2))
    if not recipients or recipients[0]["action"].lower() not in order:
        return None
    block = recipients[0]
    found = _STATUS.search(block.get("status", ""))
    code = found[1] if found else None
    recipient = block.get("original-recipient") or block.get("final-recipient", "")
    return DeliveryFailure(
        message_id=_returned_id(root, limits),
        recipient=_bare(recipient.rpartition(";")[2]),
        status=code,
        permanent=block["action"].lower() == "failed" and not (code or "5").startswith("4"),
        diagnostic=wash_line(block.get("diagnostic-code", ""))[:500],
    )


def _fields(block: str) -> dict[str, str]:
    unfolded = re.sub(r"\r?\n[ \t]+", " ", block)
    pairs = (line.partition(":") for line in unfolded.splitlines())
    return {name.strip().lower(): value.strip() for name, colon, value in pairs if colon}


def _from_text(root: Part, text: str, limits: Limits) -> DeliveryFailure:
    """Older programs explain the failure in prose."""
    found = _STATUS.search(text)
    code = found[1] if found else None
    reply = _SMTP_CODE.search(text)
    return DeliveryFailure(
        message_id=_returned_id(root, limits),
        recipient=_bare(root.headers.first("x-failed-recipients")),
        status=code,
        permanent=(code or (reply[1] if reply else "")).startswith("5"),
        diagnostic=wash_line(text)[:500],
    )


def _bare(value: str) -> str | None:
    return next(iter(emails([value])), None)


def _returned_id(root: Part, limits: Limits) -> str | None:
    """The Message-ID of the message that came back, else what the report answers to."""
    for part in leaves(root):
        if part.content_type in _RETURNED:
            returned = parse(part.data, limits).headers
            if found := message_ids(returned.every("message-id")):
                return found[0]
    answered = message_ids(root.headers.every("references", "in-reply-to"))
    return answered[-1] if answered else None


def _from_robot(headers: Headers) -> bool:
    local = (_bare(headers.first("from")) or "").partition("@")[0]
    return local in _ROBOTS or (local == "postmaster" and _null_return_path(headers))


def _null_return_path(headers: Headers) -> bool:
    return "return-path" in headers and headers.first("return-path").strip() in ("<>", "")


def is_auto_reply(root: Part) -> bool:
    """True for what a program answered by itself (RFC 3834), or a reading receipt."""
    headers = root.headers
    submitted = headers.first("auto-submitted").partition(";")[0].strip().lower()
    suppress = headers.first("x-auto-response-suppress").strip().lower()
    weak = "x-autorespond" in headers or "x-ms-exchange-inbox-rules-loop" in headers
    return (
        submitted not in ("", "no")
        or suppress not in ("", "none")
        or "x-autoreply" in headers
        or headers.first("precedence").strip().lower() in ("auto_reply", "auto-reply")
        or root.content_type == "multipart/report"
        or _null_return_path(headers)
        or (weak and bool(_ABSENCE.search(decode_words(headers.first("subject")))))
    )


def is_bulk(headers: Headers) -> bool:
    """True for mailing lists and newsletters (RFC 2369, RFC 2919)."""
    precedence = headers.first("precedence").strip().lower()
    return precedence in _BULK or any(name.startswith("list-") for name in headers)


def message_ids(values: Iterable[str]) -> tuple[str, ...]:
    """The distinct message identifiers of header values, without angle brackets: those of
    `References` then `In-Reply-To` give the nearest last."""
    found = (wash_line(match) for value in values for match in _MESSAGE_ID.findall(value))
    return tuple(dict.fromkeys(found))
