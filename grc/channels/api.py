"""Requests that other programs post to `/api/v1/requests`."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from grc.channels import opening, protocol, walk
from grc.channels.hints import text_hints
from grc.channels.past import Key, Person
from grc.channels.posted import (
    PostedFile,
    PostedParty,
    PostedRequest,
    Refused,
    Writer,
    credible,
    credible_birth,
    parse,
)
from grc.channels.protocol import Attachment, ChannelError, Fact, Hint, Peek, Request, Sender
from grc.parsing.charset import wash, wash_line, wash_name
from grc.parsing.filetype import sniff
from grc.parsing.limits import DEFAULT, Limits
from grc.parsing.phones import e164
from grc.parsing.words import N_


class ApiChannel:
    """Reads the JSON of one request, see `grc.channels.posted`."""

    name = "api"
    label = N_("Programme (API)")
    icon = "form"

    def __init__(self, limits: Limits = DEFAULT) -> None:
        self._limits = limits

    def peek(self, head: bytes) -> Peek:  # noqa: ARG002 - it is understood as it comes
        """Nothing: names may come in any order."""
        return Peek()

    def walk(self, path: Path) -> Iterator[protocol.Found]:
        """Requests kept as files."""
        return walk.files(path)

    def read(self, raw: bytes) -> Sequence[Request]:
        """One request. Raises ChannelError: `empty`, `too_large`, `not_a_request`."""
        opening.demand(raw, self._limits)
        try:
            return [_request(parse(raw))]
        except Refused as error:
            field = error.problems[0].field
            text = N_("ce n'est pas une demande d'un programme (champ « %(field)s »)")
            raise ChannelError("not_a_request", text, params={"field": field}) from error


def _request(posted: PostedRequest) -> Request:
    writer, dated = posted.writer, credible(posted.sent_at)
    number = e164(writer.phone) if writer.phone else None
    return Request(
        sender=Sender(_name(writer.name), writer.email and writer.email.lower(), number),
        subject=wash_line(posted.subject),
        text=_text(posted),
        sent_at=posted.sent_at if dated else None,
        attachments=tuple(map(_attachment, posted.files)),
        facts=(Fact("received", "api", at=posted.sent_at),) if dated else (),
        hints=tuple(_hints(posted)),
        people=_people(posted),
        warnings=tuple(_warnings(posted, dated)),
    )


def _people(posted: PostedRequest) -> tuple[Person, ...]:
    """The writer, then whom it concerns besides; nobody when nothing more is told of anybody."""
    writer = _person("applicant", posted.writer, posted)
    others = tuple(_person(one.role, one, posted) for one in posted.parties)
    return (writer, *others) if others or writer.is_described else ()


def _person(role: str, told: Writer | PostedParty, posted: PostedRequest) -> Person:
    born = told.birth_date
    numbers = ((one.kind, wash_line(one.value)) for one in told.external_numbers)
    return Person(
        role,
        name=_name(told.name),
        email=told.email and told.email.lower(),
        phone=e164(told.phone) if told.phone else None,
        birth_date=born if born and credible_birth(born, posted.sent_at) else None,
        birth_name=_name(told.birth_name),
        keys=tuple(Key(kind, value) for kind, value in numbers if value),
    )


def _name(typed: str | None) -> str | None:
    return wash_name(typed or "") or None


def _text(posted: PostedRequest) -> str:
    """What was asked; on whose behalf comes first, since it changes what may be said."""
    asked, for_whom = wash(posted.text).strip(), _name(posted.for_whom)
    return f"Demande pour : {for_whom}\n\n{asked}" if for_whom else asked


def _attachment(file: PostedFile) -> Attachment:
    data = file.decoded()
    name = re.sub(r"[/\\]", "_", wash_name(file.filename))
    return Attachment(name[-255:] or "fichier", sniff(data), data)


def _hints(posted: PostedRequest) -> Iterator[Hint]:
    if posted.commune:
        yield Hint("commune", posted.commune, "La commune est donnée avec la demande.")
    if posted.request_type:
        kind = wash_line(posted.request_type)
        yield Hint("request_type", kind, "La nature est donnée avec la demande.")
    yield from text_hints(wash_line(posted.subject), "dans l'objet")
    yield from text_hints(wash(posted.text))


def _warnings(posted: PostedRequest, dated: bool) -> Iterator[str]:
    for told in (posted.writer, *posted.parties):
        if told.phone and e164(told.phone) is None:
            yield f"Le numéro de téléphone donné n'est pas complet : {told.phone}"
        if told.birth_date and not credible_birth(told.birth_date, posted.sent_at):
            yield f"La date de naissance donnée n'est pas croyable : {told.birth_date:%d/%m/%Y}"
    if not dated:
        yield "La date d'envoi donnée n'est pas croyable : la date d'arrivée compte."
