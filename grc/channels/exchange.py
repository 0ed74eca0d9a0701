"""What a telephone exchange tells of a call, as JSON. Pure.

`docs/telephone.md` describes it for whoever connects an exchange. A call rings, is answered,
ends; only `answered` and `ended` are kept: what rings either is answered or ends.
"""

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from grc.channels import opening
from grc.channels.posted import Refused, refused
from grc.channels.protocol import Call, ChannelError, Fact, Request, Sender
from grc.parsing.charset import wash, wash_line
from grc.parsing.limits import DEFAULT, Limits
from grc.parsing.phones import e164
from grc.parsing.words import N_

LARGEST = 16_384  # bytes
UNNAMED = "exchange"  # the source of a call whose line is not told
_SHORTEST = 8  # figures of a number that somebody outside has


_PLAIN = r"^[^\x00-\x1f\x7f]*$"  # a name is kept in an index: no control characters
_Name = Annotated[str, StringConstraints(max_length=100, min_length=1, pattern=_PLAIN)]
_Extension = Annotated[str, StringConstraints(max_length=20), AfterValidator(wash_line)]
_Line = Annotated[str, StringConstraints(max_length=80)]


class PhoneEvent(BaseModel):
    """One moment of one call. What else the exchange says is kept with the bytes, unread."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    event: Literal["ringing", "answered", "ended"]
    call: _Name  # the same for every moment of a call
    at: AwareDatetime
    number: Annotated[str, StringConstraints(max_length=40, pattern=_PLAIN)] = ""
    extension: _Extension = ""
    line: _Line = ""
    queue: _Line = ""
    duration: int | None = Field(default=None, ge=0, le=604_800)  # seconds
    answered: bool = False

    @property
    def source(self) -> str:
        """Where the call came in."""
        return wash(self.line or self.queue) or UNNAMED

    @property
    def was_answered(self) -> bool:
        """True when this moment says that somebody answered."""
        return self.event == "answered" or (self.event == "ended" and self.answered)

    @property
    def locator(self) -> str:
        """The name of this moment in the ledger: told twice, it is the same."""
        return f"{self.event}:{self.call}:{self.number}"


def parse(raw: bytes) -> PhoneEvent:
    """The event in these bytes. Raises Refused with the fields that are not right."""
    try:
        return PhoneEvent.model_validate_json(raw)
    except ValidationError as error:
        raise refused(error) from error


def is_event(raw: bytes) -> bool:
    """True for what an exchange sends, told from the forms agents fill in by its first names."""
    head = raw[:LARGEST].lstrip()
    named = b'"event"' in head and b'"values"' not in head
    return len(raw) <= LARGEST and head.startswith(b"{") and named


def read(raw: bytes, limits: Limits = DEFAULT) -> Request:
    """The call an event tells of. Raises ChannelError: `empty`, `too_large`, `not_an_event`."""
    opening.demand(raw, limits)
    try:
        event = parse(raw)
    except Refused as error:
        text = N_("ce n'est pas un évènement d'un autocommutateur")
        raise ChannelError("not_an_event", text) from error
    call = Call(
        call=wash(event.call),
        number=outside(event.number),
        at=event.at,
        line=event.source,
        answered=event.was_answered,
        is_over=event.event == "ended",
        seconds=event.duration,
        incoming=not is_internal(event.number),
    )
    return request_of(call, "exchange")


def request_of(call: Call, told_by: str) -> Request:
    """A call as what every adapter gives."""
    fact = Fact("received", told_by, at=call.at)
    return Request(Sender(phone=call.number or None), sent_at=call.at, facts=(fact,), call=call)


def outside(number: str) -> str:
    """A number as E.164; empty when it is hidden, or one of ours."""
    return (e164(number) or "") if len(_figures(number)) >= _SHORTEST else ""


def is_internal(number: str) -> bool:
    """True for a number of the house."""
    return 0 < len(_figures(number)) < _SHORTEST


def _figures(number: str) -> str:
    return "".join(one for one in number if one.isascii() and one.isdigit())
