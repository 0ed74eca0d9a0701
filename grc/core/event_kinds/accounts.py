"""Accounts, roles, delegations, tokens and webhooks. Pure."""

from grc.core.i18n import N_

USER_ADDED = ("user:added", "login", N_("Compte créé : %(login)s"))
USER_CHANGED = (
    "user:changed",
    "who what old new",
    N_("Compte %(who)s, %(what)s : %(old)s → %(new)s"),
)
USER_CLOSED = ("user:closed", "who", N_("Compte désactivé : %(who)s"))
USER_REOPENED = ("user:reopened", "who", N_("Compte rétabli : %(who)s"))
USER_WORK_GIVEN = ("user:work-given", "who to", N_("Travail de %(who)s transmis : %(to)s"))
USER_WORK_BACK = ("user:work-back", "who", N_("Travail rendu à %(who)s"))
ROLE_GIVEN = ("role:given", "who role unit", N_("Rôle donné à %(who)s : %(role)s, %(unit)s"))
ROLE_TAKEN = ("role:taken", "who role unit", N_("Rôle retiré à %(who)s : %(role)s, %(unit)s"))
ROLE_PROPOSED = (
    "role:proposed",
    "who role unit",
    N_("Rôle demandé pour %(who)s, en attente d'un autre administrateur : %(role)s, %(unit)s"),
)
ROLE_REFUSED = (
    "role:refused",
    "who role unit",
    N_("Rôle refusé à %(who)s : %(role)s, %(unit)s"),
)
PASSWORD_LINKED = ("password:linked", "who", N_("Code de mot de passe remis : %(who)s"))
PASSWORD_ASKED = (
    "password:asked",
    "who",
    N_("Code de mot de passe en attente d'un autre administrateur : %(who)s"),
)
PASSWORD_REFUSED = ("password:refused", "who", N_("Code de mot de passe refusé : %(who)s"))
PASSWORD_SET = ("password:set", "", N_("Mot de passe choisi"))
DELEGATION_GIVEN = (
    "delegation:given",
    "who quality types unit since until act",
    N_("Délégation de signature à %(who)s (%(quality)s), %(unit)s : %(types)s, du %(since)s "
       "au %(until)s, %(act)s"),
)  # fmt: skip
DELEGATION_ENDED = (
    "delegation:ended",
    "who old new",
    N_("Délégation de signature de %(who)s : fin %(old)s → %(new)s"),
)
TOKEN_ADDED = ("token:added", "name scopes", N_("Jeton créé : %(name)s (%(scopes)s)"))
TOKEN_PROPOSED = (
    "token:proposed",
    "name scopes",
    N_("Jeton demandé, à confirmer par un autre administrateur : %(name)s (%(scopes)s)"),
)
TOKEN_CONFIRMED = ("token:confirmed", "name", N_("Jeton confirmé : %(name)s"))
TOKEN_REVOKED = ("token:revoked", "name", N_("Jeton révoqué : %(name)s"))
WEBHOOK_ADDED = ("webhook:added", "name events", N_("Webhook créé : %(name)s (%(events)s)"))
WEBHOOK_REMOVED = ("webhook:removed", "name", N_("Webhook supprimé : %(name)s"))
WEBHOOK_ROTATED = ("webhook:rotated", "name", N_("Secret du webhook renouvelé : %(name)s"))
WEBHOOK_OFF = ("webhook:off", "name why", N_("Webhook coupé : %(name)s (%(why)s)"))
WEBHOOK_ENABLED = ("webhook:enabled", "name", N_("Webhook rétabli : %(name)s"))
USER_EXTENSION = ("user:extension", "old new", N_("Poste téléphonique : %(old)s → %(new)s"))
USER_AWAY = (
    "user:away",
    "who first last cover",
    N_("Absence de %(who)s du %(first)s au %(last)s, remplacement : %(cover)s"),
)
USER_BACK = ("user:back", "who", N_("Fin de l'absence de %(who)s"))
USER_LOGGED_IN = ("user:logged-in", "", N_("Connexion"))
