"""Who may read what, and who asked to. Pure."""

from grc.core.i18n import N_

CASE_LISTED = ("case:listed", "", N_("Personnes autorisées : celles des services concernés"))
CASE_HANDED_UP = (
    "case:handed-up",
    "",
    N_("Plus personne ne pouvait la lire : ouverte à d'autres, de ses services ou au-dessus"),
)
CASE_ACCESS_GIVEN = ("case:access-given", "who", N_("Lecture autorisée à %(who)s"))
CASE_ACCESS_REFUSED = ("case:access-refused", "who", N_("Lecture refusée à %(who)s"))
CASE_ACCESS_FORGOTTEN = (
    "case:access-forgotten",
    "who",
    N_("Autorisation ou refus de lecture effacé pour %(who)s"),
)
CASE_EXCEPTIONAL_OPENED = (
    "case:exceptional-opened",
    "who until",
    N_("Accès exceptionnel ouvert à %(who)s, jusqu’au %(until)s"),
)
CASE_EXCEPTIONAL_ENDED = (
    "case:exceptional-ended",
    "who",
    N_("Accès exceptionnel de %(who)s terminé avant l’heure"),
)
CASE_EXCEPTIONAL_RESUMED = (
    "case:exceptional-resumed",
    "who until",
    N_("Accès exceptionnel de %(who)s repris, jusqu’au %(until)s"),
)
EXCEPTIONAL_REFUSED = (
    "exceptional:refused",
    "who",
    N_("Accès exceptionnel demandé sans suite par %(who)s"),
)
READINGS_SHOWN = ("readings:shown", "who", N_("Lectures d’un dossier consultées (%(who)s)"))
AUDIT_SHOWN = ("audit:shown", "filters", N_("Journal consulté (%(filters)s)"))
AUDIT_EXPORTED = ("audit:exported", "filters", N_("Journal exporté (%(filters)s)"))
CASE_LEVEL_SET = ("case:level-set", "old new", N_("Confidentialité : %(old)s → %(new)s"))
