"""The words in braces that a prepared text may hold: a closed list. Pure.

`{reference}` is replaced once by what it stands for; what replaces it is never read again, so
that nothing a citizen wrote can ask for something. There are no conditions, no loops, no format.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grc.core.i18n import N_

NAMES: Mapping[str, str] = {
    "reference": N_("référence de la demande"),
    "usager": N_("nom de la personne à qui l'on écrit"),
    "nature": N_("nature de la demande"),
    "reçue": N_("jour où la demande a été reçue"),
    "service": N_("nom du service"),
    "téléphone": N_("téléphone du service"),
    "adresse": N_("adresse du service"),
    "agent": N_("nom de l'agent qui écrit"),
    "échéance": N_("prochaine date à laquelle quelque chose est dû"),
    "suivi": N_("adresse de la page de suivi"),
    "pièces": N_("pièces qui manquent, une par ligne"),
}
EXAMPLE: Mapping[str, str] = {  # a case that does not exist, for previews
    "reference": "D-2026-0012345-K",
    "usager": "Madame Jeanne Exemple",
    "nature": "Demande d'aide à domicile",
    "reçue": "3 mars 2026",
    "service": "Service de l'autonomie",
    "téléphone": "01 23 45 67 89",
    "adresse": "1 rue de l'Exemple\n92000 Nanterre",
    "agent": "Camille Modèle",
    "échéance": "2 avril 2026",
    "suivi": "https://grc.example.fr/suivi?demande=D-2026-0012345-K",
    "pièces": "- avis d'imposition\n- justificatif de domicile",
}


def of_unit(name: str, phone: str, address: str) -> dict[str, str]:
    """The values that a unit gives."""
    return {"service": name, "téléphone": phone, "adresse": address}


_PLACE = re.compile(r"\{([^{}\n]*)\}")
_STRAY = re.compile(r"[{}]")


@dataclass(frozen=True)
class Filled:
    """A text with its values; `missing` are the names, in order, of which no value is known:
    they stay in the text as they are written."""

    text: str
    missing: tuple[str, ...] = ()


def unknown(text: str) -> Iterator[str]:
    """What is in braces and is no placeholder, as it is written; a lone brace too."""
    for found in _PLACE.finditer(text):
        if found[1] not in NAMES:
            yield found[0]
    yield from _STRAY.findall(_PLACE.sub("", text))


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Put values in the place of their names; an empty value is none."""
    missing: dict[str, None] = {}

    def _value(found: re.Match[str]) -> str:
        value = values.get(found[1], "")
        if found[1] in NAMES and not value:
            missing[found[1]] = None
        return value if found[1] in NAMES and value else found[0]

    return Filled(_PLACE.sub(_value, text), tuple(missing))


def left(text: str) -> tuple[str, ...]:
    """The names of placeholders that nobody has filled in or removed."""
    return tuple(dict.fromkeys(name for name in _PLACE.findall(text) if name in NAMES))
