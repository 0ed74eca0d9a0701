"""Counter: a visit, or an interview, as the agent who received the person has noted it."""

from grc.channels.contact import ASKED, BY_DOCUMENT, CAPACITIES, UNVERIFIED, Contact
from grc.channels.fields import Field, Kind
from grc.parsing.words import N_

HELD = (  # in an interview only
    Field("birth", N_("Date de naissance"), Kind.DATE, asked=False),
    Field(
        "care_of",
        N_("Domiciliation"),
        help=N_("Sans domicile : le CCAS ou l’association qui reçoit son courrier."),
        asked=False,
        longest=200,
    ),
    Field(
        "files",
        N_("Documents"),
        Kind.FILE,
        repeated=True,
        help=N_("Photos ou PDF, 10 Mo au plus chacun."),
        asked=False,
    ),
    Field("rights", N_("Droits"), repeated=True, asked=False),
    Field("interview", N_("Entretien"), asked=False),
)


class CounterChannel(Contact):
    """Reads notes of visits."""

    name = "counter"
    label = N_("Accueil")
    icon = "visit"
    act = N_("Noter une visite")
    key = "v"
    who = N_("Qui se présente, ou pour qui ?")
    on_site = True
    received = "visit"
    speaks_for = "Vient pour"
    calls_from = "La personne a donné le numéro %s à l'accueil."
    moment = "pendant la visite"
    note = "dans la note de la visite"
    fields = (
        Field("name", N_("Nom de la personne qui se présente"), longest=200),
        Field("number", N_("Son numéro"), Kind.PHONE),
        Field(
            "for_whom",
            N_("Pour qui vient-elle ?"),
            help=N_("À remplir quand ce n’est pas pour elle-même."),
            longest=200,
        ),
        Field(
            "capacity",
            N_("À quel titre ?"),
            Kind.CHOICE,
            choices=CAPACITIES,
            help=N_("Quand elle vient pour une autre personne."),
        ),
        Field(
            "identity",
            N_("Son identité est-elle vérifiée ?"),
            Kind.CHOICE,
            choices=(UNVERIFIED, BY_DOCUMENT),
            first="no",
        ),
        *ASKED,
        *HELD,
    )
    interview = (  # what an interview asks, in this order
        "name",
        "number",
        "birth",
        "care_of",
        "commune",
        "request_type",
        "subject",
        "text",
        "files",
    )
