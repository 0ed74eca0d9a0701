"""E-mail: one message as received, by any mailbox, pipe or file (RFC 5322, MIME)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from grc.channels import walk
from grc.channels.protocol import (
    Attachment,
    Automatic,
    Bounce,
    ChannelError,
    Fact,
    Found,
    Hint,
    Peek,
    Request,
    Sender,
)
from grc.parsing import leads, quotes, reports
from grc.parsing.addresses import parse_addresses
from grc.parsing.content import Content, read_content
from grc.parsing.dates import parse_date, received_date
from grc.parsing.headers import Headers, read_headers
from grc.parsing.limits import DEFAULT, LimitExceeded, Limits
from grc.parsing.mime import Part, parse

_PROOFS = ("from", "date", "received", "message-id", "return-path", "subject")
_TOKEN_HEADERS = (
    "to", "cc", "delivered-to", "x-original-to", "envelope-to", "references", "in-reply-to",
)  # fmt: skip
_HEAD = 65_536


class EmailChannel:
    """Reads messages. `limits` are those of `grc.parsing.limits`."""

    name = "email"
    label = "Courriel"

    def __init__(self, limits: Limits = DEFAULT) -> None:
        self._limits = limits

    def peek(self, head: bytes) -> Peek:
        """The reception date, else the date written by the sender."""
        try:
            headers, _ = read_headers(head[:_HEAD], 0, self._limits)
        except LimitExceeded:
            return Peek()
        return Peek(next((fact.at for fact in _facts(headers)), None))

    def walk(self, path: Path) -> Iterator[Found]:
        """Messages at a path: a file, an mbox, a Maildir, or a folder of any of these."""
        return walk.messages(path)

    def read(self, raw: bytes) -> Sequence[Request]:
        """One request. Raises ChannelError: `empty`, `not_a_message` or a limit's code."""
        if not raw.strip():
            raise ChannelError("empty", "l'élément est vide")
        try:
            root = parse(raw, self._limits)
        except LimitExceeded as error:
            raise ChannelError(error.code, error.detail) from error
        if not any(name in root.headers for name in _PROOFS):
            raise ChannelError("not_a_message", "aucun en-tête de courriel n'a été trouvé")
        return [self._request(root)]

    def _request(self, root: Part) -> Request:
        headers, content = root.headers, read_content(root, self._limits)
        folded = quotes.fold(content.text)
        sender = _sender(headers, content)
        automatic, bounce = self._automatic(root, content.text)
        recipients = parse_addresses(",".join(headers.all("to") + headers.all("cc")))
        reply_to = parse_addresses(headers.first("reply-to"))
        return Request(
            sender=sender,
            subject=headers.text("subject"),
            text=folded.own,
            quoted_text=folded.folded,
            html=content.html,
            recipients=tuple(dict.fromkeys(a.email for a in recipients if a.email)),
            reply_to=next((address.email for address in reply_to if address.email), None),
            message_id=next(iter(reports.message_ids(headers.first("message-id"))), None),
            references=_references(headers),
            sent_at=parse_date(headers.first("date")),
            automatic=automatic,
            bounce=bounce,
            attachments=tuple(Attachment(*file) for file in content.files),
            facts=tuple(_facts(headers)),
            hints=tuple(_hints(headers, f"{folded.own}\n{folded.signature}")),
            warnings=tuple(content.warnings),
        )

    def _automatic(self, root: Part, text: str) -> tuple[Automatic, Bounce | None]:
        failure = reports.delivery_failure(root, text, self._limits)
        if failure is not None:
            return Automatic.BOUNCE, Bounce(*failure)
        if reports.is_auto_reply(root):
            return Automatic.AUTO_REPLY, None
        return (Automatic.BULK if reports.is_bulk(root.headers) else Automatic.NO), None


def _sender(headers: Headers, content: Content) -> Sender:
    """The first usable address of `From`; `Sender` only speaks when `From` is absent."""
    written = headers.all("from") or headers.all("sender")
    addresses = parse_addresses(",".join(written))
    usable = [address for address in addresses if address.email]
    if not usable:
        content.warn("Aucune adresse d'expéditeur utilisable.")
    elif len(addresses) > 1:
        content.warn("Plusieurs expéditeurs : le premier utilisable est retenu.")
    chosen = next(iter(usable or addresses), None)
    return Sender(*chosen) if chosen else Sender()


def _references(headers: Headers) -> tuple[str, ...]:
    """`References`, then what `In-Reply-To` adds; the nearest is last."""
    found = reports.message_ids(" ".join(headers.all("references") + headers.all("in-reply-to")))
    return tuple(dict.fromkeys(found))


def _facts(headers: Headers) -> Iterator[Fact]:
    """When it arrived, as our server stamped it or else as the sender says, and when sent."""
    arrived = next(filter(None, map(received_date, headers.all("received"))), None)
    sent = parse_date(headers.first("date"))
    if arrived:
        yield Fact("received", "received_header", at=arrived)
    elif sent:
        yield Fact("received", "date_header", at=sent)
    if sent:
        yield Fact("sent", "date_header", at=sent)


def _hints(headers: Headers, text: str) -> Iterator[Hint]:
    for token in leads.tokens(value for name in _TOKEN_HEADERS for value in headers.all(name)):
        yield Hint("our_token", token, "Répond à l'un de nos messages.")
    subject = leads.references(headers.text("subject"))
    for value in subject:
        yield Hint("reference", value, f"La référence {value} est citée dans l'objet.")
    for value in leads.references(text):
        if value not in subject:
            yield Hint("reference", value, f"La référence {value} est citée dans le message.")
    for value in leads.phones(text):
        yield Hint("phone", value, f"Le numéro {value} est écrit dans le message.")
    for value in leads.postcodes(text):
        yield Hint("postcode", value, f"Le code postal {value} est écrit dans le message.")
