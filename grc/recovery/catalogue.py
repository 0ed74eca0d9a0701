"""What a recovery action can be, by family. Pure.

FOLLOW_UP (suivi) puts a derailed case back on its rails; SERVICE repairs what somebody complained
of; RIGHT (droit) says where a right of somebody stands. The rights are in `rights.toml`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from grc.core.i18n import N_

FAMILIES: Mapping[str, str] = {
    "FOLLOW_UP": N_("Suivi"),
    "SERVICE": N_("Réparation"),
    "RIGHT": N_("Droits"),
}
RESULTS: Mapping[str, str] = {
    "succeeded": N_("réussie"),
    "partly": N_("en partie"),
    "failed": N_("sans succès"),
    "no_longer_needed": N_("devenue inutile"),
    "abandoned": N_("abandonnée"),
}
ABANDONED = "abandoned"
DISMISSALS = (  # why what the program proposes is of no use
    N_("C'est déjà fait autrement"),
    N_("L'usager n'en a pas besoin"),
    N_("Ce n'est pas une erreur"),
    N_("Autre raison"),
)


class Standing(StrEnum):
    """Where a right stands. Only what was asked still waits for something."""

    CHECKED = "checked"
    ASKED = "asked"
    OBTAINED = "obtained"
    REFUSED = "refused"


STANDINGS: Mapping[str, str] = {
    Standing.CHECKED: N_("vérifié"),
    Standing.ASKED: N_("demandé"),
    Standing.OBTAINED: N_("obtenu"),
    Standing.REFUSED: N_("refusé"),
}
ANSWERED_IN = 60  # days after which a right that was asked is looked at again


@dataclass(frozen=True)
class RightType:
    """One entry of the list of rights; `organism` is who grants it as a rule."""

    code: str
    name: str
    organism: str


_LISTS = tomllib.loads(Path(__file__).with_name("rights.toml").read_text("utf-8"))
_OTHER = N_("Autre organisme")  # the one name of the lists that is no proper name
ORGANISMS: Mapping[str, str] = _LISTS["organisms"]
RIGHTS: Mapping[str, RightType] = {
    code: RightType(code, **told) for code, told in _LISTS["rights"].items()
}


@dataclass(frozen=True)
class ActionType:
    """One entry of the catalogue; `days` is when it is promised for by default."""

    code: str
    family: str
    label: str
    days: int


_TYPES = (
    ActionType("remind_citizen", "FOLLOW_UP", N_("Relancer l'usager"), 7),
    ActionType("remind_unit", "FOLLOW_UP", N_("Relancer un service"), 3),
    ActionType("call_back", "FOLLOW_UP", N_("Rappeler après un appel manqué"), 1),
    ActionType("missed_appointment", "FOLLOW_UP", N_("Reprendre après un rendez-vous manqué"), 3),
    ActionType(
        "returned_mail", "FOLLOW_UP", N_("Retrouver l'adresse après un retour de courrier"), 5
    ),
    ActionType("failed_sending", "FOLLOW_UP", N_("Joindre autrement après un envoi en échec"), 2),
    ActionType("wrong_unit", "FOLLOW_UP", N_("Réparer une erreur d'affectation"), 1),
    ActionType("forgotten_case", "FOLLOW_UP", N_("Rattraper une demande oubliée"), 1),
    ActionType("escalate", "FOLLOW_UP", N_("Alerter la hiérarchie"), 1),
    # What repairs a complaint: Local Government and Social Care Ombudsman, Complaint Handling
    # Code, part 7; a call back within two working days.
    ActionType("apology", "SERVICE", N_("Présenter des excuses"), 5),
    ActionType("recognition", "SERVICE", N_("Reconnaître l'erreur"), 5),
    ActionType("explanation", "SERVICE", N_("Expliquer ce qui s'est passé"), 5),
    ActionType("speeding_up", "SERVICE", N_("Accélérer, avec une nouvelle date"), 3),
    ActionType("review", "SERVICE", N_("Réexaminer la décision"), 15),
    ActionType("correction", "SERVICE", N_("Corriger le dossier"), 5),
    ActionType("refund", "SERVICE", N_("Rembourser"), 30),
    ActionType("more_time", "SERVICE", N_("Accorder un délai"), 5),
    ActionType("mediator", "SERVICE", N_("Mettre en relation avec le médiateur"), 5),
    ActionType("for_all", "SERVICE", N_("Corriger la cause pour tous"), 30),
)
TYPES: Mapping[str, ActionType] = {action.code: action for action in _TYPES}


def label(code: str) -> str:
    """What an action is called: the msgid of its type, the name of its right, else its code."""
    if code in TYPES:
        return TYPES[code].label
    return RIGHTS[code].name if code in RIGHTS else code


def result_label(code: str) -> str:
    """What came of an action, as a msgid."""
    return RESULTS.get(code) or STANDINGS.get(code, code)
