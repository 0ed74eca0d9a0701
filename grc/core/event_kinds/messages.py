"""What was exchanged with the citizen, and the work it gives. Pure."""

from grc.core.i18n import N_

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
SENT_AGAIN = ("message:sent-again", "", N_("Nouvel envoi demandé"))
