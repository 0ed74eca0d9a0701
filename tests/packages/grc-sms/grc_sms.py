"""Text messages: one line of a gateway's log each, as `2026-03-02T09:15:00+01:00|number|text`.

A long message was cut by the network into parts, which the gateway joins before it logs them;
a line end inside a message is logged as `\\n`.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from grc.channels import walk
from grc.channels.hints import text_hints
from grc.channels.protocol import (
    ChannelError,
    Fact,
    Found,
    Hint,
    Peek,
    Request,
    Sender,
)
from grc.parsing.charset import decode, wash
from grc.parsing.limits import Limits
from grc.parsing.phones import e164

_LINE = re.compile(rb"([0-9T:+.-]{19,32})\|([^|\n]{0,40})\|([^\n]*)\r?\n?", re.DOTALL)
_LONGEST = 10_000  # bytes; 255 parts of 153 characters never come to that


class SmsChannel:
    """Reads the log of a gateway."""

    name = "sms"
    label = "SMS"
    icon = "phone"

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def peek(self, head: bytes) -> Peek:
        """When the gateway took it in."""
        found = _LINE.match(head)
        return Peek(_instant(found[1]) if found else None)

    def walk(self, path: Path) -> Iterator[Found]:
        """The lines of a log, or of every log of a folder."""
        return walk.lines(path)

    def read(self, raw: bytes) -> Sequence[Request]:
        """One request. Raises ChannelError: `empty`, `not_a_line`, `too_large`."""
        if not raw.strip():
            raise ChannelError("empty", "la ligne est vide")
        if len(raw) > _LONGEST:
            raise ChannelError("too_large", "ce n'est plus un SMS")
        found = _LINE.fullmatch(raw)
        at = _instant(found[1]) if found else None
        if found is None or at is None:
            raise ChannelError("not_a_line", "ce n'est pas une ligne du journal des SMS")
        text = wash(decode(found[3])[0].replace("\\n", "\n")).strip()
        number = e164(wash(decode(found[2])[0]))
        return [
            Request(
                sender=Sender(phone=number),
                subject=text.replace("\n", " ")[:80],
                text=text,
                sent_at=at,
                facts=(Fact("received", "gateway", at=at),),
                hints=tuple(_hints(number, text)),
            )
        ]


def _hints(number: str | None, text: str) -> Iterator[Hint]:
    if number:
        yield Hint("phone", number, f"Le SMS vient du {number}.")
    yield from text_hints(text)


def _instant(written: bytes) -> datetime | None:
    try:
        at = datetime.fromisoformat(written.decode("ascii"))
    except ValueError:
        return None
    return at if at.tzinfo else None
