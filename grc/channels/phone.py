"""Telephone: a call as the agent who answered it has noted it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from grc.channels import forms, protocol, walk
from grc.channels.fields import Field, Kind
from grc.channels.hints import text_hints
from grc.channels.protocol import Fact, Hint, Request, Sender
from grc.parsing.limits import DEFAULT, Limits
from grc.parsing.words import N_


class PhoneChannel:
    """Reads notes of calls."""

    name = "phone"
    label = N_("Appel")
    icon = "phone"
    act = N_("Noter un appel")
    key = "a"
    fields = (
        Field("name", N_("Nom de la personne qui appelle"), longest=200),
        Field("number", N_("Son numéro"), Kind.PHONE),
        Field(
            "for_whom",
            N_("Pour qui appelle-t-elle ?"),
            help=N_("À remplir quand ce n’est pas pour elle-même."),
            longest=200,
        ),
        Field(
            "commune",
            N_("Commune"),
            Kind.COMMUNE,
            help=N_("Celle de la personne concernée, si elle est du département."),
        ),
        Field("subject", N_("Objet de la demande"), required=True),
        Field("text", N_("Ce qui est demandé"), Kind.LINES, required=True),
        Field(
            "request_type",
            N_("Nature de demande"),
            Kind.CHOICE,
            known="request_types",
            help=N_("Dans le doute, laissez vide : elle sera proposée d’après le texte."),
        ),
    )

    def __init__(self, limits: Limits = DEFAULT) -> None:
        self._limits = limits

    def peek(self, head: bytes) -> protocol.Peek:
        """The moment of the call."""
        return forms.peek(head)

    def walk(self, path: Path) -> Iterator[protocol.Found]:
        """Notes kept as files."""
        return walk.files(path)

    def read(self, raw: bytes) -> Sequence[Request]:
        """One request. Raises ChannelError: the reasons of `forms.read`."""
        filled = forms.read(raw, self.fields, self._limits)
        return [
            Request(
                sender=Sender(filled.text("name") or None, phone=filled.text("number") or None),
                subject=filled.text("subject"),
                text=_text(filled),
                sent_at=filled.at,
                facts=(Fact("received", "call", at=filled.at),),
                hints=tuple(_hints(filled)),
            )
        ]


def _text(filled: forms.Filled) -> str:
    """What was asked; on whose behalf comes first, since it changes what may be said."""
    asked, for_whom = filled.text("text"), filled.text("for_whom")
    return f"Appelle pour : {for_whom}\n\n{asked}" if for_whom else asked


def _hints(filled: forms.Filled) -> Iterator[Hint]:
    if number := filled.text("number"):
        yield Hint("phone", number, f"La personne appelle du {number}.")
    if commune := filled.text("commune"):
        yield Hint("commune", commune, "La commune est notée pendant l'appel.")
    if request_type := filled.text("request_type"):
        yield Hint("request_type", request_type, "La nature est notée pendant l'appel.")
    yield from text_hints(filled.text("subject"), "dans l'objet")
    yield from text_hints(filled.text("text"), "dans la note de l'appel")
