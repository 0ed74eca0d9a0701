"""The counter, the agenda and the paper slips. Pure."""

from grc.core.i18n import N_

VISIT_ARRIVED = ("visit:arrived", "site", N_("Arrivée au site %(site)s"))
VISIT_CALLED = ("visit:called", "", N_("Appelée"))
VISIT_PUT_BACK = ("visit:put-back", "", N_("Appelée en vain, attend de nouveau"))
VISIT_STARTED = ("visit:started", "", N_("Reçue"))
VISIT_ENDED = ("visit:ended", "result", N_("Visite terminée : %(result)s"))
VISIT_REOPENED = ("visit:reopened", "", N_("Visite rouverte"))
APPOINTMENT_PLANNED = ("appointment:planned", "site", N_("Rendez-vous donné : %(site)s"))
APPOINTMENT_CHANGED = ("appointment:changed", "site", N_("Rendez-vous modifié : %(site)s"))
APPOINTMENT_SETTLED = ("appointment:settled", "state", N_("Rendez-vous : %(state)s"))
SLIPS_PRINTED = (
    "slip:printed",
    "site first last",
    N_("Fiches papier imprimées, %(site)s : n° %(first)s à %(last)s"),
)
SLIP_ENTERED = ("slip:entered", "serial", N_("Fiche papier n° %(serial)s saisie"))
SLIP_VOIDED = ("slip:voided", "serial", N_("Fiche papier n° %(serial)s annulée"))
