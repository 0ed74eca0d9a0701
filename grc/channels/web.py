"""Requests that citizens send from the public pages.

The bytes are a filled form (`grc.channels.forms`). What one type of request asks besides is
kept as text, question and answer, so that an item can be read years later, when the catalogue
asks something else. What agents type has `fields` of an adapter; this one has a page of its
own, open to everybody, so its fields are `FIELDS`. An address typed here proves nothing: a
reference in the text is *cited*, which links two requests and never joins them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from grc.channels import forms
from grc.channels.bases import Forms
from grc.channels.fields import Field, Kind
from grc.channels.hints import noted, text_hints
from grc.channels.protocol import Fact, Hint, Request, Sender
from grc.parsing.words import N_

MOST_FILES = 10
ON_PAGE = "La personne préfère lire la réponse sur la page de suivi."
_MIB = 1 << 20

TEXT = Field("text", N_("Votre demande"), Kind.LINES, required=True)
FILES = Field(
    "files",
    N_("Documents"),
    Kind.FILE,
    repeated=True,
    help=N_("Photos ou PDF, 10 Mo au plus chacun, 25 Mo en tout."),
)
WHO = (
    Field("name", N_("Votre nom et votre prénom"), required=True, longest=200),
    Field(
        "for_whom",
        N_("Pour qui faites-vous cette demande ?"),
        help=N_(
            "À remplir quand ce n’est pas pour vous-même : son nom, et qui vous êtes pour elle."
        ),
        longest=200,
    ),
    Field(
        "email",
        N_("Votre adresse électronique"),
        Kind.EMAIL,
        help=N_("Pour recevoir la réponse. N’en donnez pas si quelqu’un d’autre lit vos messages."),
    ),
    Field(
        "on_page",
        N_("Je préfère lire la réponse sur la page de suivi, pas par courriel"),
        Kind.YES_NO,
        help=N_("Avec la référence et le code secret de votre reçu. Aucun courriel ne part."),
    ),
    Field("phone", N_("Votre numéro de téléphone"), Kind.PHONE),
    Field(
        "commune",
        N_("Votre commune"),
        Kind.COMMUNE,
        help=N_("Son nom ou son code postal, si elle est dans le département."),
    ),
)
FIELDS = (
    *(replace(one, required=False) for one in WHO),  # an addition need not say who again
    TEXT,
    Field("subject", N_("Objet")),
    Field("request_type", N_("Nature de demande"), longest=64),
    Field("answers", N_("Autres réponses"), Kind.LINES, repeated=True),
    FILES,
    Field("case", N_("Demande complétée"), longest=100),  # signed: who wrote it held its secret
)


class WebChannel(Forms):
    """Reads forms sent from the public pages."""

    name = "web"
    label = N_("Formulaire")
    icon = "form"
    follow_up = True  # its requests have a page where the citizen follows them

    def read(self, raw: bytes) -> Sequence[Request]:
        """One request. Raises ChannelError: the reasons of `forms.read`."""
        filled = forms.read(raw, FIELDS, self._limits)
        sender = Sender(
            filled.text("name") or None,
            email=filled.text("email") or None,
            phone=filled.text("phone") or None,
        )
        return [
            Request(
                sender=sender,
                subject=filled.text("subject"),
                text=_text(filled),
                sent_at=filled.at,
                attachments=filled.files("files"),
                facts=(Fact("received", "web_form", at=filled.at),),
                hints=tuple(_hints(filled)),
            )
        ]


def _text(filled: forms.Filled) -> str:
    """What was asked; on whose behalf comes first, since it changes what may be said."""
    for_whom = filled.text("for_whom")
    parts = (
        f"Demande faite pour : {for_whom}" if for_whom else "",
        filled.text("text"),
        filled.text("answers"),
    )
    return "\n\n".join(part for part in parts if part)


def _hints(filled: forms.Filled) -> Iterator[Hint]:
    phone, told = filled.text("phone"), filled.text
    yield from noted(
        ("our_secret", told("case"), "Envoyé depuis la page de suivi de la demande."),
        ("reads_page", "yes" if filled.yes("on_page") else "", ON_PAGE),
        ("phone", phone, f"La personne donne le numéro {phone}."),
        ("commune", told("commune"), "La commune est donnée dans le formulaire."),
        (
            "request_type",
            told("request_type"),
            "C'est le formulaire de cette nature de demande.",
        ),
    )
    for hint in text_hints(filled.text("text"), "dans le formulaire"):
        yield replace(hint, kind="cited") if hint.kind == "reference" else hint
