"""The case page and its relatives: conversation, acts, conflict, one received item, health."""

from datetime import timedelta
from types import SimpleNamespace as Thing
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from .frame import act, frame, target
from .words import NOW, TODAY

FIRST = """Bonjour,

Je vous écris au sujet de ma mère, Mme Jeanne Martin, 87 ans, qui habite 14 rue Velpeau à Antony.

Elle est sortie de l’hôpital Béclère le 12 février. Depuis, le plan d’aide n’a pas été revu : l’aide à domicile vient toujours une heure le matin, alors qu’elle ne peut plus se lever seule. J’ai déjà appelé deux fois, on m’a dit qu’une visite serait proposée sous quinze jours. Nous sommes le 2 mars et personne n’est venu.

Je joins le compte rendu d’hospitalisation et le certificat du médecin traitant.

Pouvez-vous me dire qui suit le dossier et quand la visite aura lieu ?

Bien cordialement,
Claire Martin-Öztürk
06 12 34 56 78"""

QUOTED = "\n".join(f"> ligne {i} de l’échange précédent" for i in range(1, 35))
LONG = "Récapitulatif des heures de février, jour par jour.\n\n" + "\n".join(
    f"{i:>3}. le {1 + i % 28} février : {('une heure le matin', 'personne n’est venu', 'deux heures, remplaçante prévenue la veille')[i % 3]}"
    for i in range(1, 200))

NAMES = ["Compte rendu d’hospitalisation Béclère 12-02-2026.pdf", "certificat_medecin_traitant.pdf", "IMG_20260214_091244.jpg",
         "heures.xlsx", "ordonnances.zip", "TR courrier.eml", "notes.docm"]
KINDS = ["pdf", "pdf", "image", "table", "archive", "mail", "file"]


def attachments(count: int) -> list[Thing]:
    """Return so many attachments of all kinds."""
    return [Thing(name=NAMES[i % 7] if i < 7 else f"page-{i:02d}.jpg", kind=KINDS[i % 7] if i < 7 else "image", size=18_000 * (i + 1) ** 2, url="#",
                  preview_url="#" if i % 7 < 3 else None, warning="contient des macros" if i == 6 else None) for i in range(count)]


def message(i: int, text: str, direction: str = "in", **more: Any) -> Thing:
    """Return a message of the citizen, or ours."""
    values = {"kind": "message", "id": i, "direction": direction, "author": "Claire Martin-Öztürk",
              "address": "claire.martin@courriel.example", "to": None, "channel_label": "courriel", "channel_icon": "mail",
              "sent_at": NOW - timedelta(days=3 - i, hours=2), "text": text, "quoted": None, "attachments": [], "state_label": None,
              "state_tone": None, "html_url": "#", "raw_url": "#"}
    if direction == "out":
        values |= {"author": "C. Diallo, Autonomie 12", "address": None, "to": "claire.martin@courriel.example", "html_url": None,
                   "raw_url": None, "state_label": "Remis", "state_tone": "fine"}
    return Thing(**(values | more))


def entries() -> list[Thing]:
    """Return a conversation with every kind of entry."""
    note = Thing(kind="note", id=9, author="M. Petit", at=NOW - timedelta(hours=20),
                 text="Évaluatrice absente jusqu’au 9 mars. Visite possible le 10 au matin avec Mme Roussel, à confirmer avant jeudi.")
    reply = ("Bonjour Madame,\n\nVotre demande est bien suivie. Je vérifie la date de la visite avec l’évaluatrice et je vous écris avant vendredi."
             "\n\nCamille Diallo\nAutonomie 12")
    return [message(0, FIRST, attachments=attachments(2)), message(1, reply, "out"), note,
            message(2, LONG, quoted=QUOTED, attachments=attachments(30))]


def timeline() -> list[Thing]:
    """Return what happened, newest first."""
    sentences = [("C. Diallo", "Demande prise", None), ("Programme", "Affectée à Autonomie 12", None),
                 ("M. Petit", "Réaffectée d’Accueil central à Autonomie 12", "La rue Velpeau dépend du secteur 12 depuis janvier."),
                 ("Programme", "Accusé d’enregistrement envoyé", None), ("Programme", "Demande ouverte depuis un courriel", None)]
    return [Thing(at=NOW - timedelta(hours=4 + 9 * i), actor=actor, sentence=words, remark=remark)
            for i, (actor, words, remark) in enumerate(sentences)]


def the_case(**more: Any) -> Thing:
    """Return the case everything here is about."""
    values = {
        "reference": "D-2026-0012345-K", "subject": "APA : plan d’aide à revoir après hospitalisation", "url": "/case", "version": 7,
        "received_at": NOW - timedelta(days=3), "channel_label": "courriel", "channel_icon": "mail",
        "for_whom": "pour Mme Jeanne Martin, par sa fille", "status_label": "En cours", "status_tone": "none", "urgency": "late",
        "due_on": TODAY - timedelta(days=3), "due_why": "Visite promise le 2 mars au téléphone (action de recouvrement)",
        "unit": "Autonomie 12", "assignee": "C. Diallo", "priority": "normal", "level_label": "Restreinte", "contact_rank": 3,
        "request_type": "APA à domicile : révision du plan d’aide", "nature": "Demande · réponse attendue avant le 2 mai 2026",
        "acts": [act("Prendre", method="post", icon="take", key="t", kind="primary"), act("Réaffecter", "/act", icon="route", key="o", modal=True),
                 act("Qualifier", "/act", icon="sliders", key="q", modal=True), act("Changer l’état", "/act", icon="flag", key="s", modal=True),
                 act("Recouvrement", "/act", icon="recovery", key="c", modal=True), act("Lier", "/act", icon="link", modal=True),
                 act("Clore", "/act", icon="check", key="e", modal=True)],
        "handlings": [Thing(unit="Autonomie 12", status_label="En cours", assignee="C. Diallo"),
                      Thing(unit="Évaluation médico-sociale Sud", status_label="Reçue", assignee=None)],
        "documents": [Thing(label="Compte rendu d’hospitalisation", received=True), Thing(label="Certificat médical", received=True),
                      Thing(label="Avis d’imposition 2025", received=False)],
        "parties": [Thing(role_label="Demandeur", name="Claire Martin-Öztürk, sa fille"), Thing(role_label="Partenaire", name="CCAS d’Antony")],
        "actions": [Thing(label="Rappeler l’usager", words="promis pour lun. 2 mars, C. Diallo", tone="late", url="#")],
        "links": [Thing(label="D-2025-0098871-4 · même usager · clôturée", url="#", subject="APA : première demande")],
        "citizen": Thing(name="Mme Jeanne Martin", url="#", match_words="Reconnue à son adresse et à sa date de naissance",
                         contact_points=[Thing(icon="place", label="14 rue Velpeau, 92160 Antony", warning=None),
                                         Thing(icon="phone", label="01 46 66 12 34", warning="ne pas laisser de message"),
                                         Thing(icon="mail", label="claire.martin@courriel.example", warning=None)]),
        "timeline": timeline(),
    }
    return Thing(**(values | more))


ROUTING = Thing(
    sentence="Affectée à Autonomie 12 : la nature « APA » et la commune d’Antony.", rule="APA par territoire (version 4)",
    reasons=["Objet : le mot « APA » désigne la nature de demande APA à domicile", "Commune : Antony, lue dans l’adresse du message"],
    rejected=[Thing(rule="Danger", because="aucun mot de danger"), Thing(rule="Élus", because="l’expéditeur n’est pas un élu connu")])


def case() -> dict[str, Any]:
    """The case page, everything on it."""
    following = [Thing(value=v, label=w, selected=i == 0) for i, (v, w) in enumerate(
        [("in_progress", "puis laisser en cours"), ("waiting", "puis attendre l’usager"), ("resolved", "puis marquer traitée")])]
    return frame(
        "queue", back=target("Ma file", "/queue"), case=the_case(), routing=ROUTING, entries=entries(),
        older=[message(-i, FIRST) for i in range(1, 4)],
        reply=Thing(url="/case", draft_url="/draft", draft_name="reply-12345", to_words="Claire Martin-Öztürk",
                    subject_words="Votre demande D-2026-0012345-K", text="", saved_at=None, next=following),
        note=Thing(url="/case", draft_url="/draft", draft_name="note-12345", text="", saved_at=None), reply_refusal=None)


def anonymous_case() -> dict[str, Any]:
    """A case of nobody known: no address, no deadline, no type, a reply already planned."""
    bare = the_case(subject="Sans objet", for_whom="usager inconnu", due_on=None, due_why=None, urgency="none", citizen=None, parties=[], documents=[],
                    actions=[], links=[], request_type=None, nature=None, assignee=None, level_label=None, contact_rank=1,
                    channel_label="téléphone", channel_icon="phone", handlings=[Thing(unit="Accueil central", status_label="Reçue", assignee=None)])
    page = case()
    return page | {"case": bare, "entries": [message(0, "Une dame demande où faire renouveler sa carte.", author="Appel reçu à l’accueil", address=None,
                                                     html_url=None, raw_url=None, channel_label="téléphone", channel_icon="phone")],
                   "older": [], "reply": None, "reply_refusal": "Aucune coordonnée : on ne peut pas répondre par écrit. Ajoutez une adresse ou un courriel à l’usager.",
                   "undo": Thing(sentence="Réponse à Claire Martin-Öztürk : elle part dans un instant.", url="#", seconds=600, key="z")}


class Reroute(FlaskForm):
    """Send a case to another unit."""

    unit = SelectField("Service", choices=["Autonomie 12", "Insertion Nord", "PMI Antony"], validators=[DataRequired()])
    reason = TextAreaField("Pourquoi ?", description="Une phrase : elle reste dans l’historique et sert à corriger les règles.",
                           validators=[DataRequired("Dites en une phrase pourquoi la demande change de service.")])
    outcome = RadioField("La demande est", choices=[("same", "La même"), ("other", "À requalifier")], validators=[DataRequired("Choisissez une réponse.")])
    due = DateField("À faire avant", validators=[Optional()])
    keep = BooleanField("Me prévenir de la réponse")


class Decision(FlaskForm):
    """What becomes of a received item."""

    decision = RadioField("Que devient cet élément ?", validators=[DataRequired()],
                          choices=[("open", "Ouvrir une demande"), ("append", "L’ajouter à une demande"), ("discard", "L’écarter")])
    reference = StringField("Référence de la demande", validators=[Optional()], description="Seulement pour l’ajouter à une demande.")
    reason = TextAreaField("Raison", validators=[Optional()], description="Seulement pour l’écarter. L’original reste gardé.")


class Login(FlaskForm):
    """Name and password."""

    identifier = StringField("Identifiant ou courriel", validators=[DataRequired()])
    password = PasswordField("Mot de passe", validators=[DataRequired("Saisissez votre mot de passe.")])


def act_page() -> dict[str, Any]:
    """The form of one act."""
    page = Thing(title="Réaffecter", why="La demande quitte votre file ; le service choisi est prévenu.", submit="Réaffecter", kind="primary", url="/act")
    return frame("queue", page=page, case=the_case(), form=Reroute())


def refused_act() -> dict[str, Any]:
    """The same form, sent empty."""
    form = Reroute(data={"reason": ""})
    form.validate()
    return act_page() | {"form": form}


def conflict() -> dict[str, Any]:
    """Somebody answered meanwhile."""
    mine = ("Bonjour Madame,\n\nLa visite d’évaluation est prévue le mardi 10 mars au matin. Mme Roussel vous appellera la veille.\n\n"
            "Camille Diallo")
    theirs = "Bonjour,\n\nNous revenons vers vous au plus vite pour la date de la visite.\n\nMarc Petit"
    changes = [Thing(at=NOW - timedelta(minutes=4), actor="M. Petit", sentence="Réponse envoyée à Claire Martin-Öztürk", remark=None),
               Thing(at=NOW - timedelta(minutes=3), actor="M. Petit", sentence="État : en cours, puis attente de l’usager", remark=None)]
    return frame("queue", case=the_case(), changes=changes, theirs=Thing(label="Réponse de M. Petit, à 9:36", text=theirs),
                 mine=Thing(label="Votre réponse", text=mine, url="/case", fields={}, submit="Envoyer quand même"))


def quarantine_item() -> dict[str, Any]:
    """One item nobody could understand."""
    item = Thing(id="E-0004821", subject="Documents pour le dossier de Mme Ferreira", reason="Pièce jointe chiffrée : elle ne peut pas être lue sans mot de passe.",
                 technical="zip: encrypted entry 'dossier.pdf'", sender="secretariat@tilleuls.example", source="contact@", locator="contact/1700000000/4821",
                 channel_label="courriel", received_at=NOW - timedelta(hours=3), size=1_240_000, sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                 unit="Accueil central", raw_url="#", text="Bonjour,\n\nCi-joint les documents demandés. Le mot de passe suit par téléphone.\n\nLe secrétariat",
                 attachments=attachments(5)[4:], attempts=[Thing(at=NOW - timedelta(hours=3), words="pièce chiffrée"), Thing(at=NOW - timedelta(hours=1), words="pièce chiffrée")])
    form = Decision()
    form.url = "#"
    return frame("quarantine", back=target("À examiner", "/quarantine"), item=item, form=form, acts=[act("Relire maintenant", method="post", icon="undo")])


def health() -> dict[str, Any]:
    """Reception and planned steps."""
    figures = [Thing(label="Reçus aujourd’hui", value="214", words="lecture toutes les minutes", tone="none"), Thing(label="À examiner", value="4", words="le plus ancien : 8 j", tone="late"),
               Thing(label="Écart", value="0", words="tout a une suite", tone="fine"), Thing(label="Espace libre", value="412 Go", words="plus d’un an", tone="fine"),
               Thing(label="Dernière vérification", value="9:12", words="chaîne intacte", tone="fine")]
    names = [("contact@", "courriel", "mail", "fine", "à jour"), ("autonomie@", "courriel", "mail", "soon", "lent"), ("Courrier numérisé", "courrier", "letter", "late", "arrêtée"), ("Accueil téléphonique", "téléphone", "phone", "fine", "à jour")]
    sources = [Thing(name=n, channel_label=c, channel_icon=icon, last_received_at=NOW - timedelta(minutes=(2, 47, 3000, 9)[i]), received=("12 408", "3 911", "874", "5 120")[i], opened=("9 120", "2 804", "870", "5 102")[i],
                     appended=("2 961", "1 043", "0", "18")[i], duplicate=("212", "51", "4", "0")[i], discarded=("111", "13", "0", "0")[i], waiting="0", quarantined=("4", "0", "0", "0")[i], gap="0", tone=tone, state_words=words)
               for i, (n, c, icon, tone, words) in enumerate(names)]
    steps = [Thing(label="Comprendre", waiting=2, oldest_at=NOW - timedelta(minutes=1), failed=0, tone="fine", state_words="à jour", act=None),
             Thing(label="Envoyer", waiting=18, oldest_at=NOW - timedelta(minutes=52), failed=3, tone="late", state_words="bloquée", act=act("Reprendre", method="post")),
             Thing(label="Accuser réception", waiting=0, oldest_at=None, failed=0, tone="fine", state_words="à jour", act=None)]
    return frame("health", page=Thing(title="Réception", summary="Tout ce qui arrive, et ce qui attend une suite"), figures=figures, sources=sources, steps=steps)


def login() -> dict[str, Any]:
    """Login after a wrong password."""
    form = Login(data={"identifier": "c.diallo"})
    form.validate()
    return {"form": form, "page": Thing(problem="Identifiant ou mot de passe inconnu. Encore 4 essais avant une pause de 5 minutes.", kept=True, help="Mot de passe oublié : appelez l’assistance au 01 00 00 00 00.")}


def error() -> dict[str, Any]:
    """A page that is not there."""
    return {"error": Thing(title="Cette page n’existe pas", happened="L’adresse est inconnue, ou vous n’avez pas le droit de voir ce qu’elle contient.", kept=None,
                           todo=["Vérifiez la référence : elle s’écrit D-2026-0012345-K.", target("Revenir à mes demandes", "/mine")], reference="b3f1-0940")}
