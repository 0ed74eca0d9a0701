"""What is kept for everybody: organisation, texts, rules, views, exports, figures, steps. Pure."""

from grc.core.i18n import N_

CHANNEL_COUNTED = (
    "coverage:counted",
    "measure on count old",
    N_("Comptage du %(on)s, %(measure)s : %(count)s (avant : %(old)s)"),
)
STEPS_RETRIED = ("step:retried", "step count", N_("Étapes « %(step)s » relancées : %(count)s"))
STEPS_ABANDONED = (
    "step:abandoned",
    "step count",
    N_("Étapes « %(step)s » abandonnées : %(count)s"),
)
NOTICE_FAILED = ("notice:failed", "error", N_("Un avis aux agents n’est pas parti : %(error)s"))
YEAR_FROZEN = (
    "statistics:frozen",
    "year edition",
    N_("Chiffres-clés %(year)s arrêtés (édition %(edition)s)"),
)
ORGANISATION_LOADED = (
    "organisation:loaded",
    "created updated retired",
    N_("Organisation chargée"),
)
REFERENCE_ADDED = ("reference:added", "kind code", N_("Ajout : %(kind)s « %(code)s »"))
REFERENCE_CHANGED = (
    "reference:changed",
    "kind code version what old new",
    N_("Version %(version)s : %(kind)s « %(code)s », %(what)s : %(old)s → %(new)s"),
)
REFERENCE_ENDED = (
    "reference:ended",
    "kind code version",
    N_("Fermeture : %(kind)s « %(code)s » (version %(version)s)"),
)
REFERENCE_REOPENED = (
    "reference:reopened",
    "kind code version",
    N_("Réouverture : %(kind)s « %(code)s » (version %(version)s)"),
)
RULES_DRAFTED = ("rules:drafted", "what", N_("Brouillon des règles : %(what)s"))
RULES_TRIED = ("rules:tried", "cases", N_("Règles essayées sur %(cases)s demandes passées"))
RULES_IN_FORCE = (
    "rules:in-force",
    "number on",
    N_("Règles d'affectation, version %(number)s, en vigueur à partir du %(on)s"),
)
VIEW_SAVED = ("view:saved", "unit", N_("Vue enregistrée (%(unit)s)"))
VIEW_CHANGED = ("view:changed", "unit", N_("Vue changée (%(unit)s)"))
VIEW_REMOVED = ("view:removed", "unit", N_("Vue retirée (%(unit)s)"))
VIEW_RESTORED = ("view:restored", "unit", N_("Vue rétablie (%(unit)s)"))
EXPORT_ASKED = ("export:asked", "format", N_("Liste demandée en fichier (%(format)s)"))
EXPORT_TAKEN = (
    "export:taken",
    "format count",
    N_("Liste emportée en fichier (%(format)s), nombre de lignes : %(count)s"),
)
STEP_FAILED = ("step:failed", "step error", N_("Étape en échec : %(step)s (%(error)s)"))
