"""Citizens, their rights and interviews, what puts a case back on its rails. Pure."""

from grc.core.i18n import N_

ACTION_PLANNED = ("action:planned", "code", N_("Action de recouvrement prévue : %(code)s"))
ACTION_DONE = ("action:done", "code result", N_("Action faite : %(code)s, %(result)s"))
ACTION_REOPENED = ("action:reopened", "code", N_("Action remise à faire : %(code)s"))
ACTION_WITHDRAWN = ("action:withdrawn", "code", N_("Action retirée : %(code)s"))
PROPOSAL_MADE = ("proposal:made", "code reason", N_("Proposition : %(code)s, car %(reason)s"))
PROPOSAL_DISMISSED = (
    "proposal:dismissed",
    "code reason",
    N_("Proposition écartée : %(code)s, car %(reason)s"),
)
PROPOSAL_RESTORED = ("proposal:restored", "code", N_("Proposition reprise : %(code)s"))
RIGHT_NOTED = (
    "right:noted",
    "right organism standing on",
    N_("Droit %(right)s (%(organism)s) : %(standing)s"),
)
RIGHT_CHANGED = (
    "right:changed",
    "right organism standing on",
    N_("Droit %(right)s (%(organism)s), maintenant : %(standing)s"),
)
INTERVIEW_HELD = ("interview:held", "site", N_("Entretien : %(site)s"))
CITIZEN_CORRECTED = ("citizen:corrected", "field", N_("Identité corrigée : %(field)s"))
CITIZEN_REACHED = ("citizen:reached", "point kind", N_("Coordonnée ajoutée : %(kind)s"))
CITIZEN_CARE = ("citizen:care", "point kind old care", N_("Coordonnée (%(kind)s) : %(care)s"))
CITIZEN_MERGED = ("citizen:merged", "other", N_("Fiches réunies : %(other)s"))
CITIZEN_SEPARATED = ("citizen:separated", "other", N_("Fiches séparées : %(other)s"))
CITIZEN_APART = ("citizen:apart", "other", N_("Ce n’est pas la même personne que %(other)s"))
CITIZEN_HOUSEHOLD = (
    "citizen:household",
    "other role",
    N_("Foyer : %(other)s ajoutée (%(role)s)"),
)
CITIZEN_HOUSEHOLD_LEFT = (
    "citizen:household-left",
    "other on",
    N_("Foyer : %(other)s n’en fait plus partie (%(on)s)"),
)
CITIZEN_NOT_HOUSEHOLD = (
    "citizen:not-household",
    "other",
    N_("Ne fait pas partie de son foyer : %(other)s"),
)
CITIZEN_KEPT_APART = (
    "citizen:kept-apart",
    "",
    N_("À ne pas rapprocher d’autres personnes"),
)
CITIZEN_NOT_KEPT_APART = (
    "citizen:not-kept-apart",
    "",
    N_("Peut de nouveau être rapprochée d’autres personnes"),
)
