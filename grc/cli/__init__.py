"""The command line: a contract for scripts, described in docs/command-line.md.

Commands are loaded by name when asked for, so that starting one does not import the others.
To add one: a line here, a module beside this one.
"""

from grc.cli.base import Commands
from grc.core.i18n import N_

cli = Commands(
    name="grc",
    help=N_("Gestion de la relation citoyen : demandes reçues, affectées, traitées, suivies."),
    commands_at={
        "run": ("grc.cli.run:run", N_("Démarrer le serveur et le travail de fond")),
        "worker": ("grc.cli.worker:worker", N_("Exécuter le travail de fond")),
        "sweep": ("grc.cli.sweep:sweep", N_("Exécuter tout ce qui est dû, puis s'arrêter")),
        "demo": ("grc.cli.demo:demo", N_("Remplir une base de démonstration")),
        "db": ("grc.cli.database:db", N_("Base de données : mise à niveau")),
        "organisation": (
            "grc.cli.organisation:organisation",
            N_("Services, territoires, catalogue et règles d'affectation"),
        ),
        "routing": (
            "grc.cli.routing:routing",
            N_("Règles d'affectation : versions, export"),
        ),
        "letters": (
            "grc.cli.letters:letters",
            N_("Types de lettres et délégations de signature"),
        ),
        "danger": (
            "grc.cli.danger:danger",
            N_("Danger : service d'astreinte, numéros, mots à lire"),
        ),
        "duty": ("grc.cli.duty:duty", N_("Tableau d'astreinte")),
        "user": ("grc.cli.user:user", N_("Comptes des agents")),
        "token": ("grc.cli.token:token", N_("Jetons des programmes qui appellent l'API")),
        "webhook": (
            "grc.cli.webhook:webhook",
            N_("Programmes à qui les événements sont annoncés"),
        ),
        "channels": (
            "grc.cli.channels:channels",
            N_("Canaux installés, et lesquels sont ouverts"),
        ),
        "import": ("grc.cli.import_command:import_", N_("Importer des messages")),
        "receive": ("grc.cli.receive:receive", N_("Recevoir un message d'un serveur de courrier")),
        "fetch": ("grc.cli.fetch:fetch", N_("Relever les boîtes aux lettres")),
        "post": ("grc.cli.post:post", N_("Courrier numérisé : séparateurs et lots")),
        "quarantine": ("grc.cli.quarantine:quarantine", N_("Éléments reçus à examiner")),
        "case": ("grc.cli.case:case", N_("Lister et montrer les demandes")),
        "raw": ("grc.cli.raw:raw", N_("Rendre un élément tel qu'il a été reçu")),
        "recovery": ("grc.cli.recovery:recovery", N_("Actions de recouvrement")),
        "counter": ("grc.cli.counter:counter", N_("Accueil : chiffres et rendez-vous")),
        "slips": ("grc.cli.slips:slips", N_("Fiches papier, pour quand le logiciel est absent")),
        "coverage": (
            "grc.cli.coverage:coverage",
            N_("Couverture : contacts enregistrés et comptés"),
        ),
        "staff": ("grc.cli.staff:staff", N_("Comptes des agents, par fichier")),
        "stats": ("grc.cli.stats:stats", N_("Statistiques : recompter et comparer")),
        "reconcile": ("grc.cli.reconcile:reconcile", N_("Prouver que rien de reçu n'est perdu")),
        "verify": ("grc.cli.verify:verify", N_("Vérifier le journal et les fichiers")),
        "backup": ("grc.cli.backup:backup", N_("Sauvegarder la base et les fichiers")),
        "restore": ("grc.cli.backup:restore", N_("Restaurer une sauvegarde")),
        "doctor": ("grc.cli.doctor:doctor", N_("Vérifier l'installation et sa santé")),
    },
)
