"""The letters we send, from the draft to what comes back. Pure."""

from grc.core.i18n import N_

OUR_LETTER_DRAFTED = ("ourletter:drafted", "letter kind", N_("Lettre commencée : %(kind)s"))
OUR_LETTER_CHANGED = (
    "ourletter:changed",
    "letter",
    N_("Lettre %(letter)s changée : elle est de nouveau un brouillon"),
)
OUR_LETTER_HANDED_IN = ("ourletter:handed-in", "letter", N_("Lettre %(letter)s au parapheur"))
OUR_LETTER_ENDORSED = ("ourletter:endorsed", "letter", N_("Visa donné à la lettre %(letter)s"))
OUR_LETTER_SENT_BACK = (
    "ourletter:sent-back",
    "letter",
    N_("Lettre %(letter)s rendue à qui l'a écrite"),
)
OUR_LETTER_SIGNED = (
    "ourletter:signed",
    "letter who act number",
    N_("Lettre %(letter)s signée par %(who)s (%(act)s), départ n° %(number)s"),
)
OUR_LETTER_ACKNOWLEDGES = (
    "ourletter:acknowledges",
    "letter",
    N_("Accusé d'enregistrement à envoyer par la poste"),
)
OUR_LETTER_READY = (
    "ourletter:ready",
    "letter number",
    N_("Accusé d'enregistrement prêt à imprimer, départ n° %(number)s"),
)
OUR_LETTER_WITHDRAWN = (
    "ourletter:withdrawn",
    "letter",
    N_("Lettre %(letter)s retirée : elle ne part pas"),
)
OUR_LETTER_PRINTED = (
    "ourletter:printed",
    "letter run pages",
    N_("Lettre %(letter)s imprimée (tirage n° %(run)s, %(pages)s pages)"),
)
OUR_LETTER_POSTED = (
    "ourletter:posted",
    "letter number on registered",
    N_("Lettre %(letter)s postée le %(on)s (départ n° %(number)s, recommandé %(registered)s)"),
)
OUR_LETTER_BACK = (
    "ourletter:back",
    "letter how on",
    N_("Lettre %(letter)s : %(how)s, le %(on)s"),
)
OUR_LETTER_NOT_BACK = (
    "ourletter:not-back",
    "letter how on",
    N_("Lettre %(letter)s : ce n'était pas elle (%(how)s, le %(on)s)"),
)
OUR_LETTER_RECEIVED = (
    "ourletter:received",
    "letter on",
    N_("Lettre %(letter)s reçue le %(on)s, selon l'avis de réception"),
)
OUR_LETTER_REPOSTED = (
    "ourletter:reposted",
    "letter before on number registered",
    N_(
        "Lettre %(letter)s : postée le %(on)s, et non le %(before)s (recommandé "
        "%(registered)s, et non %(number)s)"
    ),
)
OUR_LETTER_NOT_POSTED = (
    "ourletter:not-posted",
    "letter on",
    N_("Lettre %(letter)s : elle n'est pas partie le %(on)s, elle reste à poster"),
)
