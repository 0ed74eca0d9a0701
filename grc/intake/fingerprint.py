"""The same message arrived twice by different roads. Pure.

Two copies of one mail differ in their Received lines, so their bytes differ. Message-ID,
sender and everything readable together tell them apart from a reused Message-ID.
"""

import hashlib
import json
from collections.abc import Sequence

from grc.channels.protocol import Request


def fingerprint(request: Request, attachments: Sequence[str]) -> str | None:
    """A hash of what a reader would call the same message; None without a Message-ID, unless
    the adapter tells what makes two items the same.

    `attachments` are the SHA-256 of the attached files.
    """
    if request.identity:
        return hashlib.sha256(request.identity.encode()).hexdigest()
    if not request.message_id:
        return None
    sent = request.sent_at.isoformat() if request.sent_at else None
    content = [
        request.message_id,
        (request.sender.email or "").lower(),
        sent,
        request.subject,
        request.text,
        request.quoted_text,
        sorted(attachments),
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
