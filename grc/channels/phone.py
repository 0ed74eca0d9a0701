"""Telephone: a call as the agent who answered it has noted it, or as the exchange tells it."""

from collections.abc import Sequence

from grc.channels import exchange
from grc.channels.contact import ASKED, BY_DOCUMENT, CAPACITIES, UNVERIFIED, Contact
from grc.channels.fields import Field, Kind
from grc.channels.protocol import Request
from grc.parsing.words import N_


class PhoneChannel(Contact):
    """Reads notes of calls, and events of an exchange."""

    name = "phone"
    label = N_("Appel")
    icon = "phone"
    act = N_("Noter un appel")
    key = "a"
    who = N_("Qui appelle, ou pour qui ?")
    on_site = False
    received = "call"
    speaks_for = "Appelle pour"
    calls_from = "La personne appelle du %s."
    moment = "pendant l'appel"
    note = "dans la note de l'appel"
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
            "capacity",
            N_("À quel titre ?"),
            Kind.CHOICE,
            choices=CAPACITIES,
            help=N_("Quand elle appelle pour une autre personne."),
        ),
        Field(
            "identity",
            N_("Son identité est-elle vérifiée ?"),
            Kind.CHOICE,
            choices=(
                UNVERIFIED,
                (
                    "questions",
                    N_("Par des questions : l’état et la prochaine date, rien de la santé"),
                ),
                BY_DOCUMENT,
            ),
            first="no",
        ),
        *ASKED,
    )

    def read(self, raw: bytes) -> Sequence[Request]:
        """One request, or one call. Raises ChannelError: the reasons of `forms.read` and of
        `exchange.read`."""
        if exchange.is_event(raw):
            return [exchange.read(raw, self._limits)]
        return super().read(raw)
