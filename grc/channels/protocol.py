"""What an adapter promises: bytes in, normalised requests out.

An adapter is one small file. It imports `grc.channels` and `grc.parsing`, nothing else of
ours, knows neither Flask nor the database, and never talks to the network while reading.
The intake ledger has kept the bytes before `read` is ever called. It is found by an entry
point of the group `grc.channels`: a callable that takes `grc.parsing.limits.Limits` and
returns a `Channel`, whose name is the entry point's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from grc.channels.fields import Field
from grc.channels.past import Past, Person


class ChannelError(Exception):
    """An item that cannot be understood.

    `reason` is a stable code: `empty`, `not_a_message`, those of `grc.parsing.limits`
    (`too_large`, `header_too_large`, `too_many_headers`, `too_many_parts`, `too_deep`) and of
    the reader process (`parser_timeout`, `parser_memory`, `parser_crash`), or an adapter's own;
    `detail` says in plain French what is wrong, where named `params` may remain to be filled
    in; `permanent` is False when trying again later may help.
    """

    def __init__(
        self,
        reason: str,
        detail: str,
        *,
        permanent: bool = True,
        params: Mapping[str, float | str] | None = None,
    ) -> None:
        super().__init__(f"{reason}: {detail % params if params else detail}")
        self.reason = reason
        self.detail = detail
        self.permanent = permanent
        self.params = dict(params or {})


class Automatic(StrEnum):
    """Who wrote: a person, or a machine nobody must answer automatically."""

    NO = "no"
    AUTO_REPLY = "auto_reply"  # out of office, robot answer (RFC 3834)
    BULK = "bulk"  # mailing list, newsletter
    BOUNCE = "bounce"  # delivery status notification (RFC 3464)


@dataclass(frozen=True)
class Sender:
    """Who wrote, as the item says it; every field may be missing. `role`: of the party.

    `met`: an agent has looked for this person before she noted it, and found nobody: a name is
    then enough to be known again.
    """

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    role: str = "applicant"
    met: bool = False


@dataclass(frozen=True)
class Attachment:
    """A file that came with the request. `filename` is data, never a path."""

    filename: str
    content_type: str  # sniffed from the bytes, not what the sender claims
    data: bytes
    content_id: str | None = None
    inline: bool = False


@dataclass(frozen=True)
class Fact:
    """A dated event a clock is computed from: `received`, `document_date`, `postmark`..."""

    kind: str
    source: str  # where the date was read: "received_header", "date_header", "typed"...
    at: datetime | None = None  # aware
    on: date | None = None


@dataclass(frozen=True)
class Hint:
    """A lead for intake: kind is `reference`, `cited` (a reference that may link, not join),
    `commune`, `postcode`, `phone`, `citizen`, `request_type`, `unit`, `medical` (only a medical
    unit opens it), `call_back`, `reads_page` (no e-mail is to be sent), or what we have
    signed: `our_token`, `our_secret`, `our_citizen`, `our_interview` (then `right`, `birth`,
    `care_of`); `why` is one French sentence an agent can read."""

    kind: str
    value: str
    why: str


@dataclass(frozen=True)
class Bounce:
    """What a delivery status notification says about one of our messages."""

    message_id: str | None
    recipient: str | None
    status: str | None  # RFC 3463, e.g. "5.1.1"
    permanent: bool
    diagnostic: str


@dataclass(frozen=True)
class Call:
    """A telephone call as an exchange, or its log, tells it: nobody has written anything."""

    call: str  # its name in the exchange
    number: str  # of the caller, E.164; empty when hidden
    at: datetime  # aware
    line: str  # where it came in
    answered: bool  # by a person
    is_over: bool = True
    seconds: int | None = None
    incoming: bool = True  # False: ours called, or called each other


@dataclass(frozen=True)
class Unopened:
    """An envelope that is handed over as it came: nobody has read what is inside."""

    kind: str
    destination: str  # the code of a unit, else the name of a person or an office
    sender: str = ""
    registered: str = ""  # its number, see `parsing.registered`
    arrived: date | None = None  # when it is not the day it was noted


@dataclass(frozen=True)
class Request:
    """One normalised request. Text is washed: no NUL, no lone surrogate, LF line ends."""

    sender: Sender
    subject: str = ""
    text: str = ""  # what the person wrote, without quoted history
    quoted_text: str = ""  # quoted history and signature: folded on screen, never deleted
    html: str | None = None  # sanitised; remote content already removed
    recipients: tuple[str, ...] = ()  # bare addresses of To and Cc, lower case
    reply_to: str | None = None
    message_id: str | None = None  # without angle brackets
    references: tuple[str, ...] = ()  # nearest last, without angle brackets
    sent_at: datetime | None = None  # aware
    automatic: Automatic = Automatic.NO
    bounce: Bounce | None = None
    attachments: tuple[Attachment, ...] = ()
    facts: tuple[Fact, ...] = ()
    hints: tuple[Hint, ...] = ()
    warnings: tuple[str, ...] = ()  # what parsing had to repair, in French
    identity: str | None = None  # equal for the same request by any road; None: not told
    people: tuple[Person, ...] = ()  # who it concerns, the correspondent first
    past: Past | None = None  # where it stood in another system
    concerned: Person | None = None  # for whom the sender asks, when it is not for herself
    call: Call | None = None  # that somebody called, and nothing more
    unopened: Unopened | None = None  # that an envelope came, and nothing more
    doubtful: bool = False  # a machine read the words: they propose, they settle nothing


@dataclass(frozen=True)
class Peek:
    """What the first bytes tell cheaply, to understand a backlog in date order."""

    dated_at: datetime | None = None


@dataclass(frozen=True)
class Found:
    """One item found at a PATH; `open` streams its exact bytes."""

    locator: str  # stable name of the item inside its source
    size: int
    _path: Path = field(repr=False)
    _offset: int = field(default=0, repr=False)

    @property
    def path(self) -> Path:
        """The file that holds the item, which may hold others too."""
        return self._path

    def open(self) -> BinaryIO:
        """A binary stream positioned at the first byte; the caller reads `size` bytes."""
        stream = self._path.open("rb")
        stream.seek(self._offset)
        return stream


class Unreadable(Exception):
    """A path that cannot be walked: unknown, no permission, a loop. `path` names it, `why`
    says it in French; `others` counts those found besides."""

    def __init__(self, path: Path, why: str, others: int = 0) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why
        self.others = others


class Channel(Protocol):
    """The contract. `grc.channels.testing.check_channel` tries it on samples.

    An adapter may also declare what `Typed` has: agents then get a form.
    """

    name: str  # stored in the ledger, never changed: "email"
    label: str  # French, shown on screens: "Courriel"
    icon: str  # a symbol of static/icons.svg: mail, phone, visit, letter, form

    def peek(self, head: bytes) -> Peek:
        """Read at most the first 64 kB; never raises."""
        ...

    def read(self, raw: bytes) -> Sequence[Request]:
        """Understand one item; pure and deterministic. Raises ChannelError."""
        ...

    def walk(self, path: Path) -> Iterator[Found]:
        """The items at a path given to `grc import`, in a stable order. Raises Unreadable."""
        ...


class Typed(Channel, Protocol):
    """A channel whose items agents may also type: the core draws the form and keeps what was
    sent as `grc.channels.forms` writes it, which `read` reads."""

    fields: tuple[Field, ...]
    act: str  # what the form is called, in French: "Noter un appel"
    key: str  # the letter that opens it, "" for none; one that is taken is not given


class LookedUp(Typed, Protocol):
    """A channel where a person stands before the agent, or at the other end of a line: she is
    looked up first, then something is noted or not.

    `fields` has two that nobody is asked, `case` and `citizen`: what was chosen, signed.
    """

    again: tuple[str, ...]  # the fields asked of a further contact about an open case
    who: str  # the question of the look-up box, in French: "Qui appelle, ou pour qui ?"
    on_site: bool  # people come to a site: what is counted there is counted for it


def typed(channel: Channel) -> Typed | None:
    """The channel itself when it declares fields."""
    return cast("Typed", channel) if getattr(channel, "fields", ()) else None


def looked_up(channel: Channel) -> LookedUp | None:
    """The channel itself when people are looked up in it first."""
    return cast("LookedUp", channel) if getattr(channel, "again", ()) else None
