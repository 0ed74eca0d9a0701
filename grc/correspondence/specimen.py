"""A type of letter on paper, about a case that does not exist: never to be posted."""

from collections.abc import Mapping
from datetime import date

from grc.catalogue.placeholders import EXAMPLE, fill
from grc.correspondence import layout
from grc.correspondence.layout import Sheet

_REFERENCE = "L-2026-0012345-K"
_SIGNED = ("La responsable du service", "", "", "", "Dominique Modèle", "Arrêté n° 2026-000")


def printed(subject: str, text: str, *, registered: bool, on: date) -> bytes:
    """The PDF of what such a letter begins with, filled in and marked on each page."""
    return layout.printed(sheet(subject, text, EXAMPLE, registered=registered, on=on))


def sheet(subject: str, text: str, said: Mapping[str, str], *, registered: bool, on: date) -> Sheet:
    """Its words; `said` are those of the example."""
    charge = f"Affaire suivie par : {said['agent']}, assistant administratif"
    post = ("Lettre recommandée avec avis de réception",) if registered else ()
    return Sheet(
        reference=_REFERENCE,
        sender=(said["service"], *said["adresse"].splitlines()),
        recipient=(said["usager"], "2 avenue du Modèle", "92000 NANTERRE"),
        about=(
            f"Nos références : {_REFERENCE}",
            f"Votre demande : {said['reference']}",
            charge,
            f"Téléphone : {said['téléphone']}",
            *post,
        ),
        subject=subject,
        text=fill(text.strip(), said).text or "…",
        signature=_SIGNED,
        on=on,
        mark="SPÉCIMEN",
        watermark="SPÉCIMEN",
    )
