"""Words for codes that are shown on a case."""

from collections.abc import Mapping
from typing import Any

from grc.core.i18n import N_
from grc.supervision.views import CitizenView, FactView
from grc.web.words import _

ROLES: Mapping[str, str] = {
    "applicant": N_("Demandeur"),
    "beneficiary": N_("Bénéficiaire"),
    "representative": N_("Représentant"),
    "professional": N_("Professionnel ou partenaire"),
    "partner": N_("Professionnel ou partenaire"),
    "elected": N_("Élu ou autorité"),
    "authority": N_("Élu ou autorité"),
}
FACTS: Mapping[str, str] = {
    "received": N_("Reçue"),
    "document_date": N_("Datée"),
    "back_signed": N_("Avis de réception signé"),
    "back_unclaimed": N_("Lettre non réclamée"),
    "back_unknown": N_("Lettre revenue (NPAI)"),
    "postmark": N_("Cachet de la poste"),
    "requested": N_("Pièces demandées"),
    "complete": N_("Complète"),
    "sent": N_("Envoyée"),
    "notified": N_("Reçue par l’usager"),
    "decided": N_("Décidée"),
    "closed": N_("Terminée"),
}
SOURCES: Mapping[str, str] = {  # of dates an agent may have to correct
    "scan": N_("jour de la numérisation"),
    "arrival": N_("jour de l’arrivée dans le logiciel"),
    "typed": N_("lu sur le courrier"),
}
TASKS: Mapping[str, str] = {
    "send_failed": N_("Une réponse n’a pas pu partir"),
    "letter_refused": N_("Une lettre n’est pas partie : vérifiez son adresse"),
    "bounced": N_("Une réponse n’est pas arrivée"),
    "call_back": N_("Rappeler l’usager"),
    "contact_elsewhere": N_("L’usager nous a contactés hors de cette demande"),
    "handed_up": N_("Plus personne ne lisait cette demande : elle vous revient"),
}
LEVELS: Mapping[str, str] = {
    "normal": N_("Normale : le département lit, le service agit"),
    "restricted": N_("Restreinte : le service seul"),
    "named": N_("Nominative : une liste de personnes"),
}


def fact(view: FactView) -> dict[str, Any]:
    """A dated event: what it is, when, and where the date comes from when that matters."""
    source = SOURCES.get(view.source, "")
    return {
        "label": _(FACTS.get(view.kind, view.kind)),
        "on": view.on,
        "source": _(source) if source else "",
    }


def birth(citizen: CitizenView) -> str:
    """What is known of a birth, in words; "" for nothing."""
    born, name = citizen.birth_date, citizen.birth_name
    told = (
        _("né(e) le %(day)s", day=f"{born:%d/%m/%Y}") if born else "",
        _("nom de naissance : %(name)s", name=name) if name else "",
    )
    return " · ".join(filter(None, told))
