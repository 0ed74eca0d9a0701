"""E-mail: one message as received, by any mailbox, pipe or file (RFC 5322, MIME)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from grc.channels import protocol, walk
from grc.channels.hints import text_hints
from grc.channels.protocol import Automatic, ChannelError, Fact, Hint, Request
from grc.parsing import leads, quotes, reports
from grc.parsing.addresses import emails, parse_addresses
from grc.parsing.content import Content, read_content
from grc.parsing.dates import parse_date, received_date
from grc.parsing.headers import Headers, read_headers
from grc.parsing.limits import DEFAULT, LimitExceeded, Limits
from grc.parsing.mime import Part, parse
from grc.parsing.words import N_

_PROOFS = ("from", "date", "received", "message-id", "return-path", "subject")
_TO_US = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
_THREAD = ("references", "in-reply-to")


class EmailChannel:
    """Reads messages. `limits` are those of `grc.parsing.limits`."""

    name = "email"
    label = N_("Courriel")
    icon = "mail"

    def __init__(self, limits: Limits = DEFAULT) -> None:
        self._limits = limits

    def peek(self, head: bytes) -> protocol.Peek:
        """The reception date, else the date written by the sender."""
        try:
            headers, _ = read_headers(head[:65_536], 0, self._limits)
        except LimitExceeded:
            return protocol.Peek()
        return protocol.Peek(next((fact.at for fact in _facts(headers)), None))

    def walk(self, path: Path) -> Iterator[protocol.Found]:
        """Messages at a path: a file, an mbox, a Maildir, or a folder of any of these."""
        return walk.messages(path)

    def read(self, raw: bytes) -> Sequence[Request]:
        """One request. Raises ChannelError: `empty`, `not_a_message` or a limit's code."""
        if not raw.strip():
            raise ChannelError("empty", N_("l'élément est vide"))
        try:
            root = parse(raw, self._limits)
            if not any(name in root.headers for name in _PROOFS):
                raise ChannelError("not_a_message", N_("aucun en-tête de courriel n'a été trouvé"))
            return [self._request(root)]
        except LimitExceeded as error:
            raise ChannelError(error.code, error.detail, params=error.params) from error

    def _request(self, root: Part) -> Request:
        headers, content = root.headers, read_content(root, self._limits)
        folded = quotes.fold(content.text)
        automatic, bounce = _automatic(root, content.text, self._limits)
        return Request(
            sender=_sender(headers, content),
            subject=headers.text("subject"),
            text=folded.own,
            quoted_text=folded.folded,
            html=content.html,
            recipients=emails(headers.every("to", "cc")),
            reply_to=next(iter(emails(headers.every("reply-to"))), None),
            message_id=next(iter(reports.message_ids(headers.every("message-id"))), None),
            references=reports.message_ids(headers.every(*_THREAD)),
            sent_at=parse_date(headers.first("date")),
            automatic=automatic,
            bounce=bounce,
            attachments=tuple(protocol.Attachment(*file) for file in content.files),
            facts=tuple(_facts(headers)),
            hints=tuple(_hints(headers, f"{folded.own}\n{folded.signature}")),
            warnings=tuple(content.warnings),
        )


def _automatic(root: Part, text: str, limits: Limits) -> tuple[Automatic, protocol.Bounce | None]:
    if failure := reports.delivery_failure(root, text, limits):
        return Automatic.BOUNCE, protocol.Bounce(*failure)
    if reports.is_auto_reply(root):
        return Automatic.AUTO_REPLY, None
    return (Automatic.BULK if reports.is_bulk(root.headers) else Automatic.NO), None


def _sender(headers: Headers, content: Content) -> protocol.Sender:
    """The first usable address of `From`; `Sender` only speaks when `From` is absent."""
    written = headers.every("from") or headers.every("sender")
    addresses = parse_addresses(",".join(written))
    usable = [address for address in addresses if address.email]
    if not usable:
        content.warn(N_("Aucune adresse d'expéditeur utilisable."))
    elif len(addresses) > 1:
        content.warn(N_("Plusieurs expéditeurs : le premier utilisable est retenu."))
    name, email = next(iter(usable or addresses), (None, None))
    if email and "@" in (name or email) and email not in (name or email).lower():
        content.warn(N_("Le nom de l'expéditeur montre une autre adresse que la sienne."))
    return protocol.Sender(name, email)


def _facts(headers: Headers) -> Iterator[Fact]:
    """When it arrived, as our server stamped it or else as the sender says, and when sent."""
    arrived = next(filter(None, map(received_date, headers.every("received"))), None)
    sent = parse_date(headers.first("date"))
    if arrived:
        yield Fact("received", "received_header", at=arrived)
    elif sent:
        yield Fact("received", "date_header", at=sent)
    if sent:
        yield Fact("sent", "date_header", at=sent)


def _hints(headers: Headers, text: str) -> Iterator[Hint]:
    for value in leads.tokens(headers.every(*_TO_US, *_THREAD)):
        yield Hint("our_token", value, "Répond à l'un de nos messages.")
    yield from text_hints(headers.text("subject"), "dans l'objet")
    yield from text_hints(text)
