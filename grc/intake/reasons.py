"""Why an item could not be understood, in words. Pure."""

from collections.abc import Mapping

from grc.core.i18n import N_

REASONS: Mapping[str, str] = {
    "empty": N_("vide"),
    "not_a_message": N_("ce n'est pas un message"),
    "too_large": N_("trop volumineux"),
    "header_too_large": N_("en-tête trop volumineux"),
    "too_many_headers": N_("en-tête trop long"),
    "too_many_parts": N_("trop de parties"),
    "too_deep": N_("trop de niveaux imbriqués"),
    "not_a_form": N_("ce n'est pas un formulaire rempli"),
    "bad_field": N_("une réponse qui n'est pas valable"),
    "not_a_row": N_("ce n'est pas une ligne de table"),
    "bad_row": N_("ligne de table à corriger"),
    "bad_workbook": N_("classeur illisible"),
    "encrypted": N_("protégé par un mot de passe"),
    "zip_bomb": N_("archive démesurée"),
    "unknown_sheet": N_("feuille absente"),
    "bad_encoding": N_("encodage contredit"),
    "too_many_rows": N_("trop de lignes"),
    "too_many_columns": N_("trop de colonnes"),
    "cell_too_long": N_("cellule trop longue"),
    "missing_columns": N_("colonnes absentes"),
    "ambiguous_column": N_("colonne en double"),
    "no_mapping": N_("correspondance absente"),
    "not_a_scan": N_("ce n'est pas une numérisation"),
    "bad_scan": N_("numérisation illisible"),
    "too_many_pages": N_("trop de pages"),
    "page_too_large": N_("page démesurée"),
    "page_gap": N_("des pages ne sont pas comptées"),
    "no_medical_unit": N_("aucun service médical"),
    "not_a_letter": N_("ce n'est pas un courrier découpé"),
    "unknown_unit": N_("service inconnu"),
    "unknown_type": N_("nature de demande inconnue"),
    "unknown_state": N_("état inconnu"),
    "known_reference": N_("référence déjà reprise"),
    "unknown_bounce": N_("avis de non-remise sans message d'origine"),
    "unknown_channel": N_("canal non installé"),
    "unknown_source": N_("boîte inconnue"),
    "parser_timeout": N_("lecture trop longue"),
    "parser_memory": N_("lecture trop gourmande"),
    "parser_crash": N_("lecture interrompue"),
    "internal_error": N_("erreur interne"),
}
_OTHER = N_("refusé par son canal")  # for a reason of its own, which the detail explains


def said(reason: str) -> str:
    """The French words of a reason."""
    return REASONS.get(reason, _OTHER)
