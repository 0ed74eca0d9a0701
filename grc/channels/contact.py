"""What a call and a visit have in common: a person speaks, an agent notes."""

from collections.abc import Iterator, Sequence

from grc.channels import forms
from grc.channels.bases import Forms
from grc.channels.fields import Field, Kind
from grc.channels.hints import noted, text_hints
from grc.channels.past import Person
from grc.channels.protocol import Fact, Hint, Request, Sender
from grc.parsing.words import N_

CAPACITIES = (
    ("applicant", N_("Un proche")),
    ("representative", N_("Son représentant (tuteur, parent, mandataire)")),
    ("professional", N_("Un professionnel ou un partenaire")),
    ("elected", N_("Un élu ou une autorité")),
)
UNVERIFIED = ("no", N_("Non : ne rien dire d’une demande, pas même qu’elle existe"))
BY_DOCUMENT = ("document", N_("Par une pièce : tout ce qui concerne cette personne"))
ASKED = (
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
    Field("call_back", N_("Rappeler cette personne"), Kind.YES_NO),
    Field("case", N_("Demande en cours"), asked=False),
    Field("citizen", N_("Personne reconnue"), asked=False),
)
_IDENTITY = {
    "questions": "Identité vérifiée par des questions.",
    "document": "Identité vérifiée par une pièce.",
}


class Contact(Forms):
    """Reads notes of conversations. An adapter adds who is asked what, and in which words."""

    fields: tuple[Field, ...]
    again = ("text", "name", "number", "identity", "call_back")
    received: str  # how the request came: the source of its date
    speaks_for: str  # "Appelle pour"
    calls_from: str  # why a number is hers, with its %s
    moment: str  # "pendant l'appel"
    note: str  # "dans la note de l'appel"

    def read(self, raw: bytes) -> Sequence[Request]:
        """One request. Raises ChannelError: the reasons of `forms.read`."""
        filled = forms.read(raw, self.fields, self._limits)
        return [
            Request(
                sender=_sender(filled),
                subject=filled.text("subject"),
                text=self._text(filled),
                sent_at=filled.at,
                facts=(Fact("received", self.received, at=filled.at),),
                hints=tuple(self._hints(filled)),
                concerned=_concerned(filled),
                attachments=filled.files("files"),
            )
        ]

    def _text(self, filled: forms.Filled) -> str:
        """What was asked; on whose behalf, and how sure the agent was of it, come first, since
        they change what may be said."""
        for_whom = filled.text("for_whom")
        behalf = f"{self.speaks_for} : {for_whom}" if for_whom else ""
        care_of = filled.text("care_of")
        domiciled = f"Domiciliation : {care_of}" if care_of else ""
        first = [behalf, _IDENTITY.get(filled.text("identity"), ""), domiciled]
        return "\n".join([*filter(None, first), *([""] * any(first)), filled.text("text")])

    def _hints(self, filled: forms.Filled) -> Iterator[Hint]:
        number, told = filled.text("number"), filled.text
        yield from noted(
            ("phone", number, self.calls_from % number),
            ("commune", told("commune"), f"La commune est notée {self.moment}."),
            ("our_secret", told("case"), "L'agent qui a répondu a désigné cette demande."),
            ("our_citizen", told("citizen"), "L'agent qui a répondu a reconnu cette personne."),
            ("request_type", told("request_type"), f"La nature est notée {self.moment}."),
        )
        yield from noted(
            ("our_interview", told("interview"), "C'est la note d'un entretien."),
            ("birth", told("birth"), "La date de naissance est notée pendant l'entretien."),
            ("care_of", told("care_of"), "La domiciliation est notée pendant l'entretien."),
        )
        for line in filled.all("rights"):
            yield Hint("right", line, "Où en est un droit, noté pendant l'entretien.")
        if filled.yes("call_back"):
            yield Hint("call_back", number, "La personne attend qu'on la rappelle.")
        yield from text_hints(filled.text("subject"), "dans l'objet")
        yield from text_hints(filled.text("text"), self.note)


def _sender(filled: forms.Filled) -> Sender:
    """Who speaks; a capacity is that of somebody who speaks for another."""
    role = filled.text("capacity") if filled.text("for_whom") else ""
    name, number = filled.text("name"), filled.text("number")
    return Sender(name or None, phone=number or None, role=role or "applicant", met=True)


def _concerned(filled: forms.Filled) -> Person | None:
    """For whom she speaks, when it is for somebody else."""
    for_whom = filled.text("for_whom")
    return Person("beneficiary", for_whom) if for_whom else None
