"""Unopened mail: what the mail room hands over as it came, under its seal. Pure."""

from collections.abc import Sequence
from datetime import date

from grc.channels import forms
from grc.channels.bases import Forms
from grc.channels.fields import Field, Kind, Problem, Values
from grc.channels.protocol import ChannelError, Request, Sender, Unopened
from grc.parsing.words import N_

MEDICAL = "medical"
KINDS = (
    ("personal", N_("Personnel")),
    (MEDICAL, N_("Secret médical")),
    ("cabinet", N_("Cabinet")),
    ("tenders", N_("Réponse à un marché")),
)
NO_SENDER = N_("D’un pli couvert par le secret médical, l’expéditeur n’est pas noté.")


def problems(values: Values) -> dict[str, Problem]:
    """What is wrong with answers that are right one by one."""
    told = values.get("kind") == MEDICAL and bool(values.get("sender"))
    return {"sender": (NO_SENDER, {})} if told else {}


class UnopenedChannel(Forms):
    """Reads what was noted of an envelope that nobody has opened."""

    name = "unopened"
    label = N_("Pli non ouvert")
    icon = "letter"
    act = N_("Remettre sans ouvrir")
    key = ""
    mail_room = True  # typed there, and nowhere else
    fields = (
        Field("kind", N_("Pli"), Kind.CHOICE, required=True, choices=KINDS),
        Field(
            "destination",
            N_("Remis à"),
            required=True,
            help=N_("Un service, une personne, un bureau."),
            longest=120,
        ),
        Field(
            "sender",
            N_("Expéditeur"),
            help=N_("S’il est écrit sur l’enveloppe ; jamais pour un pli médical."),
            longest=200,
        ),
        Field("registered", N_("N° de recommandé"), Kind.REGISTERED),
        Field("arrived", N_("Arrivé le"), Kind.DATE),
    )

    def read(self, raw: bytes) -> Sequence[Request]:
        """One envelope. Raises ChannelError: the reasons of `forms.read`, `sender_told`."""
        filled = forms.read(raw, self.fields, self._limits)
        if problems(filled.values):
            raise ChannelError("sender_told", NO_SENDER)
        told, arrived = filled.text, filled.text("arrived")
        envelope = Unopened(
            kind=told("kind"),
            destination=told("destination"),
            sender=told("sender"),
            registered=told("registered"),
            arrived=date.fromisoformat(arrived) if arrived else None,
        )
        return [Request(Sender(), sent_at=filled.at, unopened=envelope)]
