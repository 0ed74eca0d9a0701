"""What was taken in: items, the letters of the mail room, the registers. Pure."""

from grc.core.i18n import N_

ITEM_QUARANTINED = ("item:quarantined", "reason", N_("Mis à examiner : %(reason)s"))
ITEM_RETRIED = ("item:retried", "", N_("Nouvel essai demandé"))
ITEM_DISCARDED = ("item:discarded", "", N_("Écarté, avec une raison"))
ITEM_APPLIED = ("item:applied", "kind", N_("Avis technique pris en compte (%(kind)s)"))
ITEM_SPLIT = ("item:split", "count", N_("Séparé en %(count)s demandes"))
ITEM_DUPLICATE = ("item:duplicate", "of", N_("Même contenu que %(of)s"))
LETTER_INDEXED = (
    "letter:indexed",
    "document postmark registered",
    N_("Courrier indexé : daté du %(document)s, cachet du %(postmark)s, "
       "recommandé %(registered)s"),
)  # fmt: skip
LETTER_ASIDE = ("letter:aside", "", N_("Courrier mis de côté à l'indexation"))
LETTER_ELSEWHERE = (
    "letter:elsewhere",
    "destination",
    N_("Courrier hors GRC, remis à : %(destination)s"),
)
ENVELOPE_NOTED = ("envelope:noted", "kind", N_("Pli à remettre sans l'ouvrir (%(kind)s)"))
ENVELOPE_CORRECTED = (
    "envelope:corrected",
    "before to kind number sender",
    N_("Pli corrigé (avant : bordereau %(before)s) : bordereau %(to)s, %(kind)s, recommandé "
       "%(number)s, expéditeur %(sender)s"),
)  # fmt: skip
HAND_OVER_SIGNED = (
    "handover:signed",
    "who count",
    N_("Bordereau signé par %(who)s, nombre de plis : %(count)s"),
)
ENCLOSURE_NOTED = (
    "enclosure:noted",
    "kind amount",
    N_("Inscrit au registre : %(kind)s, montant %(amount)s"),
)
ENCLOSURE_RETURNED = (
    "enclosure:returned",
    "kind how on",
    N_("Registre soldé le %(on)s : %(kind)s, %(how)s"),
)
ENCLOSURE_CORRECTED = (
    "enclosure:corrected",
    "kind old new",
    N_("Registre corrigé, %(kind)s : %(old)s → %(new)s"),
)
ENCLOSURE_BACK = (
    "enclosure:back",
    "kind how on",
    N_("Remis au registre : %(kind)s, noté le %(on)s comme : %(how)s"),
)
LETTER_RETURNED = (
    "letter:returned",
    "how on",
    N_("Notre lettre est revenue le %(on)s : %(how)s"),
)
LETTER_WITHDRAWN = (
    "letter:withdrawn",
    "how on",
    N_("Rangée ici par erreur, reprise : notre lettre revenue le %(on)s, %(how)s"),
)
LETTER_REFERENCE = (
    "letter:reference",
    "typed why",
    N_("Référence donnée à l'indexation, à vérifier : %(typed)s (%(why)s)"),
)
LETTER_BACK = ("letter:back", "", N_("Courrier remis à indexer"))
