"""The closed list of what can happen. Pure.

Each event declares its exact keys and the sentence of the timeline (French, the msgid).
The same table serves the agent's timeline, the auditor and the pipeline.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from grc.core.i18n import N_, Text


class Event(Enum):
    """`subject:action`, the keys its data must have, the sentence it shows."""

    code: str
    keys: frozenset[str]
    sentence: str

    def __new__(cls, code: str, keys: str, sentence: str) -> "Event":
        """One member from its three parts; the code is the value."""
        member = object.__new__(cls)
        member._value_ = code
        member.code = code
        member.keys = frozenset(keys.split())
        member.sentence = sentence
        return member

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
        "letter run",
        N_("Lettre %(letter)s imprimée (tirage n° %(run)s)"),
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
    LETTER_REFERENCE = (
        "letter:reference",
        "typed why",
        N_("Référence donnée à l'indexation, à vérifier : %(typed)s (%(why)s)"),
    )
    LETTER_BACK = ("letter:back", "", N_("Courrier remis à indexer"))

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
        "unit rule unit_was level level_was kind kind_was due due_was",
        N_("Affectée à %(unit)s (règle « %(rule)s »)"),
    )
    CASE_TO_ROUTE = (
        "case:to-route",
        "unit unit_was level level_was kind kind_was due due_was",
        N_("À affecter : aucune règle sûre, placée à %(unit)s"),
    )
    CASE_ROUTE_CONFIRMED = ("case:route-confirmed", "unit", N_("Affectation confirmée : %(unit)s"))
    CASE_REROUTED = ("case:rerouted", "old new", N_("Réaffectée de %(old)s à %(new)s"))
    CASE_UNIT_ADDED = ("case:unit-added", "unit", N_("Service concerné ajouté : %(unit)s"))
    CASE_FIELD = ("case:field", "field old new", N_("Champ « %(field)s » : %(old)s → %(new)s"))
    CASE_SUBJECT = ("case:subject", "", N_("Objet changé"))
    CASE_QUALIFIED = ("case:qualified", "old new", N_("Nature de demande : %(old)s → %(new)s"))
    CASE_PLACED = ("case:placed", "old new", N_("Commune : %(old)s → %(new)s"))
    CASE_DATED = ("case:dated", "old new", N_("Date de réception : %(old)s → %(new)s"))
    CASE_LISTED = ("case:listed", "", N_("Personnes autorisées : celles des services concernés"))
    CASE_HANDED_UP = (
        "case:handed-up",
        "",
        N_("Plus personne ne pouvait la lire : ouverte à la hiérarchie du service"),
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
    EXCEPTIONAL_REFUSED = (
        "exceptional:refused",
        "who",
        N_("Accès exceptionnel demandé sans suite par %(who)s"),
    )
    READINGS_SHOWN = ("readings:shown", "who", N_("Lectures d’un dossier consultées (%(who)s)"))
    AUDIT_SHOWN = ("audit:shown", "filters", N_("Journal consulté (%(filters)s)"))
    AUDIT_EXPORTED = ("audit:exported", "filters", N_("Journal exporté (%(filters)s)"))
    CASE_LEVEL_SET = ("case:level-set", "old new", N_("Confidentialité : %(old)s → %(new)s"))
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

    MESSAGE_RECEIVED = (
        "message:received",
        "count",
        N_("Nouveau message de l'usager (contact n° %(count)s)"),
    )
    MESSAGE_AUTOMATIC = ("message:automatic", "kind", N_("Message automatique reçu (%(kind)s)"))
    MESSAGE_BOUNCED = ("message:bounced", "status", N_("Non remis au destinataire (%(status)s)"))
    MESSAGE_DELAYED = ("message:delayed", "status", N_("Remise retardée (%(status)s)"))
    CALL_NOTED = ("call:noted", "kind", N_("Appel noté d'après le téléphone (%(kind)s)"))
    CALL_BACK_ASKED = ("case:call-back-asked", "", N_("L'usager attend qu'on le rappelle"))
    REPLY_WRITTEN = ("reply:written", "", N_("Réponse écrite, part dans quelques secondes"))
    REPLY_CANCELLED = ("reply:cancelled", "", N_("Réponse annulée avant l'envoi"))
    ACKNOWLEDGED = ("case:acknowledged", "", N_("Accusé d'enregistrement préparé"))
    ACK_WITHHELD = ("case:ack-withheld", "why", N_("Pas d'accusé d'enregistrement : %(why)s"))
    MESSAGE_SENT = ("message:sent", "kind", N_("Envoyé : %(kind)s"))
    MESSAGE_FAILED = ("message:failed", "error", N_("Échec d'envoi : %(error)s"))
    NOTE_ADDED = ("note:added", "", N_("Note interne ajoutée"))
    THANKS_ACCEPTED = ("case:thanks-accepted", "", N_("Message lu, la demande reste close"))
    DOCUMENT_SETTLED = (
        "document:settled",
        "document state",
        N_("Pièce « %(document)s » : %(state)s"),
    )
    TASK_PLANNED = ("task:planned", "kind", N_("Tâche créée : %(kind)s"))
    CALL_BACK_TRIED = ("task:tried", "tries", N_("Rappel sans réponse (essai n° %(tries)s)"))
    CALL_BACK_DONE = ("task:called-back", "kind result", N_("Tâche faite : %(kind)s, %(result)s"))
    TASK_DONE = ("task:done", "kind", N_("Tâche faite : %(kind)s"))

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

    VISIT_ARRIVED = ("visit:arrived", "site", N_("Arrivée au site %(site)s"))
    VISIT_CALLED = ("visit:called", "", N_("Appelée"))
    VISIT_PUT_BACK = ("visit:put-back", "", N_("Appelée en vain, attend de nouveau"))
    VISIT_STARTED = ("visit:started", "", N_("Reçue"))
    VISIT_ENDED = ("visit:ended", "result", N_("Visite terminée : %(result)s"))
    VISIT_REOPENED = ("visit:reopened", "", N_("Visite rouverte"))

    APPOINTMENT_PLANNED = ("appointment:planned", "site", N_("Rendez-vous donné : %(site)s"))
    APPOINTMENT_CHANGED = ("appointment:changed", "site", N_("Rendez-vous modifié : %(site)s"))
    APPOINTMENT_SETTLED = ("appointment:settled", "state", N_("Rendez-vous : %(state)s"))

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

    SLIPS_PRINTED = (
        "slip:printed",
        "site first last",
        N_("Fiches papier imprimées, %(site)s : n° %(first)s à %(last)s"),
    )
    SLIP_ENTERED = ("slip:entered", "serial", N_("Fiche papier n° %(serial)s saisie"))
    SLIP_VOIDED = ("slip:voided", "serial", N_("Fiche papier n° %(serial)s annulée"))

    CHANNEL_COUNTED = (
        "coverage:counted",
        "measure on count old",
        N_("Comptage du %(on)s, %(measure)s : %(count)s (avant : %(old)s)"),
    )

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
    DUTY_SET = ("duty:set", "who since until", N_("Astreinte de %(who)s : %(since)s à %(until)s"))
    DUTY_REMOVED = (
        "duty:removed",
        "who since until",
        N_("Astreinte de %(who)s retirée : %(since)s à %(until)s"),
    )
    SENT_AGAIN = ("message:sent-again", "", N_("Nouvel envoi demandé"))
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
        N_("Rôle demandé par %(who)s pour elle-même : %(role)s, %(unit)s"),
    )
    ROLE_REFUSED = (
        "role:refused",
        "who role unit",
        N_("Rôle refusé à %(who)s : %(role)s, %(unit)s"),
    )
    PASSWORD_LINKED = ("password:linked", "who", N_("Lien de mot de passe remis : %(who)s"))
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

    def check(self, data: Mapping[str, Any]) -> None:
        """Raise TypeError unless the data has exactly the declared keys."""
        if set(data) != self.keys:
            raise TypeError(f"{self.code} wants {sorted(self.keys)}, got {sorted(data)}")

    def text(self, data: Mapping[str, Any]) -> Text:
        """The sentence of the timeline for this occurrence."""
        shown = {k: Text.from_json(v) if isinstance(v, dict) else v for k, v in data.items()}
        return Text(self.sentence, shown)


BY_CODE: Mapping[str, Event] = {event.code: event for event in Event}
