"""The life of a case: opened, routed, held, moved, closed, linked, and its fields. Pure."""

from grc.core.i18n import N_

CASE_OPENED = ("case:opened", "channel source", N_("Demande ouverte (%(channel)s)"))
CASE_IMPORTED = (
    "case:imported",
    "system references state status",
    N_("Reprise de %(system)s (%(references)s) : état « %(state)s », devenu « %(status)s »"),
)
CASE_RECEIVED_EARLIER = (
    "case:received-earlier",
    "old on",
    N_("Un message antérieur est arrivé : demande reçue le %(on)s"),
)
CASE_CONTACT_ADDED = (
    "case:contact-added",
    "count other",
    N_("Nouveau contact de l'usager (n° %(count)s) : %(other)s"),
)
CASE_ROUTED = (
    "case:routed",
    "unit rule unit_was level level_was kind kind_was due due_was nature nature_was "
    "priority priority_was",
    N_("Affectée à %(unit)s (règle « %(rule)s »)"),
)
CASE_TO_ROUTE = (
    "case:to-route",
    "unit unit_was level level_was kind kind_was due due_was nature nature_was "
    "priority priority_was",
    N_("À affecter : aucune règle sûre, placée à %(unit)s"),
)
CASE_ROUTE_CONFIRMED = ("case:route-confirmed", "unit", N_("Affectation confirmée : %(unit)s"))
CASE_REROUTED = ("case:rerouted", "old new", N_("Réaffectée de %(old)s à %(new)s"))
CASE_UNIT_ADDED = ("case:unit-added", "unit", N_("Service concerné ajouté : %(unit)s"))
CASE_FIELD = ("case:field", "field old new", N_("Champ « %(field)s » : %(old)s → %(new)s"))
CASE_SUBJECT = ("case:subject", "", N_("Objet changé"))
CASE_QUALIFIED = (
    "case:qualified",
    "old new nature nature_was",
    N_("Nature de demande : %(old)s → %(new)s"),
)
CASE_PLACED = ("case:placed", "old new", N_("Commune : %(old)s → %(new)s"))
CASE_DATED = ("case:dated", "old new", N_("Date de réception : %(old)s → %(new)s"))
CASE_TAKEN = ("case:taken", "assignee", N_("Prise par %(assignee)s"))
CASE_RELEASED = ("case:released", "assignee old", N_("Rendue à la file par %(assignee)s"))
CASE_ASSIGNED = ("case:assigned", "assignee old", N_("Confiée à %(assignee)s"))
CASE_MOVED = ("case:moved", "old new", N_("État : %(old)s → %(new)s"))
CASE_RESOLVED = ("case:resolved", "old new", N_("État : %(old)s → %(new)s"))
CASE_CLOSED = ("case:closed", "old new outcome", N_("Clôturée : %(outcome)s"))
CASE_REOPENED = ("case:reopened", "old new", N_("Rouverte (était : %(old)s)"))
CASE_PUT_BACK = ("case:put-back", "what", N_("Remise comme avant : %(what)s annulé"))
CASE_LINKED = ("case:linked", "kind other", N_("Liée à %(other)s (%(kind)s)"))
CASE_UNLINKED = ("case:unlinked", "kind other", N_("N’est plus liée à %(other)s (%(kind)s)"))
CASE_UNIT_REMOVED = ("case:unit-removed", "unit", N_("Service concerné retiré : %(unit)s"))
CASE_CITIZEN_SET = ("case:citizen-set", "how", N_("Usager rattaché (%(how)s)"))
