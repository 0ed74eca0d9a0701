"""Alarms and the duty roster. Pure."""

from grc.core.i18n import N_

ALERT_RAISED = ("alert:raised", "unit", N_("Danger signalé au service %(unit)s"))
ALERT_RANG = (
    "alert:rang",
    "number people",
    N_("Alarme n° %(number)s, personnes prévenues : %(people)s"),
)
ALERT_TAKEN = ("alert:taken", "who", N_("Danger : %(who)s s’en occupe"))
ALERT_RETURNED = ("alert:returned", "", N_("Danger signalé par erreur, remise comme avant"))
CASE_HANDED_OVER = (
    "case:handed-over",
    "unit unit_was",
    N_("Danger : transmise à %(unit)s, hors de toutes les listes"),
)
CASE_INHERITED = (
    "case:inherited",
    "unit unit_was",
    N_("Service fermé entre-temps (%(unit_was)s) : rendue à %(unit)s"),
)
DUTY_SET = ("duty:set", "who since until", N_("Astreinte de %(who)s : %(since)s à %(until)s"))
DUTY_REMOVED = (
    "duty:removed",
    "who since until",
    N_("Astreinte de %(who)s retirée : %(since)s à %(until)s"),
)
