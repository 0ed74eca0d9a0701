"""The closed lists of the counter. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from grc.core.i18n import N_


class Kind(StrEnum):
    """What somebody comes for."""

    INFORMATION = "information"
    DIGITAL_ALONE = "digital_alone"
    DIGITAL_ACCOMPANIED = "digital_accompanied"
    INTERVIEW = "interview"


KINDS: Mapping[str, str] = {
    Kind.INFORMATION: N_("Information"),
    Kind.INTERVIEW: N_("Entretien"),
    Kind.DIGITAL_ALONE: N_("Espace numérique, en autonomie"),
    Kind.DIGITAL_ACCOMPANIED: N_("Espace numérique, accompagnée"),
}


class Result(StrEnum):
    """How a visit ended. A mistake is no visit: no figure counts it."""

    ANSWERED = "answered"
    REQUEST = "request"
    APPOINTMENT = "appointment"
    ORIENTED = "oriented"
    LEFT = "left"
    MISTAKE = "mistake"


RESULTS: Mapping[str, str] = {
    Result.ANSWERED: N_("Réponse donnée"),
    Result.REQUEST: N_("Demande notée"),
    Result.APPOINTMENT: N_("Rendez-vous donné"),
    Result.ORIENTED: N_("Adressée ailleurs"),
    Result.LEFT: N_("Partie sans attendre"),
    Result.MISTAKE: N_("Enregistrée par erreur"),
}
RECEIVED = (Result.ANSWERED, Result.REQUEST, Result.APPOINTMENT, Result.ORIENTED)


class State(StrEnum):
    """What became of an appointment."""

    TO_COME = "to_come"
    ARRIVED = "arrived"
    HONOURED = "honoured"
    EXCUSED = "excused"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


STATES: Mapping[str, str] = {
    State.TO_COME: N_("À venir"),
    State.ARRIVED: N_("Arrivée"),
    State.HONOURED: N_("Honoré"),
    State.EXCUSED: N_("Excusée"),
    State.CANCELLED: N_("Annulé par le service"),
    State.NO_SHOW: N_("Non honoré"),
}
