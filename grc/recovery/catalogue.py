"""What a recovery action can be, by family. Pure.

FOLLOW_UP (suivi) puts a derailed case back on its rails.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from grc.core.i18n import N_

FAMILIES: Mapping[str, str] = {"FOLLOW_UP": N_("Suivi")}
RESULTS: Mapping[str, str] = {
    "succeeded": N_("réussie"),
    "partly": N_("en partie"),
    "failed": N_("sans succès"),
    "no_longer_needed": N_("devenue inutile"),
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
)
TYPES: Mapping[str, ActionType] = {action.code: action for action in _TYPES}
